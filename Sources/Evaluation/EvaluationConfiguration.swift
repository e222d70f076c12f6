import Traces

/// One way to solve problems: one row of an evaluation's table.
public struct EvaluationConfiguration: Codable, Sendable, Hashable {
  /// How the models work together.
  public var mode: Mode
  /// The acceptance threshold, 0 to 9; nil where the mode judges nothing.
  public var threshold: Double?
  /// How the base model is asked; nil where the mode judges nothing.
  public var judge: JudgeKind?
  /// How digits become a score; nil for that of the plan's options.
  public var score: ScoreMethod?
  /// Steps that the base model writes first; nil where the mode judges nothing.
  public var firstBaseSteps: Int?

  /// The name of the published method that it stands for; nil for none.
  public var method: String?
  /// Further options and their values, by name; nil for none.
  public var settings: [String: String]?

  /// A mode, and for modes that judge, how they do.
  public init(
    mode: Mode, threshold: Double? = nil, judge: JudgeKind? = nil, score: ScoreMethod? = nil,
    firstBaseSteps: Int? = nil
  ) {
    self.mode = mode
    self.threshold = threshold
    self.judge = judge
    self.score = score
    self.firstBaseSteps = firstBaseSteps
  }

  /// A short name, unique among a plan's configurations, that can stand in a file name.
  public var label: String {
    if let method { return method }
    var parts = [mode.rawValue]
    if let judge { parts.append(judge.rawValue) }
    if let score { parts.append(score.rawValue) }
    if let threshold { parts.append("t\(threshold)") }
    if let firstBaseSteps { parts.append("f\(firstBaseSteps)") }
    return parts.joined(separator: "-")
  }

  /// All that it sets, in one line.
  public var description: String {
    let values = (settings ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return values.isEmpty ? label : "\(label)(\(values.joined(separator: " ")))"
  }
}
