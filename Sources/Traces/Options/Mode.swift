/// How the two models work together.
public enum Mode: String, Codable, Sendable, CaseIterable {
  /// The base model writes everything.
  case base
  /// The draft model writes everything and nothing is judged.
  case draft
  /// The base model writes everything; the draft model proposes tokens that it checks in passes.
  case specDecode = "spec-decode"
  /// The draft model writes steps, the base model judges and, below the threshold, regenerates.
  case reason
  /// As `reason`, and the draft model proposes tokens wherever the base model writes.
  case reasonDecode = "reason+decode"

  /// Whether the draft model writes steps that the base model judges.
  public var judgesSteps: Bool { self == .reason || self == .reasonDecode }

  /// Whether the draft model proposes tokens wherever the base model writes.
  public var speculatesTokens: Bool { self == .specDecode || self == .reasonDecode }
}
