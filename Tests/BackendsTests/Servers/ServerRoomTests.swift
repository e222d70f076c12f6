import Foundation
import Reasoning
import Synchronization
import Testing
import Traces

@testable import Backends

/// Requests to servers that refuse what does not fit, and the likelihoods that they tell.
struct ServerRoomTests {
  /// A server of which a script says the answers, and what it was asked.
  private final class Script: Sendable {
    private let requests = Mutex<[(path: String, fields: [String: String])]>([])
    let answer: @Sendable (String, [String: Any]) -> (status: Int, body: String)

    init(_ answer: @escaping @Sendable (String, [String: Any]) -> (status: Int, body: String)) {
      self.answer = answer
    }

    /// One field of every request for `path`, as text.
    func asked(_ field: String, at path: String) -> [String] {
      requests.withLock { $0.filter { $0.path == path }.map { $0.fields[field] ?? "none" } }
    }

    func outcome(_ request: ServerRequest) -> ScriptedTransport.Outcome {
      let fields =
        (try? JSONSerialization.jsonObject(with: request.body ?? Data()) as? [String: Any]) ?? [:]
      let path = request.url.path()
      let texts = fields.mapValues { "\($0)" }
      requests.withLock { $0.append((path, texts)) }
      let (status, body) = answer(path, fields)
      return .answer(
        status: status, headers: ["content-type": "application/json"], chunks: [body], .whole)
    }
  }

  private static func server(
    _ script: Script, kind: ServerKind = .vllm, context: Int?
  ) throws -> ConnectedServer {
    let link = ServerLink(
      address: try ServerAddress("http://server.test:1"), key: nil,
      transport: ScriptedTransport { script.outcome($0) }, patience: .short)
    return ConnectedServer(
      speaker: Speaker(link: link, kind: kind, model: "m", context: context),
      renderer: .server(ServerRenderer(.tokenizer, link: link, model: "m")),
      facts: ServerFacts(
        address: "\(link.address)", kind: kind.name, model: "m", context: context, chats: "",
        digits: .tops, tops: 20, isStrict: false))
  }

  private static func written(
    _ server: ConnectedServer, bytes: Int, maxTokens: Int
  ) async throws -> (outcome: Speaker.Outcome, bound: RemoteModel.Bound) {
    let completion = Completion(
      prompt: String(repeating: "a", count: bytes), maxTokens: maxTokens,
      sampling: Sampling(temperature: 0), seed: 1)
    return try await RemoteModel(.base, link: server.speaker.link)
      .write(completion, at: server) { _ in true }
  }

  private static let text =
    #"{"choices":[{"text":"So.","finish_reason":"length"}],"usage":{"prompt_tokens":100,"completion_tokens":1}}"#
  private static let full =
    #"{"error":{"message":"This model's maximum context length is 2048 tokens. However, you requested 7000","code":400}}"#

  @Test(arguments: [ServerKind.vllm, .sglang])
  func `no more tokens are asked for than there is room for`(kind: ServerKind) async throws {
    let script = Script { path, _ in
      (
        200,
        path == "/tokenize"
          ? "{\"tokens\":[\((0..<100).map(String.init).joined(separator: ","))]}" : Self.text
      )
    }
    let server = try Self.server(script, kind: kind, context: 2048)
    let (_, bound) = try await Self.written(server, bytes: 300, maxTokens: 5000)
    #expect(bound == .context)
    #expect(script.asked("max_tokens", at: "/v1/completions") == ["1948"])
    // Far from the end nothing is counted.
    let (_, free) = try await Self.written(server, bytes: 300, maxTokens: 1000)
    #expect(free == .request && script.asked("max_tokens", at: "/v1/completions").last == "1000")
    #expect(script.asked("prompt", at: "/tokenize").count == 1)
  }

  @Test func `where the context is not known less is asked for once`() async throws {
    let script = Script { _, fields in
      (fields["max_tokens"] as? Int ?? 0) > 3000 ? (400, Self.full) : (200, Self.text)
    }
    let server = try Self.server(script, kind: .other, context: nil)
    let (outcome, bound) = try await Self.written(server, bytes: 300, maxTokens: 5000)
    #expect(bound == .guessed && outcome.text == "So.")
    #expect(script.asked("max_tokens", at: "/v1/completions") == ["5000", "2500"])
  }

