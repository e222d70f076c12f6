import Foundation
import Testing
import Traces

@testable import Backends

/// Requests and answers in each server's own words; the answers are of real servers.
struct DialectTests {
  private static let sampling = Sampling(temperature: 0.6, topP: 0.9, topK: 0, minP: 0.02)

  private static func fields(
    _ kind: ServerKind, _ change: (inout Completion) -> Void = { _ in }, isStrict: Bool = false
  ) throws -> [String: Any] {
    var completion = Completion(
      prompt: "A", maxTokens: 5, stops: ["\n\n"], sampling: sampling, seed: 0xF_FFFF_FFFF)
    change(&completion)
    let body = try JSONEncoder().encode(kind.body(completion, model: "m", isStrict: isStrict))
    return try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
  }

  private static func piece(_ kind: ServerKind, _ text: String) throws -> CompletionPiece {
    try kind.piece(in: Data(text.utf8))
  }

  @Test func `every default that a server would put in is overwritten`() throws {
    let llama = try Self.fields(.llamaCpp)
    #expect(llama["min_p"] as? Double == 0.02 && llama["top_k"] as? Int == 0)
    #expect(llama["repeat_penalty"] as? Double == 1 && llama["temperature"] as? Double == 0.6)
    // Seeds beyond 31 bits mean something else to each server.
    #expect(llama["seed"] as? Int == 0x7FFF_FFFF)
    let vllm = try Self.fields(.vllm)
    #expect(vllm["add_special_tokens"] as? Bool == false)
    #expect(vllm["repetition_penalty"] as? Double == 1 && vllm["min_p"] as? Double == 0.02)
    #expect(try Self.fields(.sglang)["top_k"] as? Int == -1)
    let ollama = try Self.fields(.ollama)
    #expect(ollama["raw"] as? Bool == true && ollama["truncate"] as? Bool == false)
  }

  @Test func `a strict server gets nothing that it does not know`() throws {
    let fields = try Self.fields(.other, isStrict: true)
    let known: Set = [
      "model", "prompt", "max_tokens", "stop", "stream", "temperature", "top_p", "seed", "logprobs",
    ]
    #expect(Set(fields.keys).isSubset(of: known))
    #expect(fields["stream"] as? Bool == true)
  }

  @Test func `vLLM is asked for exactly the digits`() throws {
    let fields = try Self.fields(.vllm) { $0.chosen = [20, 21] }
    #expect(fields["logprob_token_ids"] as? [Int] == [20, 21] && fields["logprobs"] as? Int == 0)
  }

