/// Wall time by purpose, in seconds.
public struct PurposeSeconds: Sendable, Equatable {
  /// Drafting steps, kept or not, and proposing tokens.
  public let draft: Double
  /// Judging, a second judge's opinions included.
  public let judge: Double
  /// Generation by the base model: steps, regenerations and answers.
  public let base: Double
  /// Drafting that was wasted; also counted in `draft`.
  public let discarded: Double

  fileprivate init(_ ledger: Ledger) {
    draft = ledger.drafting.seconds + ledger.proposing.seconds
    judge =
      ledger.judging.seconds + ledger.selfJudging.seconds + ledger.secondJudging.seconds
    base = ledger.regenerating.seconds + ledger.writing.seconds
    discarded = ledger.discarded.seconds
  }
}

/// Cost and gain of a turn, up to its last event.
public struct TurnMetrics: Sendable, Equatable {
  /// Tokens by purpose; of an unfinished step, the tokens seen so far.
  public let tokens: TokenCounts
  /// Tokens, passes and times by model and purpose.
  public let ledger: Ledger
  /// Tokens of kept steps and of the answer, and those that the base model is generating.
  public let keptTokens: Int
  /// Drafted steps that were accepted.
  public let accepted: Int
  /// Drafted steps that were rejected.
  public let rejected: Int
  /// Wall time of the turn in seconds, without pauses; 0 for a branch that was left, whose time is not
  /// known.
  public let wallSeconds: Double
  /// What passes of both models cost in this run.
  public let costs: PairCosts
  /// Seconds that the base model alone would have taken for the same text, from the same KV cache:
  /// its prefill of the prompt, and its decoding of the tokens kept, each at its context length. Nil
  /// while nothing was kept, and where its speed is unknown. Of a turn that has ended, as it stood then:
  /// what later turns show of the base model does not change it.
  public let baseAlone: Bounds?
  /// Against a real run of the base model; nil when there was none.
  public let measuredSpeedup: Double?

  private let recordedSpeedup: Double?
  private let judgements: Int
  /// Judging the base model's own steps.
  private let scoring: Work
  private let judgedTokens: Int
  private let judgedDraftSeconds: Double
  private let meanContext: Int

  /// Measures `turn`, which is a turn of `run`.
  public init(turn: TurnState, run: RunState) {
    wallSeconds = turn.isLeft ? 0 : turn.ended?.seconds ?? max(0, run.time - turn.startedAt)
    costs = run.costs
    measuredSpeedup = turn.race?.speedup ?? turn.ended?.measuredSpeedup
    ledger = turn.ledger
    recordedSpeedup = turn.ended?.estimatedSpeedup
    let sums = turn.sums
    // Traces before version 0.2 tell some tokens only in the sums of `turn.ended`.
    let totals = turn.ended == nil ? turn.branchTotals : turn.totals
    tokens = totals.tokens
    accepted = totals.accepted
    rejected = totals.rejected
    judgements = sums.judgements
    scoring = sums.scoring
    judgedTokens = sums.judgedTokens
    judgedDraftSeconds =
      sums.judgedDraftSeconds + turn.droppedAhead.ownSeconds
    let answer = turn.answer?.tokens ?? turn.answerTokens
    keptTokens = sums.keptTokens + answer
    let kept = sums.keptBaseTokens + answer
    meanContext = (turn.promptTokens ?? 0) + kept / 2
    baseAlone =
      recordedSpeedup == nil ? turn.baseAlone(keeping: kept, by: costs.base) : turn.ended?.baseAlone
  }

  /// Seconds the base model takes to decode a token amid the turn's context; nil where unknown.
  public var baseSecondsPerToken: Double? { costs.base.secondsPerToken(at: meanContext) }

  /// Seconds the draft model takes to decode a token amid the turn's context; nil where unknown.
  public var draftSecondsPerToken: Double? { costs.draft.secondsPerToken(at: meanContext) }

  /// Finished work by purpose.
  public var seconds: PurposeSeconds { PurposeSeconds(ledger) }

  /// Wall time in seconds that no finished work accounts for.
  public var otherSeconds: Double { max(0, wallSeconds - ledger.seconds) }

