import Backends
import Reasoning
import Synchronization
import Traces

/// An engine that computes when it is its turn, and knows for how long it did.
final class AlternatingBackend: Backend {
  private struct Book {
    /// Seconds of finished calls.
    var seconds = 0.0
    /// Seconds at which each token was there.
    var tokens: [Double] = []
  }

  private let engine: LocalEngine
  private let alternation: Alternation
  private let number: Int
  private let clock = ContinuousClock()
  private let book = Mutex(Book())

  /// Run `number`, 0 or 1, of `alternation`, on `engine`.
  init(_ engine: LocalEngine, _ alternation: Alternation, number: Int) {
    self.engine = engine
    self.alternation = alternation
    self.number = number
  }

  /// Seconds that this run computed.
  var seconds: Double { book.withLock(\.seconds) }

  /// Seconds that this run had computed when each token was there.
  var tokenTimes: [Double] { book.withLock(\.tokens) }

  var passTokens: Int { engine.passTokens }

  func describe() async throws -> PairDescription { try await engine.describe() }

  func generate(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    try await timed { start in
      try await self.engine.generate(request) { token in
        self.note(since: start)
        onToken(token)
      }
    }
  }

  func judge(_ request: JudgeRequest) async throws -> [Judgement] {
    try await timed { _ in try await self.engine.judge(request) }
  }

  func advice(on prompt: String) async throws -> [String] { try await engine.advice(on: prompt) }

  func promptTokens(of messages: [ChatMessage]) async throws -> (all: Int, cached: Int)? {
    try await engine.promptTokens(of: messages)
  }

  func forget() async { await engine.forget() }

  private func note(since start: ContinuousClock.Instant) {
    let seconds = (clock.now - start) / .seconds(1)
    book.withLock { $0.tokens.append($0.seconds + seconds) }
  }

  private func timed<Result>(
    _ body: (ContinuousClock.Instant) async throws -> Result
  ) async throws -> Result {
    await alternation.enter(number)
    let start = clock.now
    let result = try await body(start)
    let seconds = (clock.now - start) / .seconds(1)
    book.withLock { $0.seconds += seconds }
    await alternation.leave(number, after: seconds)
    return result
  }
}
