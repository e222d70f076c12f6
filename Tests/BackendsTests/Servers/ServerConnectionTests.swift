import Foundation
import Reasoning
import Synchronization
import TestSupport
import Testing
import Traces

@testable import Backends

/// Connecting to servers that are not ready, and asking the right one of two.
struct ServerConnectionTests {
  private static func model(
    at server: ScriptedServer, _ role: Role = .base
  ) throws -> RemoteModel {
    RemoteModel(
      role,
      link: ServerLink(
        address: try ServerAddress(server.address), key: nil, transport: HTTPTransport(),
        patience: .short))
  }

  private static let loading: [ScriptedServer.Part] = [
    .head(status: 503, type: "application/json"),
    .chunk(#"{"error":{"message":"Loading model","code":503}}"#), .end,
  ]

  @Test func `a server that is starting is asked again`() async throws {
    let times = Mutex(0)
    let server = try ScriptedServer.pretending(
      PretendServer { _ in "1 2 3" },
      fault: { request in
        guard request.path == "/v1/models" else { return nil }
        let time = times.withLock {
          $0 += 1
          return $0
        }
        return time < 3 ? Self.loading : nil
      })
    defer { server.stop() }
    let facts = try await Self.model(at: server).server().facts
    #expect(facts.model == "pretend" && times.withLock { $0 } == 3)
  }

  @Test func `a fault at connect is not taken for a property of the model`() async throws {
    let server = try ScriptedServer.pretending(
      PretendServer { _ in "1 2 3" },
      fault: { $0.path == "/tokenize" ? Self.loading : nil })
    defer { server.stop() }
    let error = try await #require(throws: ServerError.self) {
      _ = try await Self.model(at: server).server()
    }
    #expect(error.reason == .busy(status: 503, "Loading model"))
    // A server that has no such question works without its answer.
    let older = try ScriptedServer.pretending(
      PretendServer { _ in "1 2 3" },
      fault: { request in
        request.path == "/tokenize"
          ? [.head(status: 404, type: "application/json"), .chunk("{}"), .end] : nil
      })
    defer { older.stop() }
    #expect(try await Self.model(at: older).server().facts.model == "pretend")
  }

  @Test(.timeLimit(.minutes(30)))
  func `a call that is cancelled while it connects does not cancel another`() async throws {
    let pretended = PretendServer { _ in "1 2 3" }
    let times = Mutex(0)
    var patience = Patience.short
    patience.connecting = .seconds(3600)
    let transport = ScriptedTransport { request in
      let time = times.withLock {
        $0 += 1
        return $0
      }
      if time == 1 { return .silence }
      let (type, chunks) = pretended.answer(
        request.url.path(), String(decoding: request.body ?? Data(), as: UTF8.self))
      return .answer(status: 200, headers: ["content-type": type], chunks: chunks, .whole)
    }
    let model = RemoteModel(
      .base,
      link: ServerLink(
        address: try ServerAddress("http://server.test:1"), key: nil, transport: transport,
        patience: patience))
    let first = Task { try await model.server().facts.model }
    while times.withLock({ $0 }) == 0 { await Task.yield() }
    let second = Task { try await model.server().facts.model }
    for _ in 0..<100 { await Task.yield() }
    first.cancel()
    #expect(try await second.value == "pretend")
    await #expect(throws: CancellationError.self) { _ = try await first.value }
  }

  @Test func `each model judges at its own server, and a draft model sees no rubric`() async throws
  {
    let base = try ScriptedServer.pretending(
      PretendServer(writes: { _ in "x" }, scores: { _ in 9 }))
    defer { base.stop() }
    let draft = try ScriptedServer.pretending(
      PretendServer(writes: { _ in "x" }, scores: { _ in 4 }))
    defer { draft.stop() }
    let pair = ServerPair(
      base: try Self.model(at: base), draft: try Self.model(at: draft, .draft))
    var prefix = Prefix(messages: [ChatMessage(.user, "How many?")], steps: ["One."])
    prefix.rubric = "Be strict."
    for (role, score) in [(Role.base, 9.0), (.draft, 4)] {
      let judgements = try await pair.judge(
        JudgeRequest(prefix: prefix, judge: Prompts.judge(.draftItself), by: role))
      let judgement = try #require(judgements.first)
      #expect(
        Judge.judged(step: 1, judgement, by: .draftItself, method: .greedy).score == score)
    }
    #expect(base.requests.contains { $0.body.contains("Be strict.") })
    #expect(!draft.requests.contains { $0.body.contains("Be strict.") })
    let alone = ServerPair(base: try Self.model(at: base), draft: nil)
    let asked = JudgeRequest(prefix: prefix, judge: Prompts.judge(.draftItself), by: .draft)
    await #expect(throws: LocalEngineError.self) { try await alone.judge(asked) }
  }

  @Test func `what a draft model's server cannot tell is said`() async throws {
    let server = try ScriptedServer.pretending(PretendServer { _ in "1 2 3" })
    defer { server.stop() }
    let pair = ServerPair(
      base: try Self.model(at: server), draft: try Self.model(at: server, .draft))
    let described = try await pair.describe()
    #expect(described.glimpseObstacle?.contains(server.address) == true)
    #expect(described.confidenceObstacle == nil)
  }
}
