/// Continues a text with a base model, several tokens a pass where a draft of them is at hand.
///
/// Each round computes the draft tokens in one pass of the base model, and draws the base model's
/// own token after each of them: as long as it drew the draft token, the next draw holds as well,
/// and the first that differs is a token of its own. What comes out is, token by token, what the
/// base model alone draws with the same sampler; how many draft tokens a round has changes only
/// the time it takes. (Drawing the base model's token and comparing is the rejection rule of
/// Leviathan, Kalman and Matias, arXiv 2211.17192, for a draft that is given: it is kept with the
/// base model's probability of it, and another comes from what remains. See `Sampler` for why
/// drafts of the same opinion are mostly kept although they were drawn.)
///
/// Without a drafter and known tokens this is plain decoding.
public struct SpeculativeDecoder {
  /// What was proposed and kept so far.
  public private(set) var counts = SpeculationCounts()
  /// Whether the context has no room for the tokens so far and the draw after them.
  public var isFull: Bool { base.position + (pending == nil ? 0 : 1) > base.contextLength }
  /// What was learned of lengths and costs, for the next text of this pair.
  public private(set) var length: DraftLength

  private let base: Session
  private var drafter: Drafter?
  private var sampler: Sampler
  /// The text to be continued, until the base model has computed it.
  private var prefix: [Token]
  /// A text that may come again, from the next token on.
  private var known: ArraySlice<Token>
  /// The last token drawn, which the base model has not computed yet.
  private var pending: Token?
  private let clock = ContinuousClock()

  /// A decoder that continues `prefix`.
  ///
  /// - Parameters:
  ///   - prefix: At least one token, and at most as many as the base's context has.
  ///   - known: Tokens that may well follow, such as those of a rejected draft: proposed first, as
  ///     far as the base model has computed them already, or else as one pass can take; from where
  ///     they fail on, the drafter proposes.
  ///   - drafter: Who proposes tokens; nil for nobody.
  ///   - length: What is known of this pair's costs.
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

  /// The next tokens, at least one; the last is always a draw beyond what was proposed.
  ///
  /// - Parameters:
  ///   - limit: The most tokens that are of use; at least 1.
  ///   - checkpoint: As in `Session.prepare`.
  public mutating func next(
    limit: Int = .max, checkpoint: () throws -> Void = {}
  ) throws -> [Sampler.Choice] {
    let start = clock.now
    let wasPrepared = pending != nil
    let drafted = try propose(limit: limit, checkpoint: checkpoint)
    let passStart = clock.now
    let last = try compute(drafted.tokens, checkpoint: checkpoint)
    let choices = try drawn(after: last, drafted.tokens)
    base.rewind(to: last + choices.count)
    let accepted = choices.count - 1
    let end = clock.now
    // The first pass may have the whole prefix to compute, or nothing at all.
    if wasPrepared {
      length.timed(pass: drafted.tokens.count + 1, (end - passStart) / .seconds(1))
      length.timed(round: choices.count, (end - start) / .seconds(1))
    }
    length.checked(drafted.confidences, accepted: accepted)
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
    let seconds = (clock.now - start) / .seconds(1)
    counts.draftSeconds += seconds
    if !drafted.tokens.isEmpty { self.length.timed(draft: drafted.tokens.count, seconds) }
    return drafted
  }

  /// Computes what is pending and `proposals`; gives the position of the token before them.
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

  /// The base model's draws after position `last`, through the first that is not as proposed.
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

/// What token-level speculation proposed and kept.
public struct SpeculationCounts: Sendable, Equatable {
  /// Draft tokens that the base model checked.
  public var proposed = 0
  /// Those of them that it kept.
  public var accepted = 0
  /// Passes of the base model.
  public var passes = 0
  /// Seconds the draft model took.
  public var draftSeconds = 0.0

  /// Nothing yet.
  public init() {}
}