  @Test func `a prompt that fills the context is told as that`() async throws {
    let script = Script { _, _ in (400, Self.full) }
    let server = try Self.server(script, kind: .other, context: nil)
    let error = try await #require(throws: ReasoningError.self) {
      _ = try await Self.written(server, bytes: 300, maxTokens: 5000)
    }
    #expect(error.isContextFull)
    #expect(script.asked("max_tokens", at: "/v1/completions").count == 2)
  }

  // MARK: Likelihood

  /// Answers as vLLM does for a model to which every letter is a token, and a blank line one.
  private static func tokenized(_ fields: [String: Any]) -> String {
    let text = (fields["prompt"] as? String ?? "").replacing("\n\n", with: "_")
    return "{\"tokens\":[\(text.utf8.map { "\($0)" }.joined(separator: ","))]}"
  }

  @Test func `likelihoods are asked for as texts are`() async throws {
    let script = Script { path, fields in
      path == "/tokenize"
        ? (200, Self.tokenized(fields))
        : (
          200,
          #"{"choices":[{"index":0,"logprobs":{"top_logprobs":[{"token_id:65":-0.5,"token_id:66":-0.25}]}}]}"#
        )
    }
    var server = try Self.server(script, context: 2048)
    server.speaker.promptsHaveBeginning = false
    let scorer = LikelihoodScorer(
      server: server, way: .prefixes, role: .base, cacheSalt: "salt")
    let start = try await scorer.tokens(of: "xy", isWhole: true)
    let judgements = try await scorer.judgements(of: ["A"], after: start)
    #expect(judgements.map(\.opinion) == [.likelihood(tokens: [-0.5], best: [-0.25])])
    // The beginning of a text stands before the prompt alone.
    #expect(script.asked("add_special_tokens", at: "/tokenize").first?.isTrue == true)
    #expect(
      script.asked("add_special_tokens", at: "/tokenize").dropFirst().allSatisfy { !$0.isTrue })
    #expect(script.asked("cache_salt", at: "/v1/completions") == ["salt"])
    #expect(script.asked("repetition_penalty", at: "/v1/completions").map { Double($0) } == [1])
  }

  @Test(arguments: [#"{"tokens":[]}"#, "{\"tokens\":[\(String(repeating: "1,", count: 5000))1]}"])
  func `tokens that no text has are refused`(tokens: String) async throws {
    let scorer = LikelihoodScorer(
      server: try Self.server(Script { _, _ in (200, tokens) }, context: 2048), way: .prefixes,
      role: .base)
    let error = try await #require(throws: ServerError.self) {
      _ = try await scorer.judgements(of: ["One."], after: [1])
    }
    guard case .unintelligible = error.reason else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: [LikelihoodWay.prefixes, .promptLogprobs, .logprobStart])
  func `a likelihood for which there is no room is a full context`(way: LikelihoodWay) async throws
  {
    let script = Script { path, fields in
      path == "/tokenize" ? (200, Self.tokenized(fields)) : (400, Self.full)
    }
    let scorer = LikelihoodScorer(
      server: try Self.server(script, context: 2048), way: way, role: .base)
    let error = try await #require(throws: ReasoningError.self) {
      _ = try await scorer.judgements(of: ["One."], after: [1])
    }
    #expect(error.isContextFull)
  }

  // MARK: What is tried at connect

  private static let judged =
    #"{"choices":[{"text":"5","finish_reason":"length","logprobs":{"tokens":["5"],"token_logprobs":[-0.1],"top_logprobs":[{"5":-0.1,"4":-3,"3":-4,"2":-5,"1":-6}]}}],"usage":{"prompt_tokens":200,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":150}}}"#

  @Test func `fewer tokens are asked for before fields are left out`() async throws {
    let script = Script { _, fields in
      (fields["logprobs"] as? Int ?? 0) > 5
        ? (400, #"{"error":{"message":"at most 5 logprobs"}}"#) : (200, Self.judged)
    }
    var server = try Self.server(script, kind: .other, context: nil)
    try await ServerTrial(role: .base).measure(&server)
    #expect(!server.facts.isStrict && server.facts.digits == .tops && server.facts.tops == 5)
  }

  @Test func `a cache that keeps blocks is found by a longer text`() async throws {
    let script = Script { _, fields in
      let isLong = (fields["prompt"] as? String ?? "").utf8.count > 300
      return (
        200,
        #"{"choices":[{"text":"5","finish_reason":"length"}],"usage":{"prompt_tokens":200,"#
          + #""completion_tokens":1,"prompt_tokens_details":{"cached_tokens":\#(isLong ? 128 : 0)}}}"#
      )
    }
    var server = try Self.server(script, kind: .vllm, context: nil)
    try await ServerTrial(role: .base).measure(&server)
    #expect(server.facts.cachesPrefixes == true)
    // One whose cache goes token by token has said it by then.
    let sent = script.asked("prompt", at: "/v1/completions").count
    var other = try Self.server(script, kind: .sglang, context: nil)
    try await ServerTrial(role: .base).measure(&other)
    #expect(other.facts.cachesPrefixes == false)
    let further = script.asked("prompt", at: "/v1/completions").dropFirst(sent)
    #expect(further.allSatisfy { $0.utf8.count < 200 })
  }

  @Test func `fields are left out where they are refused`() async throws {
    let script = Script { _, fields in
      fields["repetition_penalty"] != nil
        ? (422, #"{"detail":"unexpected keys"}"#) : (200, Self.judged)
    }
    var server = try Self.server(script, kind: .other, context: nil)
    try await ServerTrial(role: .base).measure(&server)
    #expect(server.facts.isStrict && server.facts.digits == .tops)
    #expect(script.asked("logprobs", at: "/v1/completions").prefix(2) == ["20", "20"])
  }
}

extension String {
  /// Whether it is how a true of JSON reads.
  fileprivate var isTrue: Bool { self == "1" || self == "true" }
}
