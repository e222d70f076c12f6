import Glibc

/// Tokens that a base model checks in one pass.
struct DraftTokens {
  var tokens: [Token] = []
  /// The draft model's probability of each; empty for tokens known from elsewhere.
  var confidences: [Double] = []
}

/// A draft model that proposes how a base model's text may go on.
///
/// Both models must mean the same by a token; what is proposed by one that does not is only
/// rejected.
public struct Drafter {
  private let session: Session
  /// The text as the draft model reads it.
  private var text: [Token]
  private let ends: (Token) -> Bool
  private var sampler: Sampler?
  /// Whether the text has a token that the draft model does not know.
  private var isLost = false

  /// A drafter that continues `prefix`.
  ///
  /// - Parameters:
  ///   - prefix: At least one token: the base model's text as the draft model reads it.
  ///   - ends: Whether nothing after a token is of use.
  public init(_ session: Session, continuing prefix: [Token], until ends: @escaping (Token) -> Bool)
  {
    self.session = session
    self.ends = ends
    text = prefix
  }

  /// Takes what the base model wrote.
  mutating func follow(_ tokens: [Token]) {
    isLost = isLost || tokens.contains { $0 >= session.model.vocabularySize }
    text += tokens
  }

  /// Up to `count` tokens, as many as `length` finds worth their costs, each with the probability
  /// that the draft model gives it.
  ///
  /// They are drawn as `base` will draw the base model's.
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
