import Traces

/// What lets the draft model hand a step to the base model while it writes the step's beginning.
///
/// A backend that cannot tell entropies, or does not watch the beginning, writes the whole step; the
/// rules then find the words in it.
public struct Handover: Sendable, Equatable {
  /// Entropy of the first token, in nats, above which the step is handed over; nil for any.
  public var entropy: Double?
  /// Words that hand the step over where they stand among the first of it.
  public var words: [String]

  /// Hands a step over as `options` say; nil where they say nothing.
  public init?(_ options: RunOptions) {
    entropy = options.glimpse
    words = options.triggers?.words ?? []
    if entropy == nil, words.isEmpty { return nil }
  }

  /// Whether a first token of `entropy` hands the step over.
  public func isUnsure(_ entropy: Double?) -> Bool {
    guard let entropy, let bound = self.entropy else { return false }
    return entropy > bound
  }

  /// The word at which a step that begins with `text` is handed over; nil for none.
  public func word(opening text: String) -> String? {
    words.isEmpty ? nil : StepTriggers.word(of: words, opening: text)
  }
}
