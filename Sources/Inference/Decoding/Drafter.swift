import Glibc

/// Draft tokens, which the base model checks in one pass.
struct DraftTokens {
  var tokens: [Token] = []
  /// The draft model's probability of each; empty if they come from elsewhere.
  var confidences: [Double] = []
  /// The same of all tokens that it computed, proposed or not.
  var seen: [Double] = []
  /// Tokens of the text that it had to compute before the first.
  var gap = 0
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
    let context = text.count
    let count = min(count, length.most, session.contextLength - context)
    guard !isLost, count > 0 else { return drafted }
    drafted.gap = max(1, context - session.cached(of: text))
    guard length.isWorthTrying(gap: drafted.gap, context: context) else { return drafted }
    var mark = session.passCount
    try session.prepare(for: text, checkpoint: checkpoint)
    var sampler = self.sampler ?? base
    sampler.follow(base)
    var chance = 1.0
    while true {
      let choice = try sampler.next(after: session)
      session.extendPass(after: mark)
      mark = session.passCount
      let confidence = exp(choice.logProbability)
      drafted.seen.append(confidence)
      chance *= length.acceptance(at: confidence)
      guard length.paysToCheck(chance: chance, context: context) else { break }
      drafted.tokens.append(choice.token)
      drafted.confidences.append(confidence)
      if drafted.tokens.count == count || ends(choice.token)
        || !length.paysToDraft(chance: chance, context: context)
      {
        break
      }
      try session.append(choice.token)
    }
    self.sampler = sampler
    return drafted
  }
}