  /// Cost of one judgement, in tokens decoded by the base model; nil if nothing was judged or the base
  /// model's time per token is unknown.
  ///
  /// Mean seconds of a judgement, those of a cascade's cheap judge and what was judged in vain included
  /// and prefill of the prompt left out, ÷ seconds per decoded token. The paper (arXiv 2504.07891) puts it at one to two; it depends on
  /// the wording and the machine, so it is measured.
  public var judgeCostInBaseTokens: Double? {
    guard let baseSecondsPerToken, baseSecondsPerToken > 0, judgements > 0 else { return nil }
    return draftJudgingSeconds / Double(judgements) / baseSecondsPerToken
  }

  private var draftJudgingSeconds: Double {
    max(0, ledger.judging.ownSeconds + ledger.selfJudging.ownSeconds - scoring.ownSeconds)
  }

  /// Share of drafted steps that were accepted, 0 to 1; nil before the first decision.
  public var acceptanceRate: Double? {
    let decided = accepted + rejected
    return decided > 0 ? Double(accepted) / Double(decided) : nil
  }

  /// `baseAlone` ÷ wall time; nil while one is unknown. Of a turn that has ended, as it stood then.
  public var estimatedSpeedup: Double? { recordedSpeedup ?? speedupBounds?.estimate }

  /// The estimated speedup with its bounds; nil where these are unknown.
  public var speedupBounds: Bounds? {
    wallSeconds > 0 ? baseAlone?.divided(by: wallSeconds) : nil
  }

  /// The acceptance rate at which drafting and judging cost as much as they save; nil until a step
  /// was judged and the base model's time per token is known.
  ///
  /// With a mean time `c` of drafting and judging a step, and a mean time `b` the base model would
  /// take to write it, a step costs `c + (1 - rate) · b` with speculation and `b` without: they
  /// are equal at `c / b`. Above 1, speculation cannot pay on this machine. Prefill of the prompt,
  /// which happens once, is left out.
  public var breakEvenAcceptance: Double? {
    guard let baseSecondsPerToken, baseSecondsPerToken > 0, judgedTokens > 0 else { return nil }
    let spent = judgedDraftSeconds + draftJudgingSeconds
    return spent / (Double(judgedTokens) * baseSecondsPerToken)
  }
}

extension RunState {
  /// Seconds the base model takes to decode a token at the context of the last turn; nil where unknown.
  public var baseSecondsPerToken: Double? {
    let turn = turns.last
    return costs.base.secondsPerToken(at: (turn?.promptTokens ?? 0) + (turn?.keptTokens ?? 0) / 2)
  }

  /// Cost and gain of the last turn; nil before the first.
  public var metrics: TurnMetrics? {
    turns.last.map { TurnMetrics(turn: $0, run: self) }
  }
}

extension TurnState {
  /// Seconds in which the base model alone reads the prompt, as far as its KV cache did not hold it, and
  /// decodes `tokens` tokens; nil where there are none or its speed is unknown.
  func baseAlone(keeping tokens: Int, by base: CostModel) -> Bounds? {
    guard tokens > 0, let decoding = base.decoding(tokens, from: promptTokens ?? 0) else {
      return nil
    }
    let cached = cachedTokens ?? 0
    let prefill = base.prefill(max(0, (promptTokens ?? 0) - cached), from: cached) ?? 0
    return base.bounds(of: prefill + decoding)
  }

  /// The estimated speedup as it stood when each of the last `count` steps was kept, in order; empty
  /// where the base model's speed is unknown.
  public func speedupCourse(last count: Int, costs: PairCosts) -> [Double] {
    var course: [Double] = []
    var kept = sums.keptBaseTokens
    for index in steps.indices.reversed() {
      if course.count == count { break }
      guard let tokens = steps[index].keptBaseTokens else {
        kept -= steps[index].baseTokens
        continue
      }
      if let moment = steps[index].moments.committed, moment > 0,
        let alone = baseAlone(keeping: kept, by: costs.base)
      {
        course.append(alone.estimate / moment)
      }
      kept -= tokens
    }
    return course.reversed()
  }
}

extension StepState {
  /// Tokens of the kept step, in the base model's vocabulary where that is known; nil before.
  var keptBaseTokens: Int? {
    committed.map {
      $0.by == .draft ? judged?.stepTokens ?? screened?.stepTokens ?? $0.tokens : $0.tokens
    }
  }
}
