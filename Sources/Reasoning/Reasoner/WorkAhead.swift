import Traces

/// Drafts and judgements made before the rules ask for them.
///
/// The rules know nothing of it. As long as they ask for what comes next here, it is taken from here;
/// once they ask for anything else, the rest was in vain.
struct WorkAhead: Sendable {
  /// A judgement made in one pass with others.
  struct Known: Sendable {
    let judgement: Judgement
    /// Whether it came from the pass of the step before.
    let sharesPass: Bool
  }

  /// A step that is judged when the rules ask for it; the judgement is nil until it is made.
  private struct JudgedStep {
    let prefix: Prefix
    let sharesPass: Bool
    var judgement: Judgement?
  }

  private var drafts: ArraySlice<DraftAhead> = []
  private var judged: ArraySlice<JudgedStep> = []
  /// What failed before it was whole.
  private var failed = AheadDropped()

  // MARK: What the rules want

  /// The draft that `request` asks for, if it is next.
  mutating func draft(for request: GenerationRequest) -> DraftAhead? {
    drafts.first?.request == request ? drafts.removeFirst() : nil
  }

  /// The judgement of the last step of `prefix`, if it is next.
  mutating func judgement(of prefix: Prefix) -> Known? {
    guard let next = judged.first, next.prefix == prefix, let judgement = next.judgement else {
      return nil
    }
    judged.removeFirst()
    return Known(judgement: judgement, sharesPass: next.sharesPass)
  }

  /// Ends all of it, and returns what was in vain; nil if nothing was.
  func dropped() async -> AheadDropped? {
    var rest = failed
    for draft in drafts { rest += await draft.dropped() }
    for judgement in judged.compactMap(\.judgement) {
      rest.judgeTokens += judgement.promptTokens
      rest.judgeSeconds += judgement.seconds
      rest.passes = rest.passes.adding(judgement.passes)
    }
    rest.seconds = rest.seconds.roundedToMicroseconds
    rest.judgeSeconds = rest.judgeSeconds.roundedToMicroseconds
    rest.passes = rest.passes?.withShortTimes
    return rest == AheadDropped() ? nil : rest
  }

  // MARK: What is made ahead

  /// Adds a draft that comes after those here.
  mutating func append(_ draft: DraftAhead) { drafts.append(draft) }

  /// Counts drafts that failed after `tokens`.
  mutating func appendFailed(_ tokens: [Int]) {
    failed += AheadDropped(steps: tokens.count, tokens: tokens.reduce(0, +))
  }

  /// Adds the last step of `prefix`, which is to be judged after those here.
  mutating func appendStep(_ prefix: Prefix) {
    judged.append(JudgedStep(prefix: prefix, sharesPass: !judged.isEmpty))
  }

  /// The prefix of each step to be judged.
  var prefixes: [Prefix] { judged.map(\.prefix) }

  /// Attaches judgements to the first of these steps; the others are not judged ahead.
  mutating func attach(_ judgements: [Judgement]) {
    judged = judged.prefix(judgements.count)
    for (place, judgement) in zip(judged.indices, judgements) {
      judged[place].judgement = judgement
    }
  }
}

extension AheadDropped {
  fileprivate static func += (sum: inout AheadDropped, more: AheadDropped) {
    sum.steps += more.steps
    sum.tokens += more.tokens
    sum.seconds += more.seconds
    sum.judgeTokens += more.judgeTokens
    sum.judgeSeconds += more.judgeSeconds
    sum.passes = sum.passes.adding(more.passes)
  }
}
