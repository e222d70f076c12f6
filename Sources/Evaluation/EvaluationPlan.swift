import Reasoning
import Traces

/// One way to solve problems: what differs between the rows of an evaluation.
public struct EvaluationConfiguration: Codable, Sendable, Hashable {
  /// How the models work together.
  public var mode: Mode
  /// The acceptance threshold, 0 to 9; nil where the mode judges nothing.
  public var threshold: Double?
  /// How the base model is asked; nil where the mode judges nothing.
  public var judge: JudgeKind?
  /// Steps that the base model writes first; nil where the mode judges nothing.
  public var firstBaseSteps: Int?

  /// A mode, and for a mode that judges how it does.
  public init(
    mode: Mode, threshold: Double? = nil, judge: JudgeKind? = nil, firstBaseSteps: Int? = nil
  ) {
    self.mode = mode
    self.threshold = threshold
    self.judge = judge
    self.firstBaseSteps = firstBaseSteps
  }

  /// Short, and different for each configuration of a plan; fit for a file's name.
  public var label: String {
    var parts = [mode.rawValue]
    if let judge { parts.append(judge.rawValue) }
    if let threshold { parts.append("t\(threshold)") }
    if let firstBaseSteps { parts.append("f\(firstBaseSteps)") }
    return parts.joined(separator: "-")
  }
}

/// What an evaluation does with each problem.
public struct EvaluationPlan: Sendable, Equatable {
  /// The ways that are compared.
  public var configurations: [EvaluationConfiguration]
  /// The seeds; every problem is solved anew with each.
  public var seeds: [UInt64]
  /// How often each configuration solves each problem with each seed.
  public var samples: Int
  /// Everything that is the same for all configurations.
  public var options: ReasoningOptions

  /// Every mode, and those that judge with every threshold, judge and number of first base steps.
  public init(
    modes: [Mode], thresholds: [Double], judges: [JudgeKind], firstBaseSteps: [Int],
    seeds: [UInt64], samples: Int = 1, options: ReasoningOptions
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

  /// The options by which `configuration` solves a problem.
  ///
  /// Each sample has a seed of its own, and every configuration the same ones.
  public func options(
    for configuration: EvaluationConfiguration, seed: UInt64, sample: Int
  ) -> ReasoningOptions {
    var options = options
    options.mode = configuration.mode
    options.allowsOtherMode = false
    options.threshold = configuration.threshold ?? options.threshold
    options.judge = configuration.judge ?? options.judge
    options.firstBaseSteps = configuration.firstBaseSteps ?? options.firstBaseSteps
    options.seed = seed &+ UInt64(truncatingIfNeeded: sample - 1) << 32
    return options
  }

  /// The configurations in the order of round `index`: rotated, so that none always runs first.
  func order(ofRound index: Int) -> [Int] {
    let count = configurations.count
    return (0..<count).map { (index + $0) % count }
  }
}
