import Foundation
import Reasoning
import Synchronization
import TestSupport
import Traces

@testable import Serving

/// A server in this process, with a client for it.
final class ServedStage: Sendable {
  let pair: ServedPair
  let client: WebClient
  let folder: TemporaryFolder
  private let serving: Task<Void, any Error>

  /// Serves `backend` at a free port.
  init(
    _ backend: any Backend, mode: Mode = .reason, limits: ServerLimits = ServerLimits(),
    key: String? = nil, mostWaiting: Int = 100, isSaving: Bool = true,
    change: (inout RunOptions) -> Void = { _ in }
  ) async throws {
    folder = try TemporaryFolder()
    var options = RunOptions()
    options.mode = mode
    options.seed = 7
    change(&options)
    let settings = ServedPair.Settings(
      name: "pair", options: options, isSeeded: true, mostWaiting: mostWaiting, version: "test")
    let runs = RunFolder(path: folder.path)
    let pair = ServedPair(backend, settings) { isSaving ? runs.begin { _ in } : nil }
    self.pair = pair
    let endpoint = Endpoint(pair, access: AccessRule(key: key))
    let server = WebServer(limits: limits, refusal: { endpoint.refusal(of: $0) }) {
      try await endpoint.respond($0, $1)
    }
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    serving = Task.detached {
      defer { continuation.finish() }
      try await server.run(host: "127.0.0.1", port: 0) { continuation.yield($0) }
    }
    client = WebClient(port: await ports.first { _ in true } ?? 0)
  }

  /// Ends the server, and gives the runs that it saved, oldest first.
  func end() async throws -> [RunState] {
    serving.cancel()
    _ = try? await serving.value
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [pair] in
        pair.finish(within: 60)
        continuation.resume()
      }
    }
    let runs = RunFolder(path: folder.path)
    return try runs.runs().reversed().map { try runs.trace($0.id).run }
  }
}

/// A script in which the draft model's first step is rejected and written anew, and the second is kept.
func scriptedPair() -> ScriptedBackend {
  ScriptedBackend(
    drafts: [.text("Wrong start."), .text("Then two.", .thinkingEnd)],
    base: [.text("Right start."), .text("The answer is \\boxed{2}.", .endOfText)],
    opinions: [.digit(2), .digit(9)])
}

/// A chat request's body, with `more` fields.
func question(_ text: String = "How many?", _ more: String = "") -> String {
  "{\"model\":\"pair\",\"messages\":[{\"role\":\"user\",\"content\":\"\(text)\"}]\(more)}"
}
