/// Work of one kind.
public struct Work: Codable, Sendable, Equatable {
  /// Tokens written or prefilled.
  public var tokens = 0
  /// Passes through the model: one for each token decoded alone, each judgement, and each check of
  /// draft tokens. Prefill belongs to the first pass of its generation.
  public var passes = 0
  /// Wall time in seconds, prefill included.
  public var seconds = 0.0
  /// The part of `seconds` that went into prefilling the prompt, as far as known.
  public var promptSeconds = 0.0

  /// Wall time in seconds without that of the prompt.
  public var ownSeconds: Double { max(0, seconds - promptSeconds) }

  /// Seconds per token without those of the prompt; nil where there are no tokens.
  public var ownSecondsPerToken: Double? { tokens > 0 ? ownSeconds / Double(tokens) : nil }

  /// Work of `tokens` in `passes` that took `seconds`; none by default.
  public init(
    tokens: Int = 0, passes: Int = 0, seconds: Double = 0, promptSeconds: Double = 0
  ) {
    self.tokens = tokens
    self.passes = passes
    self.seconds = seconds
    self.promptSeconds = promptSeconds
  }

  /// Adds more work of the same kind.
  public static func += (sum: inout Work, more: Work) {
    sum.tokens += more.tokens
    sum.passes += more.passes
    sum.seconds += more.seconds
    sum.promptSeconds += more.promptSeconds
  }
}

/// Tokens, passes and time by model and purpose, for a step, a turn or a run.
public struct Ledger: Codable, Sendable, Equatable {
  /// The draft model's steps and answers, kept or not.
  public var drafting = Work()
  /// Draft tokens proposed to the base model.
  public var proposing = Work()
  /// The base model's judgements, those of its own steps included.
  public var judging = Work()
  /// The draft model's judgements of its own steps.
  public var selfJudging = Work()
  /// Opinions of a second judge, which decide nothing.
  public var secondJudging = Work()
  /// The base model's steps in place of rejected drafts, without the seconds of `proposing`.
  public var regenerating = Work()
  /// The base model's other steps and its answers, without the seconds of `proposing`.
  public var writing = Work()
  /// Drafting that was wasted; also counted in `drafting`.
  public var discarded = Work()
  /// Regenerated steps that equal the rejected draft, word for word.
  public var identicalRewrites = 0

  /// No work yet.
  public init() {}

  /// Adds another ledger.
  public static func += (sum: inout Ledger, more: Ledger) {
    sum.drafting += more.drafting
    sum.proposing += more.proposing
    sum.judging += more.judging
    sum.selfJudging += more.selfJudging
    sum.secondJudging += more.secondJudging
    sum.regenerating += more.regenerating
    sum.writing += more.writing
    sum.discarded += more.discarded
    sum.identicalRewrites += more.identicalRewrites
  }

  /// Total seconds.
  public var seconds: Double {
    drafting.seconds + proposing.seconds + judging.seconds + selfJudging.seconds
      + secondJudging.seconds + regenerating.seconds + writing.seconds
  }

  /// Adds a draft of a step and its judgement, which took `passes` of its own.
  fileprivate mutating func addDraft(of step: StepState, passes: Int) {
    drafting += step.draftWork
    if let screened = step.screened {
      addJudgement(
        by: screened.by, tokens: screened.promptTokens, passes: 1, seconds: screened.seconds,
        screened.passes)
    }
    guard let judged = step.judged else { return }
    addJudgement(
      by: judged.by, tokens: judged.promptTokens, passes: passes, seconds: judged.seconds,
      judged.passes)
    if let second = judged.second {
      secondJudging += Work(
        tokens: second.promptTokens, passes: passes, seconds: second.seconds,
        promptSeconds: second.passes.promptSeconds(by: .base))
    }
  }

  /// Adds a judgement by the draft model, or by the base model where nobody is named.
  private mutating func addJudgement(
    by author: Author?, tokens: Int, passes: Int, seconds: Double, _ groups: [PassGroup]?
  ) {
    let isOwn = author == .draft
    // The draft model's confidence comes from the passes that wrote the step.
    let work = Work(
      tokens: tokens, passes: isOwn && tokens == 0 ? 0 : passes, seconds: seconds,
      promptSeconds: groups.promptSeconds(by: author ?? .base))
    if isOwn { selfJudging += work } else { judging += work }
  }

  /// Counts a generation that is in no step and no answer.
  mutating func add(_ dropped: GenerationDropped, regenerating isRegeneration: Bool) {
    guard dropped.by == .draft else {
      let kind: WritableKeyPath<Ledger, Work> = isRegeneration ? \.regenerating : \.writing
      add(
        kind, tokens: dropped.tokens, seconds: dropped.seconds, speculation: dropped.speculation,
        passes: dropped.passes)
      return
    }
    let work = Work(
      tokens: dropped.tokens, passes: dropped.tokens, seconds: dropped.seconds,
      promptSeconds: dropped.passes.promptSeconds(by: .draft))
    drafting += work
    if dropped.isDiscarded { discarded += work }
  }

