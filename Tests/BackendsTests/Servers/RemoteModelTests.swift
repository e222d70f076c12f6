import Foundation
import Reasoning
import Synchronization
import TestSupport
import Testing
import Traces

@testable import Backends

/// One model behind a server that plays a part.
struct RemoteModelTests {
  private static let chat = [ChatMessage(.user, "How many?")]
  private static let sampling = Sampling(temperature: 0)

  private static func model(
    at server: ScriptedServer, _ role: Role = .base, key: ServerKey? = nil
  ) throws -> RemoteModel {
    RemoteModel(
      role,
      link: ServerLink(
        address: try ServerAddress(server.address), key: key, transport: SocketTransport(),
        patience: .short))
  }

  private static func request(
    _ prefix: Prefix, maxTokens: Int = 100
  ) -> GenerationRequest {
    GenerationRequest(
      role: .base, prefix: prefix, maxTokens: maxTokens, sampling: sampling, seed: 0)
  }

  /// The prompts that a server was sent to continue, those of the probe left out.
  private static func prompts(_ server: ScriptedServer) -> [String] {
    server.requests.filter { $0.path == "/completion" }.compactMap { request in
      let fields = try? JSONSerialization.jsonObject(with: Data(request.body.utf8))
      return (fields as? [String: Any])?["prompt"] as? String
    }.filter { $0.contains("How many") }
  }

  @Test func `a step is what stands before the blank line`() async throws {
    let server = try ScriptedServer.pretending(
      PretendServer { _ in "So 2 + 1 = 3.\n\nThen more." })
    defer { server.stop() }
    let model = try Self.model(at: server)
    let collected = Mutex("")
    let step = try await model.generate(Self.request(Prefix(messages: Self.chat))) { token in
      collected.withLock { $0 += token.text }
    }
    #expect(step.text == "So 2 + 1 = 3." && step.stop == .stepEnd)
    #expect(collected.withLock { $0 } == step.text)
    #expect(step.tokens == 7 && step.contextTokens != nil)
    #expect(Self.prompts(server) == ["<user>How many?</turn><assistant><think>\n"])
    // What a request costs is apart from what a token costs.
    let passes = try #require(step.passes)
    #expect(passes.count == 2 && passes[0].count == 1 && passes[1].rows == 1)
    #expect(passes.allSatisfy { $0.by == .base && $0.seconds > 0 })
  }

