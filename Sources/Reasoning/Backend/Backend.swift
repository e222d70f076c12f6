import Traces

/// Who answers for the two models: an engine in this process, a server, or a script in tests.
///
/// All calls of one backend are made one at a time, but for a draft beside a judgement where the
/// backend `overlaps`. A call ends early, throwing `CancellationError`, when the surrounding task
/// is cancelled.
public protocol Backend: Sendable {
  /// The queue that the backend computes on, where it does so itself: the reasoner then runs on it
  /// too, and a call needs no change of threads. Such a backend lets others onto the queue every
  /// few milliseconds.
  var executor: QueueExecutor? { get }

  /// Whether the draft model may write while the base model judges: where each has a machine of its
  /// own. On one machine they would only slow each other.
  var overlaps: Bool { get }

  /// What the pair is, for `run.started`; measures the base model's speed on this machine.
  func describe() async throws -> PairDescription

  /// Lets `role` continue `prefix` until a stop of the request is met.
  ///
  /// `onToken` is called for each token in order, before the call returns.
  func write(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation

  /// Lets one model continue one prefix several times: `requests`, at least one, differ in nothing
  /// but their seeds. The time of what all have in common is told of the first.
  ///
  /// `onToken` is called for each token with the index of its request, in order within each.
  func write(
    _ requests: [GenerationRequest], onToken: @escaping @Sendable (Int, GeneratedToken) -> Void
  ) async throws -> [Generation]

  /// Asks the base model for its opinion of the last steps of `request.prefix`: one judgement for
  /// each of `request.steps`, or for the last step and each of its `alternatives`, in order, the
  /// time of a shared pass divided among them.
  ///
  /// Throws `ReasoningError.Reason.contextFull` where the question does not fit any more.
  func judge(_ request: JudgeRequest) async throws -> [Judgement]

  /// Tokens of one pass from which on judging more steps together gains nothing.
  var passTokens: Int { get }

  /// Sentences that the person should read before the models see `prompt`; told as warnings.
  func advice(on prompt: String) async throws -> [String]

  /// Forgets what was computed, so that the next run pays for its whole prompt.
  func forget() async
}

extension Backend {
  /// Its work is done elsewhere.
  public var executor: QueueExecutor? { nil }

  /// What keeps the vector units of a processor busy, and activations in its caches.
  public var passTokens: Int { 128 }

  /// One model at a time.
  public var overlaps: Bool { false }

  /// One after another.
  public func write(
    _ requests: [GenerationRequest], onToken: @escaping @Sendable (Int, GeneratedToken) -> Void
  ) async throws -> [Generation] {
    var written: [Generation] = []
    for (place, request) in requests.enumerated() {
      written.append(try await write(request) { onToken(place, $0) })
    }
    return written
  }

  /// Nothing to say.
  public func advice(on prompt: String) -> [String] { [] }

  /// Nothing to forget.
  public func forget() {}
}

/// Which model of the pair.
public enum Role: String, Sendable {
  case draft, base
}

/// A pair as its backend knows it.
public struct PairDescription: Sendable, Equatable {
  /// The base model.
  public var base: ModelDescription
  /// The draft model; nil when the base model works alone.
  public var draft: ModelDescription?
  /// Processor, threads, instruction set; for people.
  public var machine: String
  /// Seconds the base model takes to decode one token, measured; nil where it cannot be.
  public var baseSecondsPerToken: Double?
  /// Why the base model cannot check tokens of the draft model, in words; nil where it can.
  public var vocabularyDifference: String?
  /// Tokens of context that both models have room for; nil where unknown.
  public var contextLength: Int?

  /// A pair of `base` and `draft`.
  public init(
    base: ModelDescription, draft: ModelDescription?, machine: String,
    baseSecondsPerToken: Double?, vocabularyDifference: String? = nil
  ) {
    self.vocabularyDifference = vocabularyDifference
    self.base = base
    self.draft = draft
    self.machine = machine
    self.baseSecondsPerToken = baseSecondsPerToken
  }
}

/// One message of a chat.
public struct ChatMessage: Sendable, Equatable {
  /// Who speaks.
  public enum Speaker: String, Sendable {
    case system, user, assistant
  }

  /// Who says it.
  public var speaker: Speaker
  /// For a past assistant turn: the answer, without the reasoning before it.
  public var text: String

  /// `text` said by `speaker`.
  public init(_ speaker: Speaker, _ text: String) {
    self.speaker = speaker
    self.text = text
  }
}

/// Everything a model sees before it writes: the chat, and the reasoning so far.
///
/// A backend renders it with the model's own chat template: the messages, the generation prompt,
/// `<think>` and a newline, each step followed by a blank line; and when `thinkingClosed`, a
/// newline, `</think>` and a blank line after the last step instead.
public struct Prefix: Sendable, Equatable {
  /// What the base model alone is told before the chat: how steps are judged, where that stands
  /// once for all steps.
  public var rubric: String?
  /// The chat; ends with the user's message.
  public var messages: [ChatMessage]
  /// Steps committed so far, and last the one to be judged; without the blank lines between them.
  public var steps: [String]
  /// The reasoning is over and the answer follows.
  public var thinkingClosed: Bool
  /// The answer so far, when it is continued.
  public var answer: String

