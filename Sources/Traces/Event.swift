/// One thing that happened in a run; a run's trace is the append-only sequence of its events.
///
/// Live engine, finished file and replay all deliver the same events, and every view of a run
/// (screen, plain text, metrics, export) is a reduction over them.
public struct Event: Sendable, Equatable {
  /// Seconds since the run began.
  public var time: Double
  /// What happened.
  public var kind: Kind

  /// What an event says; one case for each `type` of the trace format.
  public enum Kind: Sendable, Equatable {
    case runStarted(RunStarted)
    case turnStarted(TurnStarted)
    case token(TokenWritten)
    case stepDrafted(StepDrafted)
    case stepJudged(StepJudged)
    case stepDecided(StepDecided)
    case stepCommitted(StepCommitted)
    case control(Control)
    case answer(Answer)
    case turnEnded(TurnEnded)
    case warning(Notice)
    case error(Notice)
  }

  /// An event of `kind`, `time` seconds after the run began.
  public init(time: Double, kind: Kind) {
    self.time = time
    self.kind = kind
  }
}

/// Who wrote a text or took a decision about it.
public enum Author: String, Codable, Sendable {
  case draft, base, person
}

/// How the two models work together.
public enum Mode: String, Codable, Sendable, CaseIterable {
  /// The base model writes everything.
  case base
  /// The draft model writes everything and nothing is judged.
  case draft
  /// The draft model writes steps, the base model judges and, below the threshold, regenerates.
  case reason
}

/// How a judge's digit distribution becomes one score.
public enum ScoreMethod: String, Codable, Sendable, CaseIterable {
  /// The digit with the greatest probability.
  case greedy
  /// The mean of the digits under their normalised probabilities.
  case average
}

/// How the base model is asked for its opinion of a step.
public enum JudgeKind: String, Codable, Sendable, CaseIterable {
  /// The wording of the published script (arXiv 2504.07891), about 60 tokens.
  case reference
  /// A short wording, about 20 tokens.
  case short
  /// No wording: the base model's own probabilities of the step's tokens.
  case likelihood
}

/// One model of a pair as the trace names it.
public struct ModelDescription: Codable, Sendable, Equatable {
  /// The model's own name.
  public var name: String
  /// Where it came from: a file path or a URL.
  public var source: String
  /// Weight type, such as `Q8_0`; nil where unknown.
  public var quantization: String?
  /// Number of weights; nil where unknown.
  public var parameters: Int?

  /// A model named `name` from `source`.
  public init(name: String, source: String, quantization: String? = nil, parameters: Int? = nil) {
    self.name = name
    self.source = source
    self.quantization = quantization
    self.parameters = parameters
  }
}

/// How tokens are drawn from a model's distribution.
public struct Sampling: Codable, Sendable, Equatable {
  /// 0 means the most probable token; otherwise logits are divided by it.
  public var temperature: Double
  /// Keep the smallest set of tokens whose probabilities reach this sum, 0 < p ≤ 1.
  public var topP: Double
  /// Keep the `topK` most probable tokens; 0 keeps all.
  public var topK: Int
  /// Keep tokens at least this fraction as probable as the best, 0 ≤ p < 1.
  public var minP: Double

  /// The field's defaults for reasoning models: temperature 0.6, top-p 0.95.
  public init(
    temperature: Double = 0.6, topP: Double = 0.95, topK: Int = 0, minP: Double = 0
  ) {
    self.temperature = temperature
    self.topP = topP
    self.topK = topK
    self.minP = minP
  }
}

/// `run.started`: what was asked for, and on what machine.
public struct RunStarted: Codable, Sendable, Equatable {
  /// Version of the trace format; rises when the meaning of a field changes.
  public static let currentSchema = 1

  public var schema: Int = currentSchema
  /// Version of the program.
  public var version: String
  public var base: ModelDescription
  public var draft: ModelDescription?
  public var mode: Mode
  public var threshold: Double
  public var score: ScoreMethod
  public var judge: JudgeKind
  public var firstBaseSteps: Int
  public var seed: UInt64
  public var sampling: Sampling
  /// Token budget of one turn: every token kept or discarded counts.
  public var budget: Int
  /// Processor, threads, instruction set; for people, not for programs.
  public var machine: String
  /// Seconds the base model takes for one token, measured at the start of this run.
  public var baseSecondsPerToken: Double?

