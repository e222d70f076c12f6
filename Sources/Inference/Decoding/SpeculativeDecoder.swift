/// Decodes with a base model, several tokens a pass where draft tokens are available (token-level
/// speculative decoding).
///
/// Each round computes the draft tokens in one pass of the base model and samples the base model's
/// own token after each of them. Draft tokens are accepted up to the first one that differs from
/// the sampled token, which takes its place. The output is, token by token, what the base model
/// alone samples with the same sampler; the number of draft tokens changes only the time it takes.
/// (Sampling and comparing is the rejection rule of Leviathan, Kalman and Matias, arXiv 2211.17192,
/// for a given draft: a draft token is accepted with the base model's probability of it, and
/// otherwise replaced from the remaining distribution. See `Sampler` for why sampled drafts are
/// mostly accepted where the models agree.)
///
/// Without a drafter and known tokens, this is plain decoding.
public struct SpeculativeDecoder {
  /// What was proposed and accepted so far.
  public private(set) var counts = SpeculationCounts()
  /// Whether the context is full.
  public var isFull: Bool { base.position + (pending == nil ? 0 : 1) > base.contextLength }
  /// What was learned about draft lengths and costs, for the next text of these models.
  public private(set) var length: DraftLength

  private let base: Session
  private var drafter: Drafter?
  private var sampler: Sampler
  /// The text to continue; empty once the base model has computed it.
  private var prefix: [Token]
  /// A text that may come again, starting with the next token.
  private var known: ArraySlice<Token>
  /// The last sampled token, which the base model has not computed yet.
  private var pending: Token?
  private let clock = ContinuousClock()

  /// A decoder that continues `prefix`.
  ///
  /// - Parameters:
  ///   - prefix: At least one token, and at most as many as the base model's context has.
  ///   - known: Tokens that are likely to follow, such as those of a rejected draft. They are
  ///     proposed first, as far as the base model has computed them already, or else as far as one
  ///     pass can take them. The drafter proposes from the first one that is not accepted.
  ///   - drafter: Proposes tokens; nil for none.
  ///   - length: What is known about these models' costs.
  public init(
    base: Session, continuing prefix: [Token], known: [Token] = [], drafter: Drafter? = nil,
    sampler: Sampler, length: DraftLength = DraftLength()
  ) {
    self.base = base
    self.prefix = prefix
    let held = base.held(of: prefix + known, logitsFrom: prefix.count - 1)
    self.known = known.prefix(held.map { $0 - prefix.count } ?? base.batchCapacity - 1)
    self.drafter = drafter
    self.sampler = sampler
    self.length = length
  }

  /// The next tokens, at least one. The last is always sampled from the base model after the
  /// accepted draft tokens.
  ///
  /// - Parameters:
  ///   - limit: The most tokens that are useful; at least 1.
  ///   - checkpoint: As in `Session.prepare`.
  public mutating func next(
    limit: Int = .max, checkpoint: () throws -> Void = {}
  ) throws -> [Sampler.Choice] {
    let context = pending == nil ? prefix.count : base.position + 1
    let drafted = try propose(limit: limit, checkpoint: checkpoint)
    let mark = base.passCount
    let last = try compute(drafted.tokens, checkpoint: checkpoint)
    let choices = try drawn(after: last, drafted.tokens)
    base.extendPass(after: mark)
    base.rewind(to: last + choices.count)
    let accepted = choices.count - 1
    length.finished(drafted, tokens: choices.count, context: context)
    advance(by: choices, accepted: accepted)
    counts.passes += 1
    counts.proposed += drafted.tokens.count
    counts.accepted += accepted
    return choices
  }

  private mutating func propose(
    limit: Int, checkpoint: () throws -> Void
  ) throws -> DraftTokens {
    let length = pending == nil ? prefix.count : base.position + 1
    let room = min(limit - 1, base.contextLength - length, base.batchCapacity - 1)
    if !known.isEmpty { return DraftTokens(tokens: Array(known.prefix(max(0, room)))) }
    guard drafter != nil else { return DraftTokens() }
    let start = clock.now
    let drafted =
      try drafter?.propose(atMost: room, following: sampler, by: self.length, checkpoint)
      ?? DraftTokens()
    counts.draftSeconds += (clock.now - start) / .seconds(1)
    return drafted
  }

  /// Computes the pending token and `proposals`, and returns the position of the token before the
  /// proposals.
  private mutating func compute(
    _ proposals: [Token], checkpoint: () throws -> Void
  ) throws -> Int {
    guard let pending else {
      let last = prefix.count - 1
      try base.prepare(for: prefix + proposals, logitsFrom: last, checkpoint: checkpoint)
      return last
    }
    let last = base.position
    try base.append(contentsOf: [pending] + proposals)
    return last
  }

  /// The base model's tokens after position `last`, up to and including the first that differs from
  /// the proposals.
  private mutating func drawn(
    after last: Int, _ proposals: [Token]
  ) throws(SessionError) -> [Sampler.Choice] {
    var choices: [Sampler.Choice] = []
    repeat {
      guard let logits = base.logits(after: last + choices.count),
        let choice = sampler.draw(Logits(logits))
      else { throw .notFinite(model: base.model.name) }
      choices.append(choice)
    } while choices.count <= proposals.count
      && proposals[choices.count - 1] == choices[choices.count - 1].token
    return choices
  }

  private mutating func advance(by choices: [Sampler.Choice], accepted: Int) {
    pending = choices.last?.token
    prefix = []
    drafter?.follow(choices.map(\.token))
    // A known text is of use beyond a difference where nobody proposes what else may follow.
    let goesOn = drafter == nil && accepted > 0
    known = goesOn ? known.dropFirst(choices.count) : []
  }
}

/// Counts of token-level speculative decoding.
public struct SpeculationCounts: Sendable, Equatable {
  /// Draft tokens that the base model checked.
  public var proposed = 0
  /// Draft tokens that it accepted.
  public var accepted = 0
  /// Passes of the base model.
  public var passes = 0
  /// Seconds that drafting took.
  public var draftSeconds = 0.0

  /// Nothing yet.
  public init() {}
}