  /// A chat, and the reasoning so far.
  public init(
    messages: [ChatMessage], steps: [String] = [], thinkingClosed: Bool = false,
    answer: String = ""
  ) {
    self.messages = messages
    self.steps = steps
    self.thinkingClosed = thinkingClosed
    self.answer = answer
  }
}

/// A request to write one step, or the answer.
public struct GenerationRequest: Sendable, Equatable {
  /// The model that writes.
  public var role: Role
  /// What it continues.
  public var prefix: Prefix
  /// Greatest number of tokens to write.
  public var maxTokens: Int
  /// How its tokens are drawn.
  public var sampling: Sampling
  /// Seed of this call's random numbers; the same request with the same seed gives the same text,
  /// whatever is proposed.
  public var seed: UInt64
  /// A rejected step, which may come again in part: what is already known of it is not computed
  /// anew.
  public var proposal: String?
  /// Whether the draft model proposes tokens that the base model checks in passes.
  public var isSpeculative: Bool

  /// Lets `role` continue `prefix`; what it writes is a step while `prefix.thinkingClosed` is
  /// false, and the answer after that.
  public init(
    role: Role, prefix: Prefix, maxTokens: Int, sampling: Sampling, seed: UInt64,
    proposal: String? = nil, isSpeculative: Bool = false
  ) {
    self.role = role
    self.prefix = prefix
    self.maxTokens = maxTokens
    self.sampling = sampling
    self.seed = seed
    self.proposal = proposal
    self.isSpeculative = isSpeculative
  }
}

/// A token as it is written.
public struct GeneratedToken: Sendable, Equatable {
  /// Whole characters only: the tail of an incomplete character waits for the next token.
  public var text: String
  /// Its id in the author's vocabulary; nil where the backend does not know it.
  public var id: Int?
  /// Natural logarithm of its probability before temperature and filters.
  public var logProbability: Double?

  /// A token of `text`.
  public init(text: String, id: Int? = nil, logProbability: Double? = nil) {
    self.text = text
    self.id = id
    self.logProbability = logProbability
  }
}

/// What a write request gave.
public struct Generation: Sendable, Equatable {
  /// Why the writing stopped.
  public enum Stop: Sendable, Equatable {
    /// A blank line after the step. Never met in the answer.
    case stepEnd
    /// `</think>`: the reasoning is over. The text before it is the last step, possibly empty.
    case thinkingEnd
    /// The model ended its text.
    case endOfText
    /// `maxTokens` were written.
    case limit
    /// The model's context has no room left.
    case contextFull
  }

  /// The text, without the blank line or tag that ended it, and without blank lines before it.
  public var text: String
  /// Tokens written, with those that ended it.
  public var tokens: Int
  /// Why the writing stopped.
  public var stop: Stop
  /// Wall time, prefill of what was new in the prefix included.
  public var seconds: Double
  /// The part of `seconds` that went into decoding.
  public var decodeSeconds: Double
  /// What was proposed for it; nil where nothing was.
  public var speculation: TokenSpeculation?
  /// Tokens of the model's context, what was written included; nil where unknown.
  public var contextTokens: Int?

  /// What was written.
  public init(
    text: String, tokens: Int, stop: Stop, seconds: Double, decodeSeconds: Double,
    speculation: TokenSpeculation? = nil
  ) {
    self.speculation = speculation
    self.text = text
    self.tokens = tokens
    self.stop = stop
    self.seconds = seconds
    self.decodeSeconds = decodeSeconds
  }
}

/// A request to judge the last steps of a prefix.
public struct JudgeRequest: Sendable {
  /// `prefix.steps` ends with the steps to be judged.
  public var prefix: Prefix
  /// How many of the last steps are to be judged; more than one only by a judge that asks nothing.
  public var steps: Int
  /// Other texts that may stand in the place of the last step, where it alone is to be judged: they
  /// are judged beside it, in the same passes.
  public var alternatives: [String]
  /// How the base model is asked.
  public var judge: Judge

  /// How the base model is asked.
  public enum Judge: Sendable, Equatable {
    /// A user turn asks; an assistant turn that begins with `opening` answers with one token.
    case wording(question: String, opening: String)
    /// The reasoning goes on with `opening`, which the prefix's rubric explains, and one token.
    case continuation(opening: String)
    /// Nothing is asked: the base model's probabilities of the step's tokens.
    case likelihood
  }

  /// Judges the last `steps` steps of `prefix` by `judge`.
  public init(prefix: Prefix, steps: Int = 1, alternatives: [String] = [], judge: Judge) {
    self.prefix = prefix
    self.steps = steps
    self.alternatives = alternatives
    self.judge = judge
  }
}

/// What the base model said of a step, before it becomes a score.
public struct Judgement: Sendable, Equatable {
  /// The opinion itself.
  public enum Opinion: Sendable, Equatable {
    /// Probabilities of the answers `0` to `9` (ten of them, as the model gave them, so that they
    /// sum to at most 1), and whether a digit was the most probable token of all.
    case digits(probabilities: [Double], readable: Bool)
    /// Natural logarithms, one per token of the step: its probability, and that of the token
    /// that the base model held most probable there.
    case likelihood(tokens: [Double], best: [Double])
  }

  /// What it said.
  public var opinion: Opinion
  /// Tokens prefilled for it.
  public var promptTokens: Int
  /// Wall time of the judgement.
  public var seconds: Double

  /// No opinion, where a backend gave none: it cannot be read.
  static let none = Judgement(
    opinion: .digits(probabilities: [], readable: false), promptTokens: 0, seconds: 0)

  /// An opinion, and what it cost.
  public init(opinion: Opinion, promptTokens: Int, seconds: Double) {
    self.opinion = opinion
    self.promptTokens = promptTokens
    self.seconds = seconds
  }
}
