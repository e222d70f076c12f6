import Synchronization
import Traces

/// A step that is generated before the rules ask for it.
///
/// Its tokens are held back until it is adopted.
final class DraftAhead: Sendable {
  /// What it is, if the rules come to ask for it.
  let request: GenerationRequest
  private let tokens: HeldTokens
  private let source: Source

  private enum Source {
    case finished(Generation)
    /// Generated beside a judgement, so that it takes no time of its own.
    case running(Task<Generation, any Error>)
  }

  /// A finished step.
  init(_ request: GenerationRequest, finished generation: Generation, tokens: HeldTokens) {
    self.request = request
    self.tokens = tokens
    source = .finished(generation)
  }

  /// Begins to generate what `request` asks for, beside a judgement.
  init(_ request: GenerationRequest, by backend: any Backend) {
    let tokens = HeldTokens()
    self.request = request
    self.tokens = tokens
    source = .running(Task { try await backend.generate(request) { tokens.append($0) } })
  }

  /// Waits for the step; `onToken` gets its tokens, first those that were held back.
  func adopted(onToken: @escaping @Sendable (GeneratedToken) -> Void) async throws -> Generation {
    tokens.release(to: onToken)
    switch source {
    case .finished(let generation):
      return generation
    case .running(let task):
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    }
  }

  /// Ends it, and returns what was in vain.
  func dropped() async -> AheadDropped {
    switch source {
    case .finished(let generation):
      var dropped = AheadDropped(
        steps: 1, tokens: generation.tokens, seconds: generation.seconds)
      dropped.passes = generation.passes
      return dropped
    case .running(let task):
      task.cancel()
      let generation = try? await task.value
      return AheadDropped(steps: 1, tokens: generation?.tokens ?? tokens.count)
    }
  }
}

/// Tokens that are held back until somebody wants them.
final class HeldTokens: Sendable {
  private struct State {
    var held: [GeneratedToken] = []
    var count = 0
    var onToken: (@Sendable (GeneratedToken) -> Void)?
  }

  private let state = Mutex(State())

  /// Tokens so far.
  var count: Int { state.withLock { $0.count } }

  /// Passes a token on, or holds it back.
  func append(_ token: GeneratedToken) {
    // Under the lock, so that no token overtakes those held back.
    state.withLock { state in
      state.count += 1
      if let onToken = state.onToken { onToken(token) } else { state.held.append(token) }
    }
  }

  /// Passes on what was held back, and every later token as it comes.
  func release(to onToken: @escaping @Sendable (GeneratedToken) -> Void) {
    state.withLock { state in
      state.held.forEach(onToken)
      state.held = []
      state.onToken = onToken
    }
  }
}
