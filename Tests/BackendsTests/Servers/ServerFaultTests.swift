import Foundation
import Reasoning
import Synchronization
import TestSupport
import Testing
import Traces

@testable import Backends

/// The faults that a client of real servers meets, each over a real connection.
struct ServerFaultTests {
  private static let chat = [ChatMessage(.user, "How many?")]
  private static let key = "hunter2-hunter2"

  /// What came of asking for a step at a server that has a fault.
  private struct Result: Sendable {
    var text: String
    var generation: Generation?
    var error: (any Error)?
    var reason: ServerError.Reason? { (error as? ServerError)?.reason }
  }

  private static func step(
    lineLimit: Int = 1 << 20, _ fault: @escaping @Sendable (Int) -> [ScriptedServer.Part]?
  ) async throws -> (Result, ScriptedServer) {
    let times = Mutex(0)
    let server = try ScriptedServer.pretending(
      PretendServer { _ in "So it is 3.\n\nMore." },
      fault: { request in
        guard request.path == "/completion", request.body.contains("How many") else { return nil }
        return fault(
          times.withLock {
            $0 += 1
            return $0
          })
      })
    defer { server.stop() }
    let model = RemoteModel(
      .base,
      link: ServerLink(
        address: try ServerAddress(server.address), key: ServerKey(key),
        transport: SocketTransport(), patience: .short, lineLimit: lineLimit))
    _ = try await model.server()
    let text = Mutex("")
    var result = Result(text: "")
    do {
      result.generation = try await model.generate(
        GenerationRequest(
          role: .base, prefix: Prefix(messages: chat), maxTokens: 50,
          sampling: Sampling(temperature: 0), seed: 0)
      ) { token in text.withLock { $0 += token.text } }
    } catch {
      result.error = error
    }
    result.text = text.withLock { $0 }
    #expect(!"\(result.error.map { "\($0)" } ?? "")".contains(key))
    return (result, server)
  }

  private static func repeated(
    _ parts: [ScriptedServer.Part], _ count: Int
  ) -> [ScriptedServer.Part] {
    (0..<count).flatMap { _ in parts }
  }

