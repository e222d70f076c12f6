import Traces

/// What an evaluation does with each problem.
public struct EvaluationPlan: Sendable, Equatable {
  /// The configurations to compare.
  public var configurations: [EvaluationConfiguration]
  /// The seeds; each problem is solved once more with each.
  public var seeds: [UInt64]
  /// How many times each configuration solves each problem with each seed.
  public var samples: Int
  /// What all configurations share.
  public var options: RunOptions

  /// All modes, each mode that judges with all thresholds, judges and numbers of first base steps.
  public init(
    modes: [Mode], thresholds: [Double], judges: [JudgeKind], firstBaseSteps: [Int],
    seeds: [UInt64], samples: Int = 1, options: RunOptions
  ) {
    configurations = modes.flatMap { mode in
      guard mode.judgesSteps else { return [EvaluationConfiguration(mode: mode)] }
      return judges.flatMap { judge in
        firstBaseSteps.flatMap { steps in
          thresholds.map {
            EvaluationConfiguration(
              mode: mode, threshold: $0, judge: judge, firstBaseSteps: steps)
          }
        }
      }
    }
    self.seeds = seeds
    self.samples = samples
    self.options = options
  }

  /// `configurations` solve each problem so many times with each of `seeds`.
  public init(
    _ configurations: [EvaluationConfiguration], seeds: [UInt64], samples: Int, options: RunOptions
  ) {
    self.configurations = configurations
    self.seeds = seeds
    self.samples = samples
    self.options = options
  }

  /// `configurations` solve each problem once with one seed.
  public init(_ configurations: [EvaluationConfiguration], seed: UInt64, options: RunOptions) {
    self.init(configurations, seeds: [seed], samples: 1, options: options)
  }

  /// The options with which `configuration` solves a problem.
  ///
  /// Each sample has its own seed, the same for all configurations. A method's row has none of the
  /// plan's options that say who writes and judges a step.
  public func options(
    for configuration: EvaluationConfiguration, seed: UInt64, sample: Int
  ) -> RunOptions {
    var options = options
    if configuration.method != nil { EvaluationMethod.resetPolicy(of: &options) }
    options.mode = configuration.mode
    if let threshold = configuration.threshold { options.acceptance = .score(threshold) }
    options.judge = configuration.judge ?? options.judge
    options.score = configuration.score ?? options.score
    options.firstBaseSteps = configuration.firstBaseSteps ?? options.firstBaseSteps
    if let settings = configuration.settings {
      EvaluationMethod.apply(settings, to: &options)
    }
    options.seed = seed &+ UInt64(truncatingIfNeeded: sample - 1) << 32
    return options
  }

  /// The order of the configurations in round `index`: rotated, so that none always runs first.
  func order(ofRound index: Int) -> [Int] {
    let count = configurations.count
    return (0..<count).map { (index + $0) % count }
  }
}
