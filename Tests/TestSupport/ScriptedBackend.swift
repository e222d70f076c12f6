import Reasoning
import Traces

/// A backend that says what a script tells it to, in no time; a clock given to it moves by what a
/// model would have taken.
///
/// A token is a word with the white space around it, plus one for the end. A reply longer than the
/// request allows is cut, as a model's would be. When the script is at its end, both models end
/// their text and the judge scores 9.
public actor ScriptedBackend: Backend {
  /// What one generation gives.
  public enum Reply: Sendable {
    /// `text`, ended by `stop`.
    case text(String, Generation.Stop = .stepEnd)
    /// `text`, and then an error.
    case failure(after: String, any Error)
    /// `text`, and then nothing until the generation is cancelled.
    case stall(after: String)
  }

  /// What one judgement gives.
  public enum Opinion: Sendable {
    case gives(Judgement.Opinion)
    case failure(any Error)
    /// Nothing until the judgement is cancelled.
    case stall

    /// All probability on `digit`.
    public static func digit(_ digit: Int) -> Opinion {
      .gives(.digits(probabilities: (0...9).map { $0 == digit ? 1 : 0 }, readable: true))
    }

    /// The most probable answer is no digit.
    public static let unreadable = Opinion.gives(
      .digits(probabilities: Array(repeating: 0.02, count: 10), readable: false))
  }

  /// Seconds one token of the draft model takes.
  public static let draftSecondsPerToken = 0.01
  /// Seconds one token of the base model takes.
  public static let baseSecondsPerToken = 0.1
  /// Seconds one judgement takes.
  public static let judgeSeconds = 0.05
  /// Tokens one judgement prefills.
  public static let judgeTokens = 20

  private var drafts: [Reply]
  private var base: [Reply]
  private var opinions: [Opinion]
  private let hasDraft: Bool
  private let vocabularyDifference: String?
  private let likelihoodObstacle: String?
  /// Whether it drafts while it judges.
  public nonisolated let overlaps: Bool
  private let clock: ManualClock?
  private let logprob: Double?
  private var entropies: [Double]
  private var secondsOfJudging = ScriptedBackend.judgeSeconds
  private var beforeOpinion: @Sendable () async -> Void = {}
  /// The requests in order.
  public private(set) var requests: [GenerationRequest] = []
  /// The judge requests in order.
  public private(set) var judgements: [JudgeRequest] = []

  /// A backend for a script of each model's replies in order.
  ///
  /// - Parameters:
  ///   - logprob: Log-probability of every token; nil where none is told.
  ///   - entropies: Entropies of the first tokens of drafts, in order; unknown after these.
  public init(
    drafts: [Reply] = [], base: [Reply] = [], opinions: [Opinion] = [], hasDraft: Bool = true,
    vocabularyDifference: String? = nil, likelihoodObstacle: String? = nil, overlaps: Bool = false,
    clock: ManualClock? = nil, logprob: Double? = nil, entropies: [Double] = []
  ) {
    self.logprob = logprob
    self.entropies = entropies
    self.overlaps = overlaps
    self.vocabularyDifference = vocabularyDifference
    self.likelihoodObstacle = likelihoodObstacle
    self.drafts = drafts
    self.base = base
    self.opinions = opinions
    self.hasDraft = hasDraft
    self.clock = clock
  }

  /// Does `action` each time a judgement was asked for and before it is given.
  public func beforeEachOpinion(_ action: @escaping @Sendable () async -> Void) {
    beforeOpinion = action
  }

  /// Lets every judgement take `seconds` from now on.
  public func judgeTakes(_ seconds: Double) { secondsOfJudging = seconds }

  /// A pair from a script, with the base's speed as above.
  public func describe() -> PairDescription {
    var pair = PairDescription(
      base: ModelDescription(name: "base", source: "script"),
      draft: hasDraft ? ModelDescription(name: "draft", source: "script") : nil,
      machine: "script", baseSecondsPerToken: Self.baseSecondsPerToken,
      vocabularyDifference: vocabularyDifference)
    pair.likelihoodObstacle = likelihoodObstacle
    return pair
  }

  /// The next reply of the model asked.
  public func generate(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    requests.append(request)
    let reply = request.role == .draft ? next(of: &drafts) : next(of: &base)
    let perToken =
      request.role == .draft ? Self.draftSecondsPerToken : Self.baseSecondsPerToken
    let script =
      switch reply {
      case .text(let text, _), .failure(let text, _), .stall(let text): text
      }
    var text = ""
    var tokens = 0
    for word in Self.words(of: script).prefix(request.maxTokens) {
      text += word
      tokens += 1
      clock?.advance(by: perToken)
      onToken(GeneratedToken(text: word, logprob: logprob))
    }
    var stop = Generation.Stop.limit
    switch reply {
    case .text(_, let end):
      let endsItself = end != .limit && end != .contextFull
      if tokens < request.maxTokens || !endsItself {
        stop = end
        if endsItself {
          tokens += 1
          clock?.advance(by: perToken)
          onToken(GeneratedToken(text: ""))
        }
      }
    case .failure(_, let error):
      throw error
    case .stall:
      try await Self.waitForCancellation()
    }
    let seconds = Double(tokens) * perToken
    var generation = Generation(
      text: text, tokens: tokens, stop: stop, seconds: seconds, decodeSeconds: seconds)
    if request.role == .draft, !entropies.isEmpty {
      generation.firstEntropy = entropies.removeFirst()
    }
    return generation
  }

  /// The next opinion for each text; one pass for all takes as long as a pass for one.
  public func judge(_ request: JudgeRequest) async throws -> [Judgement] {
    judgements.append(request)
    await beforeOpinion()
    clock?.advance(by: secondsOfJudging)
    var given: [Judgement] = []
    let texts = request.steps + request.alternatives.count
    for _ in 0..<texts {
      given.append(try await nextOpinion(seconds: secondsOfJudging / Double(texts)))
    }
    return given
  }

  private func nextOpinion(seconds: Double) async throws -> Judgement {
    switch opinions.isEmpty ? .digit(9) : opinions.removeFirst() {
    case .gives(let opinion):
      return Judgement(opinion: opinion, promptTokens: Self.judgeTokens, seconds: seconds)
    case .failure(let error):
      throw error
    case .stall:
      try await Self.waitForCancellation()
    }
  }

  private func next(of replies: inout [Reply]) -> Reply {
    replies.isEmpty ? .text("", .endOfText) : replies.removeFirst()
  }

  /// "a b" as "a", " b".
  private static func words(of text: String) -> [String] {
    text.reduce(into: []) { words, character in
      if words.isEmpty || character.isWhitespace {
        words.append(String(character))
      } else {
        words[words.count - 1].append(character)
      }
    }
  }

  private static func waitForCancellation() async throws -> Never {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    defer { continuation.finish() }
    for await _ in stream {}
    throw CancellationError()
  }
}
