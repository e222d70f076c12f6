import Foundation
import Reasoning
import Synchronization
import TestSupport
import Testing
import Traces

@testable import Backends

/// Numbers, waits and ends of answers that a client must not trust.
struct ServerBoundsTests {
  private static func link(
    _ patience: Patience = .short, key: ServerKey? = nil,
    _ outcome: @escaping @Sendable (ServerRequest) -> ScriptedTransport.Outcome
  ) throws -> ServerLink {
    ServerLink(
      address: try ServerAddress("http://server.test:1"), key: key,
      transport: ScriptedTransport(outcome: outcome), patience: patience)
  }

  private static func streamed(
    _ chunks: [String], _ ending: ScriptedTransport.Ending = .whole
  ) -> ScriptedTransport.Outcome {
    .answer(
      status: 200, headers: ["content-type": "text/event-stream"], chunks: chunks, ending)
  }

  private static let completion = Completion(
    prompt: "A", maxTokens: 20, sampling: Sampling(temperature: 0), seed: 1)

  // MARK: Numbers

  @Test(arguments: [1e25, 1e300, Double.greatestFiniteMagnitude, 31, .infinity, .nan, -1])
  func `no server makes a client wait for longer than is allowed`(asked: Double) {
    let patience = Patience()
    #expect(patience.wait(before: 4, asked: asked) <= patience.longestRetry)
  }

  @Test func `the wait that a server asks for is kept`() {
    #expect(Patience().wait(before: 2, asked: 2.5) == .seconds(2.5))
  }

  private static let pieces: [(ServerKind, String)] = [
    (
      .llamaCpp, #"{"stop":true,"tokens_predicted":N,"tokens_evaluated":N,"timings":{"cache_n":N}}"#
    ),
    (
      .vllm,
      #"{"choices":[],"usage":{"prompt_tokens":N,"completion_tokens":N,"prompt_tokens_details":{"cached_tokens":N}}}"#
    ),
    (.ollama, #"{"done":true,"prompt_eval_count":N,"eval_count":N}"#),
  ]

  @Test(arguments: pieces)
  func `numbers of tokens are what they can be`(kind: ServerKind, form: String) throws {
    func usage(_ number: String) throws -> CompletionPiece.Usage? {
      try kind.piece(in: Data(form.replacing("N", with: number).utf8)).usage
    }
    for (number, tokens) in [("9223372036854775807", 1 << 31), ("-9223372036854775808", 0)] {
      let told = try #require(try usage(number))
      #expect(told.tokens == tokens && told.promptTokens == tokens)
      #expect(kind == .ollama || told.cachedTokens == tokens)
    }
    let absurd = try usage("1e25")
    #expect(absurd?.tokens == nil && absurd?.promptTokens == nil)
  }

  @Test func `a text with absurd costs is a text`() async throws {
    let most = "9223372036854775807"
    let link = try Self.link { _ in
      Self.streamed([
        "data: {\"content\":\"One\",\"tokens\":[1],\"stop\":false}\n\n",
        "data: {\"prompt_progress\":{\"total\":\(most),\"processed\":\(most)}}\n\n",
        "data: {\"content\":\"\",\"stop\":true,\"stop_type\":\"eos\",\"tokens_predicted\":\(most),"
          + "\"tokens_evaluated\":\(most),\"timings\":{\"cache_n\":\(most),\"draft_n\":\(most),"
          + "\"draft_n_accepted\":\(most)}}\n\n",
      ])
    }
    let outcome = try await Speaker(link: link, kind: .llamaCpp, model: "m")
      .write(Self.completion)
    #expect(outcome.text == "One" && outcome.end == .endOfText)
    #expect((outcome.usage.speculation?.passes ?? -1) >= 0)
    let passes = [PassGroup](outcome, by: .base, cached: outcome.usage.cachedTokens ?? 0)
    #expect(passes.allSatisfy { $0.rows > 0 && $0.context >= 0 })
  }

  // MARK: Ends

  /// As vLLM sends it where usage is asked for.
  private static let stream = [
    #"{"choices":[{"index":0,"text":"So it","token_ids":[1,2],"finish_reason":null}]}"#,
    #"{"choices":[{"index":0,"text":" is.","token_ids":[3],"finish_reason":"stop","stop_reason":"\n\n"}]}"#,
    #"{"choices":[],"usage":{"prompt_tokens":61,"total_tokens":65,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":48}}}"#,
    "[DONE]",
  ].map { "data: \($0)\n\n" }

  @Test(arguments: [ScriptedTransport.Ending.whole, .broken, .silence])
  func `what a text cost is read after its end`(ending: ScriptedTransport.Ending) async throws {
    let link = try Self.link { _ in Self.streamed(Self.stream, ending) }
    let outcome = try await Speaker(link: link, kind: .vllm, model: "m").write(Self.completion)
    #expect(outcome.text == "So it is." && outcome.end == .stopText("\n\n"))
    #expect(outcome.count == 3)
    #expect(
      outcome.usage == CompletionPiece.Usage(promptTokens: 61, cachedTokens: 48, tokens: 4))
  }