  @Test func `the prompt has steps, the closed reasoning and the answer as the model knows them`()
    async throws
  {
    let server = try ScriptedServer.pretending(PretendServer { _ in "end" })
    defer { server.stop() }
    let model = try Self.model(at: server)
    var prefix = Prefix(messages: Self.chat, steps: ["One.", "Two."])
    _ = try await model.generate(Self.request(prefix)) { _ in }
    prefix.thinkingClosed = true
    prefix.answer = "It is"
    let answer = try await model.generate(Self.request(prefix)) { _ in }
    #expect(answer.stop == .endOfText && answer.text == "end")
    let start = "<user>How many?</turn><assistant><think>\n"
    #expect(
      Self.prompts(server) == [
        start + "One.\n\nTwo.\n\n", start + "One.\n\nTwo.\n</think>\n\nIt is",
      ])
  }

  @Test func `the tag that closes the reasoning is told`() async throws {
    let server = try ScriptedServer.pretending(PretendServer { _ in "Done.\n</think>\n\n3" })
    defer { server.stop() }
    let step = try await Self.model(at: server)
      .generate(Self.request(Prefix(messages: Self.chat))) { _ in }
    #expect(step.text == "Done." && step.stop == .thinkingEnd)
  }

  @Test func `a blank line inside a block does not end a step`() async throws {
    let code = "Look:\n```\na = 1\n\nb = 2\n```"
    let server = try ScriptedServer.pretending(
      PretendServer { prompt in
        prompt.hasSuffix("a = 1\n\n") ? "b = 2\n```\n\nNext." : code + "\n\nNext."
      })
    defer { server.stop() }
    let step = try await Self.model(at: server)
      .generate(Self.request(Prefix(messages: Self.chat))) { _ in }
    #expect(step.text == code && step.stop == .stepEnd)
    #expect(Self.prompts(server).count == 2)
  }

  @Test func `blank lines before a step are skipped, and nothing but them is the end`() async throws
  {
    let server = try ScriptedServer.pretending(
      PretendServer { prompt in
        prompt.hasSuffix("<think>\n\n\n") ? "Found.\n\n" : "\n\nLost."
      })
    defer { server.stop() }
    let model = try Self.model(at: server)
    let step = try await model.generate(Self.request(Prefix(messages: Self.chat))) { _ in }
    #expect(step.text == "Found." && step.stop == .stepEnd)
    let after = Prefix(messages: Self.chat, steps: ["Found."])
    let empty = try await model.generate(Self.request(after)) { _ in }
    #expect(empty.text.isEmpty && empty.stop == .endOfText)
  }

  @Test func `a text is cut where the limit is`() async throws {
    let server = try ScriptedServer.pretending(PretendServer { _ in "a b c d e f g h" })
    defer { server.stop() }
    let step = try await Self.model(at: server)
      .generate(Self.request(Prefix(messages: Self.chat), maxTokens: 3)) { _ in }
    #expect(step.text == "a b c" && step.stop == .limit && step.tokens == 3)
  }

  @Test func `a judge asks in the chat's own form and gets its digit`() async throws {
    let server = try ScriptedServer.pretending(
      PretendServer(writes: { _ in "x" }, scores: { _ in 8 }))
    defer { server.stop() }
    let model = try Self.model(at: server)
    var request = JudgeRequest(
      prefix: Prefix(messages: Self.chat, steps: ["One.", "Two."]),
      judge: .wording(question: "How good?", opening: "Score: "))
    request.alternatives = ["Other."]
    let judgements = try await model.judge(request)
    #expect(judgements.count == 2)
    let start = "<user>How many?</turn><assistant><think>\nOne.\n\n"
    let end = "</turn><user>How good?</turn><assistant>Score: "
    #expect(
      Set(Self.prompts(server)) == [start + "Two.\n\n" + end, start + "Other.\n\n" + end])
    let judged = Judge.judged(step: 2, judgements[0], by: .short, method: .greedy)
    #expect(judged.score == 8 && judged.readable)
    let mass = exp(-0.1) + exp(-3) + exp(-4) + exp(-5) + exp(-6)
    #expect(abs((judged.unseen ?? 0) - (1 - mass)) < 1e-5)
  }

  @Test func `a likelihood judge is refused with the reason`() async throws {
    let server = try ScriptedServer.pretending(PretendServer { _ in "x" })
    defer { server.stop() }
    let pair = ServerPair(base: try Self.model(at: server), draft: nil)
    #expect(try await pair.describe().likelihoodObstacle?.contains("llama.cpp") == true)
    await #expect(throws: ServerError.self) {
      try await pair.judge(
        JudgeRequest(prefix: Prefix(messages: Self.chat, steps: ["One."]), judge: .likelihood))
    }
  }

  @Test func `what a server is and does is found out`() async throws {
    let server = try ScriptedServer.pretending(PretendServer { _ in "1 2 3" })
    defer { server.stop() }
    let facts = try await Self.model(at: server).server().facts
    #expect(facts.kind == "llama.cpp server" && facts.model == "pretend" && facts.context == 4096)
    #expect(facts.digits == .tops && facts.tops == 5 && facts.cachesPrefixes == true)
    #expect(facts.likelihoodObstacle != nil && facts.seeds == .same)
    #expect(facts.line.contains("judges by the 5 most probable tokens"))
  }

  @Test func `cancelling hangs up`() async throws {
    let server = try ScriptedServer.pretending(
      PretendServer { _ in "x" },
      fault: { request in
        request.path == "/completion" && request.body.contains("How many")
          ? [
            .head(), .event(#"{"content":"One","tokens":[1],"stop":false}"#),
            .wait(milliseconds: 60_000),
          ] : nil
      })
    defer { server.stop() }
    let model = try Self.model(at: server)
    _ = try await model.server()
    let (tokens, told) = AsyncStream.makeStream(of: String.self)
    let work = Task {
      try await model.generate(Self.request(Prefix(messages: Self.chat))) { told.yield($0.text) }
    }
    for await _ in tokens { break }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
    while server.hangUps == 0 { try await Task.sleep(for: .milliseconds(5)) }
  }

  @Test func `several candidates are asked for side by side`() async throws {
    // Each answer waits until both requests are there.
    let arrived = Mutex(0)
    let pretended = PretendServer { _ in "A step.\n\n" }
    let server = try ScriptedServer { request in
      if request.path == "/completion", request.body.contains("How many") {
        arrived.withLock { $0 += 1 }
        while arrived.withLock({ $0 }) < 2 { usleep(1000) }
      }
      let (type, chunks) = pretended.answer(request.path, request.body)
      return [.head(type: type)] + chunks.map { .chunk($0) } + [.end]
    }
    defer { server.stop() }
    let pair = ServerPair(base: try Self.model(at: server), draft: nil)
    let requests = (0..<2).map { seed in
      var request = Self.request(Prefix(messages: Self.chat))
      request.seed = UInt64(seed)
      return request
    }
    let generations = try await pair.generate(requests) { _, _ in }
    #expect(generations.map(\.text) == ["A step.", "A step."])
  }
}