  /// Everything that was asked for when the run began.
  public init(
    version: String, base: ModelDescription, draft: ModelDescription?, mode: Mode,
    threshold: Double, score: ScoreMethod, judge: JudgeKind, firstBaseSteps: Int, seed: UInt64,
    sampling: Sampling, budget: Int, machine: String, baseSecondsPerToken: Double?
  ) {
    self.version = version
    self.base = base
    self.draft = draft
    self.mode = mode
    self.threshold = threshold
    self.score = score
    self.judge = judge
    self.firstBaseSteps = firstBaseSteps
    self.seed = seed
    self.sampling = sampling
    self.budget = budget
    self.machine = machine
    self.baseSecondsPerToken = baseSecondsPerToken
  }
}

/// `turn.started`: the person asked something.
public struct TurnStarted: Codable, Sendable, Equatable {
  /// Counts from 1.
  public var turn: Int
  public var prompt: String

  /// Turn number `turn`, with the person's `prompt`.
  public init(turn: Int, prompt: String) {
    self.turn = turn
    self.prompt = prompt
  }
}

/// `token`: a model wrote a piece of text.
public struct TokenWritten: Codable, Sendable, Equatable {
  /// The step it belongs to, counted from 1 in its turn; nil in the answer.
  public var step: Int?
  public var by: Author
  /// Whole characters only; may be empty while a character is incomplete.
  public var text: String
  public var id: Int?
  public var logprob: Double?

  /// A piece of `text` written by `by`.
  public init(step: Int?, by: Author, text: String, id: Int? = nil, logprob: Double? = nil) {
    self.step = step
    self.by = by
    self.text = text
    self.id = id
    self.logprob = logprob
  }
}

/// `step.drafted`: the draft model finished a step.
public struct StepDrafted: Codable, Sendable, Equatable {
  public var step: Int
  public var text: String
  public var tokens: Int
  public var seconds: Double
  /// The step hit its token limit before it ended.
  public var cut: Bool

  /// Step `step` as the draft model wrote it.
  public init(step: Int, text: String, tokens: Int, seconds: Double, cut: Bool) {
    self.step = step
    self.text = text
    self.tokens = tokens
    self.seconds = seconds
    self.cut = cut
  }
}

/// `step.judged`: the base model gave its opinion of a drafted step.
public struct StepJudged: Codable, Sendable, Equatable {
  public var step: Int
  /// The deciding score, 0 to 9, by the run's score method; nil when unreadable.
  public var score: Double?
  /// The digit with the greatest probability; nil for a likelihood judge.
  public var greedy: Int?
  /// Mean digit under the normalised probabilities; nil for a likelihood judge.
  public var average: Double?
  /// Normalised probabilities of the digits 0 to 9; empty for a likelihood judge.
  public var probabilities: [Double]
  /// False when the model's most probable answer is not a digit.
  public var readable: Bool
  /// Tokens prefilled for this judgement: the step itself and the wording.
  public var promptTokens: Int
  public var seconds: Double

  /// A judgement of step `step`.
  public init(
    step: Int, score: Double?, greedy: Int?, average: Double?, probabilities: [Double],
    readable: Bool, promptTokens: Int, seconds: Double
  ) {
    self.step = step
    self.score = score
    self.greedy = greedy
    self.average = average
    self.probabilities = probabilities
    self.readable = readable
    self.promptTokens = promptTokens
    self.seconds = seconds
  }
}

/// What became of a drafted step.
public enum Verdict: String, Codable, Sendable {
  case accepted, rejected
}

/// `step.decided`: a drafted step was accepted or rejected.
public struct StepDecided: Codable, Sendable, Equatable {
  /// What decided.
  public enum Decider: String, Codable, Sendable {
    case judge, person, rule
  }

