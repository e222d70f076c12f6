import Traces

extension RunOptions {
  /// Options like those of the published script: no token-level speculation, greedy scores.
  public static func published(
    mode: Mode = .reason, threshold: Double = 7, score: ScoreMethod = .greedy,
    judge: JudgeKind = .reference, firstBaseSteps: Int = 0, budget: Int = 8192,
    stepLimit: Int = 512, sampling: Sampling = Sampling(), seed: UInt64 = 0
  ) -> RunOptions {
    var options = RunOptions()
    options.mode = mode
    options.threshold = threshold
    options.score = score
    options.judge = judge
    options.firstBaseSteps = firstBaseSteps
    options.budget = budget
    options.stepLimit = stepLimit
    options.sampling = sampling
    options.seed = seed
    return options
  }
}

extension Setting {
  /// The option called `name` becomes what `text` says.
  public static func of(_ name: String, _ text: String) -> Setting {
    guard let option = RunOption.named(name), let setting = try? Setting(option, from: text) else {
      preconditionFailure("there is no option \(name), or it does not take \(text)")
    }
    return setting
  }
}
