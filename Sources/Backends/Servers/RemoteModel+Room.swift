import Foundation
import Reasoning

/// How many tokens a server is asked for: some refuse a request whose tokens and prompt together do not
/// fit into the context, in place of stopping where it is full.
extension RemoteModel {
  /// What bounds the tokens of a request.
  enum Bound: Sendable, Equatable {
    /// What was asked for.
    case request
    /// The context, of which this is the rest.
    case context
    /// A guess, after more had been refused.
    case guessed
  }

  /// Has `server` continue the prompt of `completion` by at most as many tokens as there is room for.
  ///
  /// - Throws: ``ServerError``; `ReasoningError` where the context is too short for the prompt.
  func write(
    _ completion: Completion, at server: ConnectedServer,
    onPiece: @escaping @Sendable (CompletionPiece) -> Bool
  ) async throws -> (outcome: Speaker.Outcome, bound: Bound) {
    let meter = prefillMeter()
    defer { meter.end() }
    func outcome(_ completion: Completion) async throws -> Speaker.Outcome {
      try await server.speaker.write(
        completion, onProgress: { meter.reached($0, of: $1) }, onPiece: onPiece)
    }
    var completion = completion
    var bound = Bound.request
    if let room = try await room(after: completion, at: server), room < completion.maxTokens {
      completion.maxTokens = room
      bound = .context
    }
    do {
      return (try await outcome(completion), bound)
    } catch let error as ReasoningError
      where error.isContextFull && server.speaker.kind.refusesBeyondContext
      && completion.maxTokens > 1
    {
      // Perhaps it is only the tokens asked for that have no room.
      completion.maxTokens /= 2
      return (try await outcome(completion), .guessed)
    }
  }

  /// Tokens for which the context has room after the prompt of `completion`, at least 1; nil where that
  /// is unknown or does not matter.
  private func room(
    after completion: Completion, at server: ConnectedServer
  ) async throws -> Int? {
    guard server.speaker.kind.refusesBeyondContext, let context = server.facts.context else {
      return nil
    }
    // No token is shorter than a byte, so far from the end nothing needs counting.
    let bytes = completion.prompt.utf8.count
    if bytes < context, completion.maxTokens < context - bytes { return nil }
    let told = try await count(completion.prompt, at: server)
    guard let tokens = told ?? estimatedTokens(of: completion.prompt) else { return nil }
    return max(1, context - tokens)
  }

  /// Tokens of `prompt` by the server's own count; nil where it does not tell them.
  private func count(_ prompt: String, at server: ConnectedServer) async throws -> Int? {
    guard server.speaker.kind != .other else { return nil }
    var question = Tokenize(model: server.speaker.model, prompt: prompt)
    question.add_special_tokens = !server.speaker.promptsHaveBeginning
    return try await server.speaker.link.answer(
      "/tokenize", question, as: TokensAnswer.self)?.tokens.count
  }
}

extension ServerKind {
  /// Whether it refuses a request for more tokens than its context has room for.
  fileprivate var refusesBeyondContext: Bool {
    switch self {
    case .vllm, .sglang, .other: true
    case .llamaCpp, .ollama: false
    }
  }
}
