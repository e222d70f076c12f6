import Foundation

/// A request to `/v1/completions` of vLLM, SGLang, `transformers serve`, LM Studio and their like.
///
/// What a server knows beyond OpenAI's own fields it gets, because defaults come from a model's files;
/// one that refuses what it does not know gets those fields alone.
struct OpenAICompletion: Encodable, Sendable {
  struct StreamOptions: Encodable, Sendable {
    var include_usage = true
  }

  var model: String
  var prompt: String
  var max_tokens: Int
  var stop: [String]?
  var stream = true
  var stream_options: StreamOptions?
  var temperature: Double
  var top_p: Double
  var seed: Int
  var logprobs: Int?
  var presence_penalty: Double?
  var frequency_penalty: Double?
  var top_k: Int?
  var min_p: Double?
  var repetition_penalty: Double?
  var add_special_tokens: Bool?
  var skip_special_tokens: Bool?
  var return_token_ids: Bool?
  var logprob_token_ids: [Int]?
  var cache_salt: String?

  init(_ completion: Completion, model: String, kind: ServerKind, isStrict: Bool) {
    self.model = model
    prompt = completion.prompt
    max_tokens = completion.maxTokens
    stop = completion.stops.isEmpty ? nil : completion.stops
    temperature = completion.sampling.temperature
    top_p = completion.sampling.topP
    seed = completion.shortSeed
    logprobs = completion.tops > 0 ? completion.tops : nil
    guard !isStrict else { return }
    stream_options = StreamOptions()
    presence_penalty = 0
    frequency_penalty = 0
    repetition_penalty = 1
    min_p = completion.sampling.minP
    // Off is 0 to most, and only −1 to SGLang.
    top_k =
      kind == .sglang && completion.sampling.topK == 0 ? -1 : completion.sampling.topK
    if kind == .vllm || kind == .sglang { skip_special_tokens = false }
    guard kind == .vllm else { return }
    add_special_tokens = !completion.hasBeginning
    return_token_ids = true
    cache_salt = completion.cacheSalt
    if !completion.chosen.isEmpty {
      logprob_token_ids = completion.chosen
      logprobs = 0
    } else if completion.tops == 0 {
      logprobs = 1
    }
  }
}

/// A chunk of its answer.
struct OpenAIPiece: Decodable {
  private(set) var piece = CompletionPiece()

  private enum Key: String, CodingKey {
    case choices, usage
  }

  private struct Choice: Decodable {
    var text: String?
    var logprobs: LogProbabilities?
    var finishReason: String?
    var tokenIDs: [Int]
    /// The stop text that ended it; nil for none.
    var stopText: String?
    /// The server has a field that says what ended it.
    var saysWhatStopped: Bool

    private enum Key: String, CodingKey {
      case text, logprobs, finish_reason, stop_reason, matched_stop, token_ids
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      text = fields.lenient(String.self, .text)
      logprobs = fields.lenient(LogProbabilities.self, .logprobs)
      finishReason = fields.lenient(String.self, .finish_reason)
      tokenIDs = fields.lenient([Int].self, .token_ids) ?? []
      stopText =
        fields.lenient(String.self, .stop_reason) ?? fields.lenient(String.self, .matched_stop)
      saysWhatStopped = fields.contains(.stop_reason) || fields.contains(.matched_stop)
    }
  }

  private struct Usage: Decodable {
    var prompt: Int?
    var cached: Int?
    var completion: Int?

    private enum Key: String, CodingKey {
      case prompt_tokens, completion_tokens, prompt_tokens_details, cached_tokens
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      prompt = fields.count(.prompt_tokens)
      completion = fields.count(.completion_tokens)
      let details = try? fields.nestedContainer(keyedBy: Key.self, forKey: .prompt_tokens_details)
      cached = details?.count(.cached_tokens)
    }
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    if let usage = fields.lenient(Usage.self, .usage) {
      piece.usage = CompletionPiece.Usage(
        promptTokens: usage.prompt, cachedTokens: usage.cached, tokens: usage.completion)
    }
    guard let choice = fields.lenient([Choice].self, .choices)?.first else { return }
    piece.text = choice.text ?? ""
    piece.tokens = choice.logprobs?.tokens ?? []
    if piece.tokens.isEmpty {
      piece.tokens = choice.tokenIDs.map { CompletionPiece.Token(id: $0, text: "") }
    } else if piece.tokens.count == choice.tokenIDs.count {
      for (place, id) in choice.tokenIDs.enumerated() { piece.tokens[place].id = id }
    }
    switch choice.finishReason {
    case nil: break
    case "length": piece.end = .limit
    case "stop" where choice.stopText != nil: piece.end = .stopText(choice.stopText)
    case "stop" where choice.saysWhatStopped: piece.end = .endOfText
    default: piece.end = .stop
    }
  }
}

/// Log-probabilities in the form of completions, or in that of chats.
private struct LogProbabilities: Decodable {
  var tokens: [CompletionPiece.Token]

  private enum Key: String, CodingKey {
    case tokens, token_logprobs, top_logprobs, content
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    if let content = fields.lenient([TokenProbabilities].self, .content) {
      tokens = content.map(\.token)
      return
    }
    let texts = fields.lenient([String].self, .tokens) ?? []
    let logprobs = fields.lenient([Double?].self, .token_logprobs) ?? []
    let tops = fields.lenient([[String: Double?]?].self, .top_logprobs) ?? []
    tokens = texts.enumerated().map { place, text in
      let best = place < tops.count ? tops[place] ?? [:] : [:]
      return CompletionPiece.Token(
        id: nil, text: text, logprob: place < logprobs.count ? logprobs[place] : nil,
        tops: best.compactMap { text, logprob in
          logprob.map { CompletionPiece.Top(id: nil, text: text, logprob: $0) }
        }.sorted { ($1.logprob, $0.text) < ($0.logprob, $1.text) })
    }
  }
}