  @Test func `text after the end is none`() async throws {
    let link = try Self.link { _ in
      Self.streamed(
        Array(Self.stream.prefix(2)) + Self.stream + ["data: {\"error\":\"too late\"}\n\n"])
    }
    let told = Mutex("")
    let outcome = try await Speaker(link: link, kind: .vllm, model: "m")
      .write(
        Self.completion,
        onPiece: { piece in
          told.withLock { $0 += piece.text }
          return true
        })
    #expect(outcome.text == "So it is." && told.withLock { $0 } == outcome.text)
  }

  @Test func `a text that has all it needs in its last, unfinished piece is whole`() async throws {
    let link = try Self.link { _ in
      Self.streamed([#"data: {"content":"One.\n\nTwo","tokens":[1],"stop":false}"#])
    }
    let outcome = try await Speaker(link: link, kind: .llamaCpp, model: "m")
      .write(Self.completion, onPiece: { _ in false })
    #expect(outcome.text == "One.\n\nTwo" && outcome.end == nil)
  }

  // MARK: Waits

  @Test(.timeLimit(.minutes(30))) func `a shorter time counts at once`() async throws {
    let watch = Watch(allowing: .seconds(3600))
    let overdue = try await #require(throws: Watch.Overdue.self) {
      try await watch.over {
        watch.allow(.milliseconds(20))
        try await Task.sleep(for: .seconds(3600))
      }
    }
    #expect(overdue.allowed == .milliseconds(20))
  }

  @Test(.timeLimit(.minutes(30)))
  func `a stream that stalls is not waited for as long as for its first token`() async throws {
    var patience = Patience.short
    patience.firstToken = .seconds(3600)
    patience.stall = .milliseconds(50)
    let link = try Self.link(patience) { _ in Self.streamed([Self.stream[0]], .silence) }
    let error = try await #require(throws: ServerError.self) {
      _ = try await Speaker(link: link, kind: .vllm, model: "m").write(Self.completion)
    }
    #expect(error.reason == .silent(seconds: 1))
  }

  @Test(.timeLimit(.minutes(30)))
  func `a refusal is told however long its words take`() async throws {
    var patience = Patience.short
    patience.firstToken = .seconds(3600)
    patience.refusal = .milliseconds(50)
    let link = try Self.link(patience) { _ in
      .answer(status: 400, headers: [:], chunks: ["bad request"], .silence)
    }
    let error = try await #require(throws: ServerError.self) {
      _ = try await Speaker(link: link, kind: .vllm, model: "m").write(Self.completion)
    }
    #expect(error.reason == .refused(status: 400, "bad request"))
  }

  @Test(.timeLimit(.minutes(30)))
  func `a refusal without an end is read so far and no farther`() async throws {
    var patience = Patience.short
    patience.firstToken = .seconds(3600)
    patience.refusal = .seconds(3600)
    let lump = String(repeating: "no ", count: 10_000)
    let link = try Self.link(patience) { _ in
      .answer(
        status: 400, headers: [:], chunks: Array(repeating: lump, count: 20), .silence)
    }
    let error = try await #require(throws: ServerError.self) {
      _ = try await link.ask("/v1/models")
    }
    guard case .refused(400, let words) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(words.count <= 301)
  }

  @Test(.timeLimit(.minutes(30)))
  func `an answer that nobody reads does not fill the memory`() async throws {
    let lump = String(repeating: "x", count: 10_000)
    let server = try ScriptedServer { _ in
      [.head()] + (0..<1000).map { _ in .chunk(lump) } + [.wait(milliseconds: 60_000)]
    }
    defer { server.stop() }
    let address = try ServerAddress(server.address)
    let transport = HTTPTransport(limit: 50_000)
    let answer = try await transport.open(ServerRequest(url: address.url(of: "/")))
    var received = 0
    var failure: (any Error)?
    do {
      for try await bytes in answer.body { received += bytes.count }
    } catch {
      failure = error
    }
    #expect(failure != nil)
    #expect(received > 50_000 && received < 5_000_000)
  }

  // MARK: Secrets

  @Test func `a key at the place where words are cut shows in no part`() async throws {
    let secret = "hunter2-hunter2"
    for before in 280...300 {
      let words = String(repeating: "x", count: before) + secret + " is wrong"
      for body in [words, "{\"error\":{\"message\":\"\(words)\"}}"] {
        let link = try Self.link(key: ServerKey(secret)) { _ in
          .answer(status: 401, headers: [:], chunks: [body], .whole)
        }
        let error = try await #require(throws: ServerError.self) {
          _ = try await link.ask("/v1/models")
        }
        #expect(!"\(error)".contains("hun"), "\(before)")
      }
    }
  }

  // MARK: Progress

  @Test func `progress of a prefill that fails is taken from the screen`() async throws {
    let told = Mutex<[EngineProgress?]>([])
    let meter = PrefillMeter { progress in told.withLock { $0.append(progress) } }
    meter.reached(0, of: 10)
    try await Task.sleep(for: .milliseconds(350))
    meter.reached(5, of: 10)
    meter.end()
    meter.end()
    let progress = told.withLock { $0 }
    #expect(progress == [EngineProgress(work: .prefill(tokens: 10), share: 0.5), nil])
  }
}
