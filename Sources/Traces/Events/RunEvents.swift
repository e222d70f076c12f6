/// How the two models work together.
public enum Mode: String, Codable, Sendable, CaseIterable {
  /// The base model writes everything.
  case base
  /// The draft model writes everything and nothing is judged.
  case draft
  /// The base model writes everything; the draft model proposes tokens that it checks in passes.
  case specDecode = "spec-decode"
  /// The draft model writes steps, the base model judges and, below the threshold, regenerates.
  case reason
  /// As `reason`, and the draft model proposes tokens wherever the base model writes.
  case reasonDecode = "reason+decode"

  /// Whether the draft model writes steps that the base model judges.
  public var judgesSteps: Bool { self == .reason || self == .reasonDecode }

  /// Whether the draft model proposes tokens wherever the base model writes.
  public var speculatesTokens: Bool { self == .specDecode || self == .reasonDecode }
}

/// What token-level speculation did in one write: several tokens a pass, of the same text as
/// without it.
public struct TokenSpeculation: Codable, Sendable, Equatable {
  /// Draft tokens that the base model checked.
  public var proposed: Int
  /// Those of them that it kept.
  public var accepted: Int
  /// Passes of the base model.
  public var passes: Int
  /// Seconds the draft model took.
  public var draftSeconds: Double

  /// What one write proposed and kept.
  public init(proposed: Int, accepted: Int, passes: Int, draftSeconds: Double) {
    self.proposed = proposed
    self.accepted = accepted
    self.passes = passes
    self.draftSeconds = draftSeconds
  }
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
  /// A rubric that stands once before the chat, so that a step needs only a few tokens.
  case prefix
  /// No wording: the base model's own probabilities of the step's tokens.
  case likelihood
  /// A wording of the person's own, which `run.started` records.
  case own
}

/// What a judge of the person's own says to the base model.
public struct JudgeWording: Codable, Sendable, Equatable {
  /// The user turn after a step; it asks for one digit from 0 to 9.
  public var question: String
  /// How the assistant turn begins that the digit completes.
  public var opening: String

  /// A wording that asks `question`.
  public init(question: String, opening: String = "Score: ") {
    self.question = question
    self.opening = opening
  }
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

  /// The trace format that this run was written in.
  public var schema: Int = currentSchema
  /// Version of the program.
  public var version: String
  /// The base model.
  public var base: ModelDescription
  /// The draft model; nil when the base model works alone.
  public var draft: ModelDescription?
  /// The mode of the first turn.
  public var mode: Mode
  /// The acceptance threshold at the start, 0 to 9.
  public var threshold: Double
  /// How a digit distribution becomes the deciding score.
  public var score: ScoreMethod
  /// How the base model is asked for its opinion.
  public var judge: JudgeKind
  /// The wording where `judge`, or a second judge, is one's own.
  public var judgeWording: JudgeWording?
  /// Number of steps at the start of each turn that the base model writes outright.
  public var firstBaseSteps: Int
  /// Seed of the whole run; each write takes its own seed from it.
  public var seed: UInt64
  /// How both models draw their tokens.
  public var sampling: Sampling
  /// Token budget of one turn: every token kept or discarded counts.
  public var budget: Int
  /// Processor, threads, instruction set; for people, not for programs.
  public var machine: String
  /// Seconds the base model takes for one token, measured at the start of this run.
  public var baseSecondsPerToken: Double?
  /// Tokens of reasoning at most; nil for no limit but the budget.
  public var thinkingBudget: Int?
  /// Steps that were drafted, at most, before one pass judged them all; nil for one.
  public var lookahead: Int?
  /// What the models are told before the chat; nil for nothing.
  public var system: String?
  /// Tokens of context that both models have room for; nil where unknown.
  public var context: Int?
  /// What becomes of a draft whose judgement cannot be read; nil in traces without it.
  public var unreadable: UnreadableRule?
  /// What the threshold follows by itself, such as `acceptance=0.8`; nil where it stays.
  public var adapt: String?

  /// Everything that was asked for when the run began.
  public init(
    version: String, base: ModelDescription, draft: ModelDescription?, mode: Mode,
    threshold: Double, score: ScoreMethod, judge: JudgeKind, judgeWording: JudgeWording? = nil,
    firstBaseSteps: Int, seed: UInt64, sampling: Sampling, budget: Int, machine: String,
    baseSecondsPerToken: Double?
  ) {
    self.version = version
    self.base = base
    self.draft = draft
    self.mode = mode
    self.threshold = threshold
    self.score = score
    self.judge = judge
    self.judgeWording = judgeWording
    self.firstBaseSteps = firstBaseSteps
    self.seed = seed
    self.sampling = sampling
    self.budget = budget
    self.machine = machine
    self.baseSecondsPerToken = baseSecondsPerToken
  }
}
