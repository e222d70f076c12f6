import Synchronization
import Traces

/// A step that the draft model writes while the base model judges the one before it.
///
/// Nobody sees its tokens before it is adopted.
final class AheadDraft: Sendable {
  /// What it is, if the step before it is accepted.
  let request: GenerationRequest
  private let tokens: HeldTokens
  private let task: Task<Generation, any Error>

  /// Begins to generate what `request` asks for by `generate`.
  init(
    _ request: GenerationRequest,
    by generate:
      @escaping @Sendable (@escaping @Sendable (GeneratedToken) -> Void) async throws -> Generation
  ) {
    let tokens = HeldTokens()
    self.request = request
    self.tokens = tokens
    task = Task { try await generate { tokens.take($0) } }
  }

  /// The step; `onToken` gets its tokens, first those that are written already.
  func adopted(onToken: @escaping @Sendable (GeneratedToken) -> Void) async throws -> Generation {
    tokens.release(to: onToken)
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Ends it; gives how many tokens were written in vain.
  func dropped() async -> Int {
    task.cancel()
    let written = try? await task.value
    return written?.tokens ?? tokens.count
  }
}

/// Tokens that wait until somebody wants them.
final class HeldTokens: Sendable {
  private struct State {
    var held: [GeneratedToken] = []
    var count = 0
    var onToken: (@Sendable (GeneratedToken) -> Void)?
  }

  private let state = Mutex(State())

  /// How many came so far.
  var count: Int { state.withLock { $0.count } }

  /// Those that wait.
  var untilNow: [GeneratedToken] { state.withLock { $0.held } }

  func take(_ token: GeneratedToken) {
    // Under the lock, so that no token overtakes the held ones.
    state.withLock { state in
      state.count += 1
      if let onToken = state.onToken { onToken(token) } else { state.held.append(token) }
    }
  }

  func release(to onToken: @escaping @Sendable (GeneratedToken) -> Void) {
    state.withLock { state in
      state.held.forEach(onToken)
      state.held = []
      state.onToken = onToken
    }
  }
}