  /// Adds text of the base model, and what the draft model proposed for it.
  fileprivate mutating func add(
    _ kind: WritableKeyPath<Ledger, Work>, tokens: Int, seconds: Double,
    speculation: TokenSpeculation?, passes: [PassGroup]? = nil
  ) {
    let proposingSeconds = speculation?.draftSeconds ?? 0
    self[keyPath: kind] += Work(
      tokens: tokens, passes: speculation?.passes ?? tokens,
      seconds: max(0, seconds - proposingSeconds),
      promptSeconds: passes.promptSeconds(by: .base))
    if let speculation {
      // The tokens of a rejected step are proposed again without the draft model's work.
      let count = proposingSeconds > 0 ? speculation.proposed : 0
      proposing += Work(
        tokens: speculation.proposed, passes: count, seconds: proposingSeconds,
        promptSeconds: passes.promptSeconds(by: .draft))
    }
  }
}

extension AheadDropped {
  /// Drafting it.
  var work: Work {
    Work(
      tokens: tokens, passes: tokens, seconds: seconds,
      promptSeconds: passes.promptSeconds(by: .draft))
  }
  /// Judging it.
  var judging: Work { Work(tokens: judgeTokens, seconds: judgeSeconds) }
}

extension StepState {
  /// The step's cost so far; times are those of finished work.
  public var ledger: Ledger {
    var ledger = Ledger()
    ledger.addDraft(of: self, passes: judged?.sharesPass == true ? 0 : 1)
    for other in otherDrafts {
      ledger.addDraft(of: other, passes: 0)
      ledger.discarded += other.draftWork
    }
    let isRejected = decided?.verdict == .rejected
    if isRejected || dropped.contains(.draft) { ledger.discarded += draftWork }
    let kind = isRejected ? \Ledger.regenerating : \Ledger.writing
    guard let committed else {
      ledger.add(kind, tokens: pendingBaseTokens, seconds: 0, speculation: nil)
      return ledger
    }
    if committed.by == .base {
      ledger.add(
        kind, tokens: committed.tokens, seconds: committed.seconds,
        speculation: committed.speculation, passes: committed.passes)
    } else if drafted == nil {
      // A draft that was stopped before it ended has no `step.drafted`.
      ledger.drafting.seconds += committed.seconds
    }
    if isIdenticalRewrite { ledger.identicalRewrites += 1 }
    ledger.judging += scoringWork
    return ledger
  }

  /// Whether the base model has computed the step: to write it, or to give an opinion of its draft.
  var isReadByBase: Bool {
    if committed?.by == .base { return true }
    return judged.map { $0.by == nil } ?? false || screened.map { $0.by == nil } ?? false
  }

  /// Judging the step as the base model's own; nothing where the pass that wrote it told the score.
  var scoringWork: Work {
    guard let scored, scored.promptTokens > 0 else { return Work() }
    return Work(
      tokens: scored.promptTokens, passes: 1, seconds: scored.seconds,
      promptSeconds: scored.passes.promptSeconds(by: .base))
  }

  /// Writing the draft, as far as it is known.
  var draftWork: Work {
    let written = committed?.by == .draft ? committed?.tokens : nil
    let tokens = drafted?.tokens ?? written ?? pendingDraftTokens
    return Work(
      tokens: tokens, passes: tokens, seconds: drafted?.seconds ?? 0,
      promptSeconds: drafted?.passes.promptSeconds(by: .draft) ?? 0)
  }

  /// Whether the base model regenerated the rejected draft word for word.
  public var isIdenticalRewrite: Bool {
    guard let committed, committed.status == .baseRegenerated else { return false }
    return committed.identical ?? (committed.text == drafted?.text)
  }
}

extension TurnState {
  /// The cost of the present branch so far.
  public var ledger: Ledger {
    var ledger = sums.ledger
    ledger.drafting += droppedAhead
    ledger.discarded += droppedAhead
    ledger.judging += judgedInVain
    ledger += dropped
    let tokens = answer?.tokens ?? answerTokens
    if (answer?.by ?? (mode == .draft ? .draft : .base)) == .draft {
      ledger.drafting += Work(
        tokens: tokens, passes: tokens, seconds: answer?.seconds ?? 0,
        promptSeconds: answer?.passes.promptSeconds(by: .draft) ?? 0)
    } else {
      ledger.add(
        \.writing, tokens: tokens, seconds: answer?.seconds ?? 0,
        speculation: answer?.speculation, passes: answer?.passes)
    }
    return ledger
  }
}

extension TurnState {
  /// Kept drafts of which the base model was not asked.
  public var unaskedSteps: Int { sums.unasked }

  /// Tokens of the last kept steps that the base model has not computed: what it reads when it is next
  /// asked or writes. In the author's vocabulary; 0 once there is an answer of the base model.
  public var unreadTokens: Int {
    if answer?.by == .base || mode == .draft { return 0 }
    var tokens = 0
    // By index: a copy of each step would take most of the time.
    for index in steps.indices.reversed() {
      if steps[index].isReadByBase { break }
      tokens += steps[index].committed?.tokens ?? 0
    }
    return tokens
  }
}

extension RunState {
  /// The cost of all turns so far.
  public var ledger: Ledger { turns.reduce(into: Ledger()) { $0 += $1.ledger } }
}
