import Foundation
import TestSupport

@testable import Backends

/// How a pretended model's chats are written.
struct PretendChat: Sendable {
  /// A message of a role.
  var turn: @Sendable (_ role: String, _ content: String) -> String
  /// What follows where the assistant is to speak.
  var prompt: String
  /// The template as the server tells it.
  var template: String
  /// Texts that are one token of the vocabulary.
  var tokens: Set<String> = []

  /// Tags in XML's manner.
  static let tags = PretendChat(
    turn: { "<\($0)>\($1)</turn>" }, prompt: "<assistant>", template: "<think></think>",
    tokens: ["</think>"])
}

/// Answers as llama.cpp's server does, for a model that writes given texts.
///
/// The forms of its answers were taken from a real one (`xllamacpp` 2026.10.11549).
struct PretendServer: Sendable {
  /// What the model writes after a prompt, before stop texts are cut off.
  var writes: @Sendable (String) -> String
  /// What a judge's digit is after a prompt.
  var scores: @Sendable (String) -> Int = { _ in 9 }
  /// How chats are written.
  var chat = PretendChat.tags

  /// The parts of an answer to a request.
  func answer(_ path: String, _ body: String) -> (type: String, chunks: [String]) {
    let fields =
      (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:]
    switch path {
    case "/v1/models":
      return json(#"{"object":"list","data":[{"id":"pretend","owned_by":"llamacpp"}]}"#)
    case "/props":
      return json([
        "default_generation_settings": ["n_ctx": 4096], "chat_template": chat.template,
      ])
    case "/apply-template":
      let messages = fields["messages"] as? [[String: String]] ?? []
      let turns = messages.map { chat.turn($0["role"] ?? "", $0["content"] ?? "") }
      return json(["prompt": turns.joined() + chat.prompt])
    case "/tokenize":
      let content = fields["content"] as? String ?? ""
      let tokens: [Int] = chat.tokens.contains(content) ? [1] : content.utf8.map { Int($0) }
      return json(["tokens": tokens])
    case "/completion":
      return ("text/event-stream", completion(fields).map { "data: \($0)\n\n" })
    default: return json(#"{"error":{"code":404,"message":"File Not Found"}}"#)
    }
  }

  private func completion(_ fields: [String: Any]) -> [String] {
    let prompt = fields["prompt"] as? String ?? ""
    let most = fields["n_predict"] as? Int ?? 1
    let tokens = prompt.utf8.count / 4
    func piece(_ text: String, _ more: [String: Any] = [:]) -> String {
      var piece: [String: Any] = ["content": text, "tokens": [7], "stop": false]
      piece.merge(more) { $1 }
      return string(piece)
    }
    func end(_ count: Int, _ more: [String: Any]) -> String {
      var end: [String: Any] = [
        "content": "", "tokens": [Int](), "stop": true, "tokens_predicted": count,
        "tokens_evaluated": tokens, "truncated": false,
        "timings": ["cache_n": tokens / 2, "prompt_n": tokens - tokens / 2],
      ]
      end.merge(more) { $1 }
      return string(end)
    }
    let progress = string([
      "content": "", "tokens": [0], "stop": false,
      "prompt_progress": ["total": tokens, "cache": 0, "processed": tokens],
    ])
    if most == 1 {
      let digit = "\(scores(prompt))"
      let tops: [[String: Any]] = [
        ["id": 5, "token": digit, "bytes": digit.utf8.map { Int($0) }, "logprob": -0.1],
        ["id": 6, "token": " x", "bytes": [32, 120], "logprob": -3.0],
        ["id": 7, "token": "\u{FFFD}", "bytes": [240], "logprob": -4.0],
        ["id": 8, "token": "3", "bytes": [51], "logprob": -5.0],
        ["id": 9, "token": " 3", "bytes": [32, 51], "logprob": -6.0],
      ]
      var first = tops[0]
      first["top_logprobs"] = tops
      return [
        progress, piece(digit, ["completion_probabilities": [first]]),
        end(1, ["stop_type": "limit"]),
      ]
    }
    let stops = fields["stop"] as? [String] ?? []
    var text = writes(prompt)
    let stop = stops.compactMap { stop in text.range(of: stop).map { ($0, stop) } }
      .min { $0.0.lowerBound < $1.0.lowerBound }
    if let stop { text = String(text[..<stop.0.lowerBound]) }
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    let pieces = words.enumerated().map { piece(($0.offset > 0 ? " " : "") + $0.element) }
    if pieces.count >= most {
      return [progress] + pieces.prefix(most) + [end(most, ["stop_type": "limit"])]
    }
    let ending: [String: Any] =
      stop.map { ["stop_type": "word", "stopping_word": $0.1] } ?? ["stop_type": "eos"]
    return [progress] + pieces + [end(pieces.count + 1, ending)]
  }

  private func json(_ text: String) -> (type: String, chunks: [String]) {
    ("application/json", [text])
  }

  private func json(_ value: [String: Any]) -> (type: String, chunks: [String]) {
    json(string(value))
  }

  private func string(_ value: [String: Any]) -> String {
    let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}

extension ScriptedServer {
  /// A server that is `pretended`, but for what `fault` says of a request.
  static func pretending(
    _ pretended: PretendServer, fault: @escaping @Sendable (Request) -> [Part]? = { _ in nil }
  ) throws -> ScriptedServer {
    try ScriptedServer { request in
      if let parts = fault(request) { return parts }
      let (type, chunks) = pretended.answer(request.path, request.body)
      return [.head(type: type)] + chunks.map { .chunk($0) } + [.end]
    }
  }
}

/// Plays answers without a network.
struct ScriptedTransport: ServerTransport {
  /// How the body of an answer goes on after its chunks.
  enum Ending: Sendable {
    case whole
    case broken
    case silence
  }

  /// What comes of one request.
  enum Outcome: Sendable {
    case failure(any Error)
    case silence
    case answer(status: Int, headers: [String: String], chunks: [String], Ending)
  }

  var outcome: @Sendable (ServerRequest) -> Outcome

  struct Broken: Error {}

  func open(_ request: ServerRequest) async throws -> ServerAnswer {
    switch outcome(request) {
    case .failure(let error): throw error
    case .silence:
      try await Task.sleep(for: .seconds(3600))
      throw Broken()
    case .answer(let status, let headers, let chunks, let ending):
      let (stream, continuation) = AsyncThrowingStream.makeStream(
        of: Data.self, throwing: (any Error).self)
      for chunk in chunks { continuation.yield(Data(chunk.utf8)) }
      switch ending {
      case .whole: continuation.finish()
      case .broken: continuation.finish(throwing: Broken())
      // The consumer's end ends it.
      case .silence: continuation.onTermination = { _ in _ = continuation }
      }
      return ServerAnswer(status: status, headers: headers, body: stream)
    }
  }
}

extension Patience {
  /// Waits that suit tests: tries follow at once, and a machine that is busy with other tests for many
  /// minutes is not taken for silence.
  static let short: Patience = {
    var patience = Patience()
    patience.connecting = .seconds(24 * 3600)
    patience.asking = .seconds(24 * 3600)
    patience.firstToken = .seconds(24 * 3600)
    patience.stall = .seconds(24 * 3600)
    patience.ending = .milliseconds(100)
    patience.retry = .milliseconds(5)
    patience.longestRetry = .milliseconds(20)
    return patience
  }()
}
