/// `turn.started`: the person asked something.
public struct TurnStarted: Codable, Sendable, Equatable {
  /// Counts from 1.
  public var turn: Int
  /// The person's text as it stands.
  public var prompt: String
  /// Tokens of the whole prompt, earlier turns included, as the base model reads it when it works
  /// alone; nil where unknown.
  public var promptTokens: Int?
  /// Those of them that the base model's KV cache held when the turn began; nil where unknown.
  public var cachedTokens: Int?

  /// Turn number `turn`, with the person's `prompt`.
  public init(turn: Int, prompt: String) {
    self.turn = turn
    self.prompt = prompt
  }
}

/// `answer`: the text after the reasoning.
///
/// A model that ends its text without closing the reasoning gives its last step as the answer, and
/// so does one without tags for its reasoning where a budget ends it; then `tokens` and `seconds` are
/// 0, because the step has them already.
public struct Answer: Codable, Sendable, Equatable {
  /// The answer's text; only its beginning when the turn was stopped meanwhile.
  public var text: String
  /// Content of the last `\boxed{…}`; nil when there is none.
  public var boxed: String?
  /// The model that wrote it.
  public var by: Author
  /// Tokens written for it, with those that closed the reasoning.
  public var tokens: Int
  /// Time its author took to write it, prefill included.
  public var seconds: Double
  /// The part of `seconds` that went into decoding, token by token; nil where unknown.
  public var decodeSeconds: Double?
  /// Draft tokens of the base model's writing; nil where there were none.
  public var speculation: TokenSpeculation?
  /// Why the reasoning did not end by itself; nil where it did.
  public var forced: Force?
  /// Tokens of its author's context up to the answer's end; nil where unknown.
  public var contextTokens: Int?
  /// The passes that were computed for it; nil where unknown.
  public var passes: [PassGroup]?

  /// What ends a reasoning before its own end.
  public enum Force: String, Codable, Sendable {
    case budget
    case workBudget = "work-budget"
    case thinkingBudget = "thinking-budget"
    case person
  }

  /// The answer `text`.
  public init(
    text: String, boxed: String?, by: Author, tokens: Int, seconds: Double,
    decodeSeconds: Double? = nil, speculation: TokenSpeculation? = nil
  ) {
    self.text = text
    self.boxed = boxed
    self.by = by
    self.tokens = tokens
    self.seconds = seconds
    self.decodeSeconds = decodeSeconds
    self.speculation = speculation
  }
}

/// Why a turn ended.
public enum StopReason: String, Codable, Sendable, CaseIterable {
  case answer
  /// A model without tags for its reasoning ended its text by itself: all that it wrote is the answer.
  case finished
  /// A model with such tags ended its text inside the reasoning, without an answer.
  case endOfText = "end-of-text"
  /// The token budget is used up.
  case budget
  /// Both models together wrote as many tokens as they may.
  case workBudget = "work-budget"
  case contextFull = "context-full"
  case repetition
  case cancelled
  /// The process ended in the middle of the turn. A trace says `cancelled`, and `brokenOff` beside it.
  case brokenOff = "broken-off"
  case error

  /// Whether the models came to their own end, with or without an answer.
  public var isOwnEnd: Bool { [.answer, .finished, .endOfText].contains(self) }

  /// Whether a budget ended the turn, so that it can go on with as much again.
  public var isOfBudget: Bool { [.budget, .workBudget].contains(self) }
}

/// Tokens by purpose.
public struct TokenCounts: Codable, Sendable, Equatable {
  /// Written by the draft model, kept or not.
  public var draft = 0
  /// Prefilled for judging.
  public var judge = 0
  /// Written by the base model.
  public var base = 0
  /// Written and not kept: wasted; also counted in `draft` or `base`.
  public var discarded = 0
  /// Draft tokens that the base model checked while it wrote; counted nowhere else.
  public var proposed = 0
  /// Those of them that it kept; also counted in `base`.
  public var proposedKept = 0

  /// No tokens yet.
  public init() {}

  /// Adds the counts of more work.
  public static func += (sum: inout TokenCounts, more: TokenCounts) {
    sum.draft += more.draft
    sum.judge += more.judge
    sum.base += more.base
    sum.discarded += more.discarded
    sum.proposed += more.proposed
    sum.proposedKept += more.proposedKept
  }

  /// Reads counts; those that earlier versions did not have are 0.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    draft = try fields.decode(Int.self, forKey: .draft)
    judge = try fields.decode(Int.self, forKey: .judge)
    base = try fields.decode(Int.self, forKey: .base)
    discarded = try fields.decode(Int.self, forKey: .discarded)
    proposed = try fields.decodeIfPresent(Int.self, forKey: .proposed) ?? 0
    proposedKept = try fields.decodeIfPresent(Int.self, forKey: .proposedKept) ?? 0
  }
}

/// `branch.started`: the turn goes on from an earlier step, and the steps after it are kept apart.
public struct BranchStarted: Codable, Sendable, Equatable {
  /// Counts from 1.
  public var turn: Int
  /// The branch that begins; the first of a turn has the number 0 and no event.
  public var branch: Int
  /// The branch that it leaves.
  public var parent: Int
  /// Steps that both have.
  public var keeps: Int