  @Test func `llama.cpp's chunks`() throws {
    let first = try Self.piece(
      .llamaCpp,
      #"{"index":0,"content":"The","tokens":[536],"stop":false,"id_slot":-1,"tokens_predicted":1,"tokens_evaluated":117}"#
    )
    #expect(first.text == "The" && first.tokens.map(\.id) == [536] && first.end == nil)
    let last = try Self.piece(
      .llamaCpp,
      #"{"index":0,"content":"","stop":true,"stop_type":"word","stopping_word":"\n\n","truncated":false,"tokens_predicted":42,"tokens_evaluated":117,"timings":{"cache_n":116,"prompt_n":1,"prompt_ms":1.6}}"#
    )
    #expect(last.end == .stopText("\n\n") && last.tokens.isEmpty)
    #expect(
      last.usage == CompletionPiece.Usage(promptTokens: 117, cachedTokens: 116, tokens: 42))
    let progress = try Self.piece(
      .llamaCpp,
      #"{"index":0,"content":"","tokens":[0],"stop":false,"tokens_predicted":0,"tokens_evaluated":5,"prompt_progress":{"total":5,"cache":0,"processed":4,"time_ms":0}}"#
    )
    // Its token is none.
    #expect(progress.tokens.isEmpty && progress.progress?.done == 4 && progress.progress?.all == 5)
    let token = try Self.piece(
      .llamaCpp,
      #"{"index":0,"content":"9","tokens":[29],"stop":false,"completion_probabilities":[{"id":29,"token":"9","bytes":[57],"logprob":-0.7849,"top_logprobs":[{"id":29,"token":"9","bytes":[57],"logprob":-0.7849},{"id":16,"token":",","bytes":[44],"logprob":-0.995}]}]}"#
    )
    #expect(token.tokens.first?.logprob == -0.7849)
    #expect(token.tokens.first?.tops.map(\.text) == ["9", ","])
  }

  @Test func `a full context is told apart from a limit`() throws {
    func end(_ truncated: Bool) throws -> CompletionPiece.End? {
      try Self.piece(
        .llamaCpp, #"{"content":"","stop":true,"stop_type":"limit","truncated":\#(truncated)}"#
      ).end
    }
    #expect(try end(true) == .contextFull)
    #expect(try end(false) == .limit)
  }

  @Test func `vLLM's chunks`() throws {
    let judged = try Self.piece(
      .vllm,
      #"{"choices":[{"text":"9","finish_reason":"length","stop_reason":null,"logprobs":{"tokens":["9"],"token_logprobs":[-5.96e-07],"top_logprobs":[{"9":-5.96e-07,"0":-14.88,"1":-17.7}]}}],"usage":{"prompt_tokens":139,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":128}}}"#
    )
    #expect(judged.text == "9" && judged.end == .limit)
    #expect(judged.tokens.first?.tops.map(\.text) == ["9", "0", "1"])
    #expect(judged.usage == CompletionPiece.Usage(promptTokens: 139, cachedTokens: 128, tokens: 1))
    let stopped = try Self.piece(
      .vllm,
      #"{"choices":[{"index":0,"text":" = 41.","finish_reason":"stop","stop_reason":"\n\n"}]}"#)
    #expect(stopped.text == " = 41." && stopped.end == .stopText("\n\n"))
    let ended = try Self.piece(
      .vllm, #"{"choices":[{"index":0,"text":"","finish_reason":"stop","stop_reason":null}]}"#)
    #expect(ended.end == .endOfText)
    let usage = try Self.piece(
      .vllm,
      #"{"choices":[],"usage":{"prompt_tokens":61,"total_tokens":117,"completion_tokens":56}}"#)
    #expect(usage.text.isEmpty && usage.end == nil && usage.usage?.tokens == 56)
    // Streaming with stop texts holds text back, and then several tokens come at once.
    let several = try Self.piece(
      .vllm, #"{"choices":[{"text":"","token_ids":[4,5],"finish_reason":null}]}"#)
    #expect(several.text.isEmpty && several.tokens.map(\.id) == [4, 5])
  }

  @Test func `what stopped a text at SGLang and where nobody says`() throws {
    func end(_ rest: String) throws -> CompletionPiece.End? {
      try Self.piece(.sglang, #"{"choices":[{"text":"","finish_reason":"stop"\#(rest)}]}"#).end
    }
    #expect(try end(#","matched_stop":"</think>""#) == .stopText("</think>"))
    #expect(try end(#","matched_stop":151645"#) == .endOfText)
    #expect(try end("") == .stop)
  }

  @Test func `Ollama's lines`() throws {
    let token = try Self.piece(
      .ollama,
      #"{"model":"m","response":" 4","done":false,"logprobs":[{"token":" 4","logprob":-0.2,"bytes":[32,52],"top_logprobs":[{"token":" 4","logprob":-0.2,"bytes":[32,52]}]}]}"#
    )
    #expect(token.text == " 4" && token.tokens.first?.tops.first?.text == " 4")
    let last = try Self.piece(
      .ollama,
      #"{"response":"","done":true,"done_reason":"length","prompt_eval_count":9,"eval_count":2}"#)
    #expect(last.end == .limit && last.usage?.promptTokens == 9)
  }

  @Test(arguments: [
    "{}", #"{"choices":null}"#, #"{"choices":[]}"#, #"{"choices":[{"text":null}]}"#,
    #"{"choices":[{"text":5,"logprobs":"none","finish_reason":7}]}"#,
    #"{"choices":[{"text":"","logprobs":{"tokens":["a"],"token_logprobs":[],"top_logprobs":[null]}}]}"#,
    #"{"choices":"x","usage":[]}"#, #"{"content":[],"completion_probabilities":[{"token":3}]}"#,
    #"{"response":{},"done":"yes"}"#, #"{"role":"assistant"}"#,
  ])
  func `odd pieces are empty ones`(text: String) throws {
    for kind in [ServerKind.llamaCpp, .vllm, .sglang, .ollama, .other] {
      let piece = try Self.piece(kind, text)
      #expect(piece.text.isEmpty && piece.end == nil)
    }
  }

  private static let complaints: [(String, String)] = [
    (
      #"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#,
      "Invalid API Key"
    ),
    (#"{"error":"Unauthorized"}"#, "Unauthorized"),
    (#"{"object":"error","message":"too long","type":"BadRequest","code":400}"#, "too long"),
    (#"{"detail":"Not Found"}"#, "Not Found"),
    (#"{"detail":[{"loc":["body"],"msg":"unexpected field","type":"x"}]}"#, "unexpected field"),
    ("Internal Server Error", "Internal Server Error"),
    ("<html><body><h1>502 Bad Gateway</h1></body></html>", ""),
    ("", ""),
  ]

  @Test(arguments: complaints)
  func `complaints in all their forms`(body: String, words: String) {
    #expect(ServerComplaint.words(in: Data(body.utf8)) == words)
  }
}
