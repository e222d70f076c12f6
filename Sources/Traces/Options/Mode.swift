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
  /// The draft model writes; tokens of which it is unsure come from the base model.
  case stitch

  /// Whether the draft model writes steps that the base model judges.
  public var judgesSteps: Bool { self == .reason || self == .reasonDecode }

  /// Whether the draft model proposes tokens wherever the base model writes.
  public var speculatesTokens: Bool { self == .specDecode || self == .reasonDecode }

  /// Whether a token must mean the same to both models.
  public var needsOneVocabulary: Bool { speculatesTokens || self == .stitch }
}