  public var step: Int
  public var verdict: Verdict
  /// The acceptance threshold at that moment.
  public var threshold: Double
  public var by: Decider
  /// One short sentence, such as `score 6.5 below 7.0` or `cut at 256 tokens`.
  public var reason: String

  /// A decision about step `step`.
  public init(step: Int, verdict: Verdict, threshold: Double, by: Decider, reason: String) {
    self.step = step
    self.verdict = verdict
    self.threshold = threshold
    self.by = by
    self.reason = reason
  }
}

/// How a step came to be part of the reasoning.
public enum StepStatus: String, Codable, Sendable, CaseIterable {
  case draftAccepted = "draft-accepted"
  case baseRegenerated = "base-regenerated"
  case baseWritten = "base-written"
  /// Mode `draft`: nobody judged it.
  case draftWritten = "draft-written"
}

/// `step.committed`: a step became part of the reasoning.
public struct StepCommitted: Codable, Sendable, Equatable {
  public var step: Int
  public var by: Author
  public var status: StepStatus
  public var text: String
  /// Tokens of the committed text.
  public var tokens: Int
  /// Time its author took to write it.
  public var seconds: Double
  public var cut: Bool

  /// Step `step` as it was kept.
  public init(
    step: Int, by: Author, status: StepStatus, text: String, tokens: Int, seconds: Double,
    cut: Bool
  ) {
    self.step = step
    self.by = by
    self.status = status
    self.text = text
    self.tokens = tokens
    self.seconds = seconds
    self.cut = cut
  }
}

/// `answer`: the text after the reasoning.
public struct Answer: Codable, Sendable, Equatable {
  public var text: String
  /// Content of the last `\boxed{…}`; nil when there is none.
  public var boxed: String?
  public var by: Author
  public var tokens: Int
  public var seconds: Double

  /// The answer `text`.
  public init(text: String, boxed: String?, by: Author, tokens: Int, seconds: Double) {
    self.text = text
    self.boxed = boxed
    self.by = by
    self.tokens = tokens
    self.seconds = seconds
  }
}

/// Why a turn ended.
public enum StopReason: String, Codable, Sendable, CaseIterable {
  case answer
  /// The model ended its text without an answer.
  case endOfText = "end-of-text"
  case budget
  case contextFull = "context-full"
  case repetition
  case cancelled
  case error
}

/// Tokens by purpose.
public struct TokenCounts: Codable, Sendable, Equatable {
  /// Written by the draft model, kept or not.
  public var draft = 0
  /// Prefilled for judging.
  public var judge = 0
  /// Written by the base model.
  public var base = 0
  /// Written and thrown away.
  public var discarded = 0

  /// No tokens yet.
  public init() {}
}

/// `turn.ended`: why, and what it cost.
public struct TurnEnded: Codable, Sendable, Equatable {
  public var turn: Int
  public var stop: StopReason
  /// Wall time of the turn.
  public var seconds: Double
  public var tokens: TokenCounts
  /// Drafted steps accepted and rejected.
  public var accepted: Int
  public var rejected: Int
  /// Tokens kept × the base model's time per token ÷ wall time.
  public var estimatedSpeedup: Double?
  /// Against a real run of the base model on the same prompt and seed.
  public var measuredSpeedup: Double?

  /// The end of turn `turn`.
  public init(
    turn: Int, stop: StopReason, seconds: Double, tokens: TokenCounts, accepted: Int,
    rejected: Int, estimatedSpeedup: Double?, measuredSpeedup: Double? = nil
  ) {
    self.turn = turn
    self.stop = stop
    self.seconds = seconds
    self.tokens = tokens
    self.accepted = accepted
    self.rejected = rejected
    self.estimatedSpeedup = estimatedSpeedup
    self.measuredSpeedup = measuredSpeedup
  }
}

/// `warning` and `error`: something the person should know.
public struct Notice: Codable, Sendable, Equatable {
  public var message: String
  /// The step it belongs to, if to one.
  public var step: Int?

  /// A notice, about step `step` if given.
  public init(message: String, step: Int? = nil) {
    self.message = message
    self.step = step
  }
}
