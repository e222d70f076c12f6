import Traces

/// One way to solve problems: one row of an evaluation's table.
public struct EvaluationConfiguration: Codable, Sendable, Hashable {
  /// How the models work together.
  public var mode: Mode
  /// The acceptance threshold, 0 to 9; nil where the mode judges nothing.
  public var threshold: Double?
  /// How the base model is asked; nil where the mode judges nothing.
  public var judge: JudgeKind?
  /// Steps that the base model writes first; nil where the mode judges nothing.
  public var firstBaseSteps: Int?

  /// A mode, and for modes that judge, how they do.
  public init(
    mode: Mode, threshold: Double? = nil, judge: JudgeKind? = nil, firstBaseSteps: Int? = nil
  ) {
    self.mode = mode
    self.threshold = threshold
    self.judge = judge
    self.firstBaseSteps = firstBaseSteps
  }

  /// A short name, unique among a plan's configurations, that can stand in a file name.
  public var label: String {
    var parts = [mode.rawValue]
    if let judge { parts.append(judge.rawValue) }
    if let threshold { parts.append("t\(threshold)") }
    if let firstBaseSteps { parts.append("f\(firstBaseSteps)") }
    return parts.joined(separator: "-")
  }
}
