import Foundation
import Reasoning
import Synchronization
import Traces

extension RemoteModel {
  /// Continues a prefix by one step, or by the answer.
  ///
  /// A server stops at every blank line, also inside a block that may hold some, and before a step has
  /// begun: then it is asked again for what follows.
  func generate(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    let clock = ContinuousClock()
    let begun = clock.now
    let server = try await server()
    let prefix = request.prefix
    let (start, chat) = try await text(of: prefix)
    let writing = Mutex(RemoteText(after: prefix, marks: server.renderer.marks))
    var state = Rounds(stop: request.maxTokens <= 0 ? .limit : nil)
    while state.stop == nil {
      let text = start + writing.withLock { $0.raw }
      var completion = completion(
        text, maxTokens: request.maxTokens - state.tokens, sampling: request.sampling,
        seed: request.seed)
      completion.stops = Self.stops(of: server, after: prefix)
      // A further round of the same step must not draw the same numbers again.
      completion.seed = request.seed &+ UInt64(state.round) &* 0x9E37_79B9
      // The draft model's judges by its own probabilities need those of each token.
      completion.tops = server.facts.digits == .text ? 0 : 1
      let (outcome, most) = try await write(completion, at: server) { piece in
        writing.withLock { writing in
          writing.append(piece, onToken)
          return writing.stop == nil
        }
      }
      state.passes += passes(outcome, of: text, chat: chat, at: server)
      state.decodeSeconds += max(0, outcome.lastToken - outcome.firstToken)
      state.speculation = outcome.usage.speculation ?? state.speculation
      let count = max(outcome.usage.tokens ?? outcome.count, outcome.text.isEmpty ? 0 : 1)
      state.tokens += count
      state.context = outcome.usage.promptTokens.map { $0 + count } ?? state.context
      writing.withLock { writing in
        state.end(outcome, of: &writing, server.speaker.kind, onToken)
      }
      if state.stop == nil, state.tokens >= request.maxTokens { state.stop = .limit }
      // A guessed limit was reached, and not that of the request.
      if state.stop == .limit, most == .guessed, count > 0, state.tokens < request.maxTokens {
        state.stop = nil
        continue
      }
      if state.stop == .limit, state.tokens < request.maxTokens,
        most == .context
          || server.facts.context.map({ (state.context ?? 0) >= $0 - 1 }) == true
      {
        state.stop = .contextFull
      }
    }
    let text = writing.withLock { writing in
      writing.finish(onToken)
      return writing.text
    }
    var generation = Generation(
      text: text, tokens: state.tokens, stop: state.stop ?? .limit,
      seconds: (clock.now - begun) / .seconds(1), decodeSeconds: state.decodeSeconds,
      speculation: state.speculation)
    generation.contextTokens = state.context
    generation.passes = state.passes.isEmpty ? nil : state.passes
    return generation
  }

  /// The texts that end what follows `prefix`; a tag only where the server says which it was.
  private static func stops(of server: ConnectedServer, after prefix: Prefix) -> [String] {
    if prefix.thinkingClosed { return [] }
    let tellsTag = server.speaker.kind.tellsStop && prefix.thinking != .off
    return tellsTag ? ["\n\n", server.renderer.marks.end] : ["\n\n"]
  }
}

/// The requests that one text takes.
private struct Rounds {
  /// Why the text is over; nil while it goes on.
  var stop: Generation.Stop?
  var round = 0
  var tokens = 0
  var passes: [PassGroup] = []
  var decodeSeconds = 0.0
  var speculation: TokenSpeculation?
  /// Tokens of the context afterwards; nil where untold.
  var context: Int?
  /// Requests that gave nothing but a blank line.
  private var empty = 0

  private static let mostEmpty = 2

  init(stop: Generation.Stop?) { self.stop = stop }

  /// Takes in how a request ended.
  mutating func end(
    _ outcome: Speaker.Outcome, of writing: inout RemoteText, _ kind: ServerKind,
    _ onToken: (GeneratedToken) -> Void
  ) {
    round += 1
    if let stop = writing.stop {
      self.stop = stop
      return
    }
    switch outcome.end {
    case .stopText(let text):
      writing.append(stopText: text ?? "\n\n", onToken)
      goOn(after: writing, isEmpty: outcome.isBlank)
    case .stop where writing.isStep:
      // A blank line or the end of the text: only a second empty answer tells that it is the end.
      writing.append(stopText: "\n\n", onToken)
      goOn(after: writing, isEmpty: outcome.isBlank)
    case .endOfText, .stop: stop = .endOfText
    case .contextFull: stop = .contextFull
    case .limit, nil: stop = .limit
    }
  }

  private mutating func goOn(after writing: RemoteText, isEmpty: Bool) {
    stop = writing.stop
    guard stop == nil else { return }
    empty = isEmpty ? empty + 1 : 0
    if empty >= Self.mostEmpty { stop = .endOfText }
  }
}

extension Speaker.Outcome {
  fileprivate var isBlank: Bool { text.allSatisfy(\.isWhitespace) }
}
