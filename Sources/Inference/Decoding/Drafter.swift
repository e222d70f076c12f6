import Glibc

/// Draft tokens, which the base model checks in one pass.
struct DraftTokens {
  var tokens: [Token] = []
  /// The draft model's probability of each; empty if they come from elsewhere.
  var confidences: [Double] = []
}

/// Proposes draft tokens with a draft model.
///
/// Both models should have the same vocabulary: tokens that mean something else to the base model
/// are rejected.
public struct Drafter {
  private let session: Session
  /// The text, in the draft model's tokens.
  private var text: [Token]
  private let ends: (Token) -> Bool
  private var sampler: Sampler?
  /// Whether the text has a token that is not in the draft model's vocabulary.
  private var isLost = false

  /// A drafter that continues `prefix`.
  ///
  /// - Parameters:
  ///   - prefix: The base model's text in the draft model's tokens, at least one.
  ///   - ends: Whether tokens after a given token would be useless.
  public init(_ session: Session, continuing prefix: [Token], until ends: @escaping (Token) -> Bool)
  {
    self.session = session
    self.ends = ends
    text = prefix
  }

  /// Appends the base model's tokens.
  mutating func follow(_ tokens: [Token]) {
    isLost = isLost || tokens.contains { $0 >= session.model.vocabularySize }
    text += tokens
  }

  /// Up to `count` draft tokens, as many as `length` finds worth their cost, each with the draft
  /// model's probability of it.
  ///
  /// They are sampled with the random numbers that `base` will use for the base model.
  mutating func propose(
    atMost count: Int, following base: Sampler, by length: DraftLength,
    _ checkpoint: () throws -> Void
  ) throws -> DraftTokens {
    var drafted = DraftTokens()
    let count = min(count, length.most, session.contextLength - text.count)
    guard !isLost, count > 0, length.isWorthTrying else { return drafted }
    try session.prepare(for: text, checkpoint: checkpoint)
    var sampler = self.sampler ?? base
    sampler.follow(base)
    var chance = 1.0
    while true {
      let choice = try sampler.next(after: session)
      let confidence = exp(choice.logProbability)
      chance *= length.acceptance(at: confidence)
      guard length.pays(chance: chance) else { break }
      drafted.tokens.append(choice.token)
      drafted.confidences.append(confidence)
      if drafted.tokens.count == count || ends(choice.token) { break }
      try session.append(choice.token)
    }
    self.sampler = sampler
    return drafted
  }
}
