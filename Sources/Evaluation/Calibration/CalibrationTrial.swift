import Traces

/// A setting that was tried on problems of its own, beside the base model alone.
public struct CalibrationTrial: Codable, Sendable, Equatable {
  /// What was tried.
  public var configuration: EvaluationConfiguration
  /// The share of the base model's own steps that its threshold lets pass; nil where none is judged.
  public var share: Double?
  /// Problems that it solved rightly.
  public var right: Int
  /// Seconds of all problems.
  public var seconds: Double
  /// Seconds of the base model alone divided by these.
  public var speedup: Double
  /// Its right answers against the base model's.
  public var comparison: PairedComparison

  /// The settings to try: the base model alone, token-level speculation where the pair `speculates`,
  /// and each of `judges` at up to three thresholds.
  public static func configurations(
    trying judges: [JudgeFindings], speculates: Bool
  ) -> [EvaluationConfiguration] {
    let mode = speculates ? Mode.reasonDecode : .reason
    let judged = judges.flatMap { findings in
      findings.thresholdsToTry.map {
        EvaluationConfiguration(
          mode: mode, threshold: $0.threshold, judge: findings.judge.judge,
          score: findings.judge.method)
      }
    }
    return [EvaluationConfiguration(mode: .base)]
      + (speculates ? [EvaluationConfiguration(mode: .specDecode)] : []) + judged
  }

  /// After this many problems a setting that is clearly slower than the base model alone is given up.
  private static let problemsForSpeed = 6
  /// What is so slow then is not proposed in the end either.
  private static let hopelessSpeedup = 0.9

  /// Those of `configurations`, of which the first is the base model alone, that may still be proposed
  /// after `rounds`: those that have not solved six problems clearly slower than the base model alone.
  public static func contenders(
    _ configurations: [EvaluationConfiguration], after rounds: [EvaluationRound]
  ) -> [EvaluationConfiguration] {
    let hopeless = all(of: configurations, in: rounds, judges: []).filter {
      $0.comparison.problems >= problemsForSpeed && $0.speedup < hopelessSpeedup
    }
    return configurations.filter { own in !hopeless.contains { $0.configuration == own } }
  }

  /// What `rounds` say of each of `configurations`, of which the first is the base model alone.
  public static func all(
    of configurations: [EvaluationConfiguration], in rounds: [EvaluationRound],
    judges: [JudgeFindings]
  ) -> [CalibrationTrial] {
    guard let reference = configurations.first else { return [] }
    return configurations.compactMap { configuration in
      typealias Solution = EvaluationRound.Solution
      let pairs = rounds.compactMap { round -> (Solution, Solution)? in
        let base = round.solutions.first { $0.configuration == reference }
        let own = round.solutions.first { $0.configuration == configuration }
        return base.flatMap { base in own.map { (base, $0) } }
      }
      let seconds = pairs.reduce(0) { $0 + $1.1.seconds }
      guard seconds > 0 else { return nil }
      let share = judges.first {
        $0.judge.judge == configuration.judge && $0.judge.method == configuration.score
      }?.thresholdsToTry.first { $0.threshold == configuration.threshold }?.share
      return CalibrationTrial(
        configuration: configuration, share: share, right: pairs.count { $0.1.right },
        seconds: seconds, speedup: pairs.reduce(0) { $0 + $1.0.seconds } / seconds,
        comparison: PairedComparison(
          with: reference.label, of: pairs.count, better: pairs.count { !$0.0.right && $0.1.right },
          worse: pairs.count { $0.0.right && !$0.1.right }))
    }
  }
}

extension CalibrationTrial {
  /// Gains below this are within what a machine varies from run to run.
  private static let leastGain = 1.03

  /// The trial to go by: the fastest that lost at most `goal` of the right answers, where it is
  /// faster than the base model alone; token-level speculation, which loses nothing, unless another
  /// is clearly faster than that. Nil for the base model alone.
  ///
  /// Where the base model solved nothing there is no accuracy to keep, so nothing that judges is
  /// proposed.
  public static func best(of trials: [CalibrationTrial], losingAtMost goal: Double)
    -> CalibrationTrial?
  {
    let lossless = trials.first {
      $0.configuration.mode == .specDecode && $0.speedup >= leastGain
    }
    let judged = trials.filter {
      $0.configuration.mode.judgesSteps && $0.comparison.loss <= goal + 1e-9
        && trials.first?.right ?? 0 > 0
    }
    let floor = (lossless?.speedup ?? 1) * leastGain
    if let best = judged.max(by: { $0.speedup < $1.speedup }), best.speedup >= floor { return best }
    return lossless
  }
}
