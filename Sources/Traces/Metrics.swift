/// Wall time by purpose, in seconds.
public struct PurposeSeconds: Sendable, Equatable {
  /// Drafting, kept or not.
  public var draft = 0.0
  /// Judging.
  public var judge = 0.0
  /// Writing by the base model: its steps, regenerations and answers.
  public var base = 0.0
  /// Drafting that was thrown away; also counted in `draft`.
  public var discarded = 0.0
}

/// What a turn cost and gained so far; while it runs, up to the last event.
public struct TurnMetrics: Sendable, Equatable {
  /// Tokens by purpose; while a step is written, the tokens seen so far count.
  public private(set) var tokens = TokenCounts()
  /// Finished work by purpose.
  public private(set) var seconds = PurposeSeconds()
  /// Tokens of committed steps and of the answer, and those the base model is writing now.
  public private(set) var keptTokens = 0
  /// Drafted steps that were accepted.
  public private(set) var accepted = 0
  /// Drafted steps that were rejected.
  public private(set) var rejected = 0
  /// Wall time of the turn; everything counts, waiting included.
  public let wallSeconds: Double
  /// The base model's time for one token in this run; nil where unknown.
  public let baseSecondsPerToken: Double?
  /// Against a real run of the base model; nil when there was none.
  public let measuredSpeedup: Double?

  private var judgedTokens = 0
  private var judgedDraftSeconds = 0.0

  /// Measures `turn`, which is a turn of `run`.
  public init(turn: TurnState, run: RunState) {
    wallSeconds = turn.ended?.seconds ?? max(0, run.time - turn.startedAt)
    baseSecondsPerToken = run.baseSecondsPerToken
    measuredSpeedup = turn.ended?.measuredSpeedup
    for step in turn.steps { add(step) }
    add(answerOf: turn)
    if let ended = turn.ended {
      // The reasoner's own count also has tokens that closed the reasoning.
      tokens = ended.tokens
      accepted = ended.accepted
      rejected = ended.rejected
    }
  }

  /// Share of drafted steps that were accepted, 0 to 1; nil before the first decision.
  public var acceptanceRate: Double? {
    let decided = accepted + rejected
    return decided > 0 ? Double(accepted) / Double(decided) : nil
  }

  /// Tokens kept × the base model's time per token ÷ wall time; nil while one is unknown.
  public var estimatedSpeedup: Double? {
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
    let spent = judgedDraftSeconds + seconds.judge
    return spent / (Double(judgedTokens) * baseSecondsPerToken)
  }

  private mutating func add(_ step: StepState) {
    tokens.draft += step.drafted?.tokens ?? step.draftTokens
    seconds.draft += step.drafted?.seconds ?? 0
    if let judged = step.judged {
      tokens.judge += judged.promptTokens
      seconds.judge += judged.seconds
      judgedTokens += step.drafted?.tokens ?? 0
      judgedDraftSeconds += step.drafted?.seconds ?? 0
    }
    switch step.decided?.verdict {
    case .accepted: accepted += 1
    case .rejected:
      rejected += 1
      tokens.discarded += step.drafted?.tokens ?? 0
      seconds.discarded += step.drafted?.seconds ?? 0
    case nil: break
    }
    guard let committed = step.committed else {
      tokens.base += step.baseTokens
      keptTokens += step.baseTokens
      return
    }
    keptTokens += committed.tokens
    if committed.by == .base {
      tokens.base += committed.tokens
      seconds.base += committed.seconds
    } else if step.drafted == nil {
      // A draft that was stopped before it ended has no `step.drafted`.
      seconds.draft += committed.seconds
    }
  }

  private mutating func add(answerOf turn: TurnState) {
    let written = turn.answer?.tokens ?? turn.answerTokens
    keptTokens += written
    let author = turn.answer?.by ?? (turn.mode == .draft ? .draft : .base)
    if author == .draft {
      tokens.draft += written
      seconds.draft += turn.answer?.seconds ?? 0
    } else {
      tokens.base += written
      seconds.base += turn.answer?.seconds ?? 0
    }
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
      for case let step? in turn.steps.map(\.committed) where step.by == .base {
        guard let decode = step.decodeSeconds else { continue }
        tokens += step.tokens
        seconds += decode
      }
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

  /// What the last turn cost and gained so far; nil before the first.
  public var metrics: TurnMetrics? {
    turns.last.map { TurnMetrics(turn: $0, run: self) }
  }
}
