/// Wall time by purpose, in seconds.
public struct PurposeSeconds: Sendable, Equatable {
  /// Drafting steps, kept or not, and proposing tokens.
  public let draft: Double
  /// Judging, a second judge's opinions included.
  public let judge: Double
  /// Generation by the base model: steps, regenerations and answers.
  public let base: Double
  /// Drafting that was thrown away; also counted in `draft`.
  public let discarded: Double

  fileprivate init(_ ledger: Ledger) {
    draft = ledger.drafting.seconds + ledger.proposing.seconds
    judge = ledger.judging.seconds + ledger.secondJudging.seconds
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
  /// The base model's time for one token in this run; nil where unknown.
  public let baseSecondsPerToken: Double?
  /// Against a real run of the base model; nil when there was none.
  public let measuredSpeedup: Double?

  private let recordedSpeedup: Double?
  private let judgements: Int
  private let judgedTokens: Int
  private let judgedDraftSeconds: Double

  /// Measures `turn`, which is a turn of `run`.
  public init(turn: TurnState, run: RunState) {
    wallSeconds = turn.isLeft ? 0 : turn.ended?.seconds ?? max(0, run.time - turn.startedAt)
    baseSecondsPerToken = run.baseSecondsPerToken
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
    judgedTokens = sums.judgedTokens
    judgedDraftSeconds = sums.judgedDraftSeconds + turn.droppedAhead.seconds
    keptTokens = sums.keptTokens + (turn.answer?.tokens ?? turn.answerTokens)
  }

  /// Finished work by purpose.
  public var seconds: PurposeSeconds { PurposeSeconds(ledger) }

  /// Wall time in seconds that no finished work accounts for.
  public var otherSeconds: Double { max(0, wallSeconds - ledger.seconds) }

  /// Cost of one judgement, in tokens decoded by the base model; nil if nothing was judged or the base
  /// model's time per token is unknown.
  ///
  /// Mean seconds of a judgement, what was judged in vain included, ÷ seconds per decoded token. The
  /// paper (arXiv 2504.07891) puts it at one to two; it depends on the wording and the machine, so it
  /// is measured.
  public var judgeCostInBaseTokens: Double? {
    guard let baseSecondsPerToken, baseSecondsPerToken > 0, judgements > 0 else { return nil }
    return ledger.judging.seconds / Double(judgements) / baseSecondsPerToken
  }

  /// Share of drafted steps that were accepted, 0 to 1; nil before the first decision.
  public var acceptanceRate: Double? {
    let decided = accepted + rejected
    return decided > 0 ? Double(accepted) / Double(decided) : nil
  }

  /// Tokens kept × the base model's time per token ÷ wall time; nil while one is unknown. Of a turn
  /// that has ended, as it stood then: what later turns show of the base model does not change it.
  public var estimatedSpeedup: Double? {
    if let recordedSpeedup { return recordedSpeedup }
    guard let baseSecondsPerToken, keptTokens > 0, wallSeconds > 0 else { return nil }
    return Double(keptTokens) * baseSecondsPerToken / wallSeconds
  }

  /// The acceptance rate at which drafting and judging cost as much as they save; nil until a step
  /// was judged and the base model's time per token is known.
  ///
  /// With a mean time `c` of drafting and judging a step, and a mean time `b` the base model would
  /// take to write it, a step costs `c + (1 - rate) · b` with speculation and `b` without: they
  /// are equal at `c / b`. Above 1, speculation cannot pay on this machine.
  public var breakEvenAcceptance: Double? {
    guard let baseSecondsPerToken, baseSecondsPerToken > 0, judgedTokens > 0 else { return nil }
    let spent = judgedDraftSeconds + ledger.judging.seconds
    return spent / (Double(judgedTokens) * baseSecondsPerToken)
  }
}

extension RunState {
  /// Number of tokens the base model must have written in this run before their time counts more
  /// than the measurement at its start.
  static let tokensForOwnMeasurement = 16

  /// Seconds the base model takes for one token: from its decoding in this run once it wrote
  /// enough, before that as measured at the start; nil where neither is known.
  public var baseSecondsPerToken: Double? {
    var tokens = 0
    var seconds = 0.0
    for turn in turns {
      let sums = turn.sums
      tokens += sums.decodedTokens
      seconds += sums.decodeSeconds
      if let answer = turn.answer, answer.by == .base, let decode = answer.decodeSeconds {
        tokens += answer.tokens
        seconds += decode
      }
    }
    guard tokens >= Self.tokensForOwnMeasurement, seconds > 0 else {
      return started?.baseSecondsPerToken
    }
    return seconds / Double(tokens)
  }

  /// Cost and gain of the last turn; nil before the first.
  public var metrics: TurnMetrics? {
    turns.last.map { TurnMetrics(turn: $0, run: self) }
  }
}

extension TurnState {
  /// The estimated speedup as it stood when each of the last `count` steps was kept, in order; empty
  /// where the base model's time per token is unknown.
  public func speedupCourse(last count: Int, baseSecondsPerToken: Double?) -> [Double] {
    guard let baseSecondsPerToken else { return [] }
    var course: [Double] = []
    var kept = sums.keptTokens
    for index in steps.indices.reversed() {
      if course.count == count { break }
      guard let tokens = steps[index].committed?.tokens else {
        kept -= steps[index].baseTokens
        continue
      }
      if let moment = steps[index].moments.committed, moment > 0 {
        course.append(Double(kept) * baseSecondsPerToken / moment)
      }
      kept -= tokens
    }
    return course.reversed()
  }
}