  /// Branch `branch`, which shares the first `keeps` steps with `parent`.
  public init(turn: Int, branch: Int, parent: Int, keeps: Int) {
    self.turn = turn
    self.branch = branch
    self.parent = parent
    self.keeps = keeps
  }
}

/// `threshold.adapted`: the acceptance threshold moved by itself towards a target.
public struct ThresholdAdapted: Codable, Sendable, Equatable {
  /// The threshold from the next decision on, 0 to 9.
  public var threshold: Double
  /// One short sentence, such as `acceptance 0.91, target 0.80`.
  public var reason: String

  /// The new threshold.
  public init(threshold: Double, reason: String) {
    self.threshold = threshold
    self.reason = reason
  }
}

/// `turn.ended`: why, and what it cost.
public struct TurnEnded: Codable, Sendable, Equatable {
  /// Counts from 1.
  public var turn: Int
  /// Why it ended.
  public var stop: StopReason
  /// Wall time of the turn.
  public var seconds: Double
  /// Tokens by purpose.
  public var tokens: TokenCounts
  /// Drafted steps that were accepted.
  public var accepted: Int
  /// Drafted steps that were rejected.
  public var rejected: Int
  /// Rejected steps that the base model wrote again word for word; nil in traces without them.
  public var identicalRewrites: Int?
  /// `baseAlone` ÷ wall time; nil where it is unknown.
  public var estimatedSpeedup: Double?
  /// Seconds that the base model alone would have taken for the same text; nil where unknown.
  public var baseAlone: Bounds?
  /// Against a real run of the base model on the same prompt and seed; nil when there was none.
  public var measuredSpeedup: Double?

  /// The end of turn `turn`.
  public init(
    turn: Int, stop: StopReason, seconds: Double, tokens: TokenCounts, accepted: Int,
    rejected: Int, identicalRewrites: Int? = nil, estimatedSpeedup: Double?,
    measuredSpeedup: Double? = nil
  ) {
    self.turn = turn
    self.stop = stop
    self.seconds = seconds
    self.tokens = tokens
    self.accepted = accepted
    self.rejected = rejected
    self.identicalRewrites = identicalRewrites
    self.estimatedSpeedup = estimatedSpeedup
    self.measuredSpeedup = measuredSpeedup
  }
}

/// `ahead.dropped`: drafts of coming steps were wasted before they were due, because the steps
/// before them came out otherwise.
public struct AheadDropped: Codable, Sendable, Equatable {
  /// Drafts that were wasted.
  public var steps: Int
  /// Tokens the draft model wrote for them.
  public var tokens: Int
  /// Wall time of writing them; 0 where they were written beside a judgement.
  public var seconds: Double
  /// Tokens prefilled to judge them.
  public var judgeTokens: Int
  /// Wall time of judging them.
  public var judgeSeconds: Double
  /// The passes that were computed for it; nil where unknown.
  public var passes: [PassGroup]?

  /// `steps` drafts of `tokens` tokens; nothing by default.
  public init(
    steps: Int = 0, tokens: Int = 0, seconds: Double = 0, judgeTokens: Int = 0,
    judgeSeconds: Double = 0
  ) {
    self.steps = steps
    self.tokens = tokens
    self.seconds = seconds
    self.judgeTokens = judgeTokens
    self.judgeSeconds = judgeSeconds
  }
}

/// `turn.waited`: nothing was computed for a while, because the person paused the turn or was asked
/// for a decision. That time is no part of the turn's wall time.
public struct TurnWaited: Codable, Sendable, Equatable {
  /// Counts from 1.
  public var turn: Int
  /// Seconds of waiting.
  public var seconds: Double

  /// Turn `turn` waited for `seconds`.
  public init(turn: Int, seconds: Double) {
    self.turn = turn
    self.seconds = seconds
  }
}

/// `race.ended`: the base model alone answered the prompt of a turn again, with the same seed.
public struct RaceEnded: Codable, Sendable, Equatable {
  /// The turn that the pair ran; counts from 1.
  public var turn: Int
  /// What the base model thought, its steps separated by blank lines.
  public var reasoning: String
  /// What it answered; empty where it came to no answer.
  public var answer: String
  /// Content of the last `\boxed{…}` of its answer; nil when there is none.
  public var boxed: String?
  /// Why it ended.
  public var stop: StopReason
  /// Tokens it wrote.
  public var tokens: Int
  /// Its wall time.
  public var seconds: Double
  /// The measured speedup: its wall time ÷ the pair's, both up to step `comparedStep`. Nil where one of
  /// them was cut off, so that they cannot be compared.
  public var speedup: Double?
  /// The last step that both completed; nil where both whole runs are compared.
  public var comparedStep: Int?
  /// What cut one of them off; nil where they can be compared.
  public var cutBy: StopReason?
  /// Seconds of its own time at which each step of `reasoning` was kept; nil in traces without.
  public var stepSeconds: [Double]?
  /// The steps of `reasoning`, whose own blank lines are no ends; nil in traces without.
  public var steps: [String]?

  /// The race against turn `turn`.
  public init(
    turn: Int, reasoning: String, answer: String, boxed: String?, stop: StopReason, tokens: Int,
    seconds: Double, speedup: Double?
  ) {
    self.turn = turn
    self.reasoning = reasoning
    self.answer = answer
    self.boxed = boxed
    self.stop = stop
    self.tokens = tokens
    self.seconds = seconds
    self.speedup = speedup
  }
}
