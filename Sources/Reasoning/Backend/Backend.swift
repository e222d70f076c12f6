import Traces

/// Runs the two models: an engine in this process, a server, or a script in tests.
///
/// A reasoner makes one call at a time, except that it may draft during a judgement if the backend
/// `overlaps`. A call throws `CancellationError` when the surrounding task is cancelled.
public protocol Backend: Sendable {
  /// The queue that the backend computes on; nil if it computes elsewhere.
  ///
  /// The reasoner runs on the same queue, so that a call needs no thread change. Such a backend
  /// yields the queue every few milliseconds.
  var executor: QueueExecutor? { get }

  /// Whether the draft model can generate while the base model judges, because each has a machine of
  /// its own.
  var overlaps: Bool { get }

  /// Tokens in one pass beyond which judging more steps together saves no time.
  var passTokens: Int { get }

  /// Describes the pair for `run.started`, and measures the base model's decoding speed.
  func describe() async throws -> PairDescription

  /// Generates one step or the answer.
  ///
  /// - Parameter onToken: Called for each token in order, before this call returns.
  func generate(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation

  /// Generates several continuations of the same prefix with one model.
  ///
  /// - Parameters:
  ///   - requests: At least one; they differ only in their seeds. The time of their common work is
  ///     reported with the first.
  ///   - onToken: Called with the index of the request for each token, in order within each request.
  func generate(
    _ requests: [GenerationRequest], onToken: @escaping @Sendable (Int, GeneratedToken) -> Void
  ) async throws -> [Generation]

  /// Asks `request.role` to judge the last steps of `request.prefix`.
  ///
  /// - Returns: One judgement for each of `request.steps`, or for the last step and each of its
  ///   `alternatives`, in order. The time of a shared pass is divided among them.
  /// - Throws: `ReasoningError.Reason.contextFull` if the context has no room for the judgement.
  func judge(_ request: JudgeRequest) async throws -> [Judgement]

  /// Sentences that the person should read before the models see `prompt`; recorded as warnings.
  func advice(on prompt: String) async throws -> [String]

  /// How many tokens the prompt `messages` has as the base model reads it when it works alone, and how
  /// many of them its KV cache holds; nil where that is unknown.
  func promptTokens(of messages: [ChatMessage]) async throws -> (all: Int, cached: Int)?

  /// Keeps in the base model's KV cache at most the first `count` tokens of the prompt `messages`, so
  /// that a run begins as another one began.
  func rewind(to count: Int, of messages: [ChatMessage]) async throws

  /// Clears all caches, so that the next run prefills its whole prompt.
  func forget() async
}

extension Backend {
  /// None: the work is done elsewhere.
  public var executor: QueueExecutor? { nil }

  /// Enough to keep a processor's vector units busy while activations still fit its caches.
  public var passTokens: Int { 128 }

  /// False: one model at a time.
  public var overlaps: Bool { false }

  /// Generates one after another.
  public func generate(
    _ requests: [GenerationRequest], onToken: @escaping @Sendable (Int, GeneratedToken) -> Void
  ) async throws -> [Generation] {
    var generations: [Generation] = []
    for (place, request) in requests.enumerated() {
      generations.append(try await generate(request) { onToken(place, $0) })
    }
    return generations
  }

  /// None.
  public func advice(on prompt: String) -> [String] { [] }

  /// Unknown.
  public func promptTokens(of messages: [ChatMessage]) -> (all: Int, cached: Int)? { nil }

  /// There is nothing to rewind.
  public func rewind(to count: Int, of messages: [ChatMessage]) {}

  /// There is nothing to clear.
  public func forget() {}
}
