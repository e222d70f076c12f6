/// `step.routed`: a step was given to the base model without a judge's opinion of a draft.
public struct StepRouted: Codable, Sendable, Equatable {
  /// What gave it to the base model.
  public enum Cause: String, Codable, Sendable, CaseIterable {
    /// The draft model was unsure of its first token.
    case glimpse
    /// The draft model began it with a word of reflection or verification.
    case words
    /// So many steps before it turned back.
    case returns
  }

  /// Counted from 1 in its turn.
  public var step: Int
  /// What gave it to the base model.
  public var cause: Cause
  /// One short sentence, such as `first token's entropy 1.9 above 1.5`.
  public var reason: String
  /// Entropy of the draft model's first token, in nats; nil where nobody asked for it.
  public var firstEntropy: Double?

  /// The base model writes step `step` because of `cause`.
  public init(step: Int, cause: Cause, reason: String, firstEntropy: Double? = nil) {
    self.step = step
    self.cause = cause
    self.reason = reason
    self.firstEntropy = firstEntropy
  }
}