  private static func piece(_ text: String) -> ScriptedServer.Part {
    .event(#"{"content":"\#(text)","tokens":[1],"stop":false}"#)
  }

  private static let end = ScriptedServer.Part.event(
    #"{"content":"","stop":true,"stop_type":"eos","tokens_predicted":2,"tokens_evaluated":9}"#)

  @Test func `1 a connection that is closed unread is made anew`() async throws {
    let (result, server) = try await Self.step { $0 == 1 ? [.close] : nil }
    #expect(result.generation?.text == "So it is 3.")
    #expect(server.requests.count { $0.body.contains("How many") && $0.path == "/completion" } == 2)
  }

  @Test func `2 a cut stream keeps its text and fails the step`() async throws {
    let (cut, server) = try await Self.step { _ in [.head(), Self.piece("So it"), .close] }
    #expect(cut.reason == .cut && cut.text == "So it")
    // What has begun is not asked for again: it would come twice.
    #expect(server.requests.count { $0.path == "/completion" && $0.body.contains("How many") } == 1)
    let (ended, _) = try await Self.step { _ in [.head(), Self.piece("So it"), .end] }
    #expect(ended.reason == .cut && ended.text == "So it")
    let (done, _) = try await Self.step { _ in
      [.head(), Self.piece("So it"), .event("[DONE]"), .end]
    }
    #expect(done.reason == .cut)
    let (whole, _) = try await Self.step { _ in [.head(), Self.piece("So it"), Self.end, .close] }
    #expect(whole.generation?.text == "So it" && whole.generation?.stop == .endOfText)
  }

  /// What comes of a text at a server that says `parts`, by a client of little patience.
  private static func impatient(
    _ change: (inout Patience) -> Void, _ parts: [ScriptedServer.Part]
  ) async throws -> (text: String, error: ServerError?) {
    let server = try ScriptedServer { _ in parts }
    defer { server.stop() }
    var patience = Patience.short
    change(&patience)
    let link = ServerLink(
      address: try ServerAddress(server.address), key: nil, transport: SocketTransport(),
      patience: patience)
    let text = Mutex("")
    do {
      _ = try await Speaker(link: link, kind: .llamaCpp, model: "m").write(
        Completion(prompt: "A", maxTokens: 50, sampling: Sampling(), seed: 0),
        onPiece: { piece in
          text.withLock { $0 += piece.text }
          return true
        })
      return (text.withLock { $0 }, nil)
    } catch let error as ServerError {
      return (text.withLock { $0 }, error)
    }
  }

  @Test func `2 silence ends after its time`() async throws {
    let silence = ScriptedServer.Part.wait(milliseconds: 600_000)
    let (_, first) = try await Self.impatient(
      { $0.firstToken = .milliseconds(300) }, [.head(), silence])
    #expect(first?.reason == .silent(seconds: 1))
    let (text, later) = try await Self.impatient(
      { $0.stall = .milliseconds(300) }, [.head(), Self.piece("So it"), silence])
    #expect(later?.reason == .silent(seconds: 1) && text == "So it")
    // Comments keep a connection, and show nothing of the model.
    let (_, pinged) = try await Self.impatient(
      { $0.firstToken = .milliseconds(300) },
      [.head()] + Self.repeated([.chunk(": ping\n\n"), .wait(milliseconds: 50)], 10_000))
    #expect(pinged?.reason == .silent(seconds: 1))
  }

  @Test func `2 a connection that stays open after the end does not matter`() async throws {
    let (result, _) = try await Self.step { _ in
      [.head(), Self.piece("So it"), Self.end, .wait(milliseconds: 60_000)]
    }
    #expect(result.generation?.text == "So it")
  }

  @Test(arguments: [
    #"{"error":{"message":"engine died","code":500}}"#, #"{"error":"engine died"}"#,
    #"{"object":"error","message":"engine died","code":500}"#, #"{"detail":"engine died"}"#,
  ])
  func `3 an error in the middle of a stream is told`(error: String) async throws {
    let (result, _) = try await Self.step { _ in
      [.head(), Self.piece("So"), .event(error), .event("[DONE]"), .end]
    }
    #expect(result.reason == .failed("engine died") && result.text == "So")
  }

  @Test func `3 another type of content is read, and a page is told`() async throws {
    let (typed, _) = try await Self.step { _ in
      [.head(type: "text/plain"), Self.piece("So"), Self.end, .end]
    }
    #expect(typed.generation?.text == "So")
    let (single, _) = try await Self.step { _ in
      [
        .head(type: "application/json"),
        .chunk(#"{"content":"So","stop":true,"stop_type":"eos","tokens_predicted":1}"#), .end,
      ]
    }
    #expect(single.generation?.text == "So")
    let (page, _) = try await Self.step { _ in
      [.head(type: "text/html"), .chunk("<html>Sign in</html>"), .end]
    }
    #expect(page.reason == .unintelligible("text/html"))
  }

  @Test func `3 a refusal is told in the server's words`() async throws {
    let (result, server) = try await Self.step { _ in
      [
        .head(status: 400, type: "application/json"), .chunk(#"{"detail":"bad \#(Self.key)"}"#),
        .end,
      ]
    }
    #expect(result.reason == .refused(status: 400, "bad …"))
    #expect(server.requests.count { $0.path == "/completion" && $0.body.contains("How many") } == 1)
    let (key, _) = try await Self.step { _ in
      [.head(status: 401, type: "application/json"), .chunk(#"{"error":"Unauthorized"}"#), .end]
    }
    #expect(key.reason == .refusedKey("Unauthorized"))
  }

  @Test(arguments: [429, 502, 503, 504])
  func `3 a server without room is asked again`(status: Int) async throws {
    let (passing, _) = try await Self.step { time in
      time < 3 ? [.head(status: status, fields: ["Retry-After": "0"]), .chunk("{}"), .end] : nil
    }
    #expect(passing.generation?.text == "So it is 3.")
    let (lasting, server) = try await Self.step { _ in [.head(status: status), .chunk("{}"), .end] }
    #expect(lasting.reason == .busy(status: status, ""))
    #expect(
      server.requests.count { $0.path == "/completion" && $0.body.contains("How many") }
        == Patience.short.tries)
  }

  @Test func `3 a redirect is not followed`() async throws {
    let trap = try ScriptedServer { _ in [.head(), .end] }
    defer { trap.stop() }
    let (result, _) = try await Self.step { _ in
      [.head(status: 307, fields: ["Location": trap.address + "/completion"]), .end]
    }
    #expect(result.reason == .redirected(to: trap.address + "/completion"))
    #expect(trap.requests.isEmpty)
  }

  @Test func `4 odd pieces do not disturb`() async throws {
    let (result, _) = try await Self.step { _ in
      [
        .head(), .chunk(": comment\n\n"), .event("{}"), .event(#"{"choices":[]}"#),
        .event(#"{"content":"","tokens":[0],"prompt_progress":{"total":9,"processed":9}}"#),
        Self.piece("So"), .event(#"{"content":null,"tokens":[3]}"#),
        .event(#"{"content":" it is","tokens":[1,2]}"#), Self.end, .end,
      ]
    }
    #expect(result.generation?.text == "So it is" && result.text == "So it is")
    let (broken, _) = try await Self.step { _ in [.head(), Self.piece("So"), .event("{no"), .end] }
    guard case .unintelligible? = broken.reason else {
      Issue.record("\(broken)")
      return
    }
    #expect(broken.text == "So")
  }

  @Test func `6 half a character stays text`() async throws {
    let (result, _) = try await Self.step { _ in
      [.head(), .raw(Array("1a\r\ndata: {\"content\":\"".utf8)), .close]
    }
    #expect(result.generation == nil)
    let (bytes, _) = try await Self.step { _ in
      var event = Array("data: {\"content\":\"a".utf8) + [0xF0, 0x9F]
      event += Array("\",\"tokens\":[1]}\n\n".utf8)
      let size = Array("\(String(event.count, radix: 16))\r\n".utf8)
      let lump: [UInt8] = size + event + Array("\r\n".utf8)
      return [.head(), .raw(lump), Self.end, .end]
    }
    #expect(bytes.generation?.text == "a\u{FFFD}")
  }

  @Test func `8 a line beyond any measure is given up`() async throws {
    let lump = String(repeating: "x", count: 1000)
    let (result, _) = try await Self.step(lineLimit: 20_000) { _ in
      [.head(), .chunk("data: ")] + Self.repeated([.chunk(lump)], 40) + [.end]
    }
    guard case .endless? = result.reason else {
      Issue.record("\(String(describing: result.reason))")
      return
    }
  }

  @Test func `8 a text without end is hung up`() async throws {
    let (result, _) = try await Self.step { _ in
      [.head()] + Self.repeated([Self.piece(" on")], 5000) + [.end]
    }
    #expect(result.generation?.stop == .limit)
    #expect((result.generation?.text.count ?? 0) < 1000)
  }

  @Test(arguments: [
    #"{"error":{"code":400,"message":"request (2110 tokens) exceeds the available context size (2048 tokens), try increasing it","type":"exceed_context_size_error"}}"#,
    #"{"error":{"message":"This model's maximum context length is 2048 tokens. However, you requested 2110","type":"BadRequestError","param":"input_tokens","code":400}}"#,
    #"{"object":"error","message":"The input (2110 tokens) is longer than the model's context length (2048 tokens).","code":400}"#,
    #"{"object":"error","message":"Requested token count exceeds the model's maximum context length of 2048 tokens.","code":400}"#,
  ])
  func `12 a full context is that, whoever says it`(body: String) async throws {
    let (result, _) = try await Self.step { _ in
      [.head(status: 400, type: "application/json"), .chunk(body), .end]
    }
    #expect((result.error as? ReasoningError)?.isContextFull == true)
  }

  @Test func `12 a model that is not there is told with those that are`() async throws {
    let server = try ScriptedServer.pretending(PretendServer { _ in "x" })
    defer { server.stop() }
    let model = RemoteModel(
      .base,
      link: ServerLink(
        address: try ServerAddress(server.address + "/v1#other"), key: nil,
        transport: SocketTransport(), patience: .short))
    let error = try await #require(throws: ServerError.self) { _ = try await model.server() }
    #expect(error.reason == .noModel("other", has: ["pretend"]))
  }

  @Test func `nothing there is told at once`() async throws {
    let server = try ScriptedServer { _ in [.close] }
    server.stop()
    let model = RemoteModel(
      .base,
      link: ServerLink(
        address: try ServerAddress(server.address), key: nil, transport: SocketTransport(),
        patience: .short))
    let error = try await #require(throws: ServerError.self) { _ = try await model.server() }
    // Where the system has taken the connection and not told the server, it is lost instead.
    switch error.reason {
    case .unreachable, .lost: break
    default: Issue.record("\(error)")
    }
    #expect("\(error)".contains(server.address))
  }
}
