import Foundation
import Traces

/// A request to `/completion` of llama.cpp's server.
///
/// Source: tools/server/README.md of llama.cpp. Defaults that would change what is sampled are all
/// overwritten.
struct LlamaCompletion: Encodable, Sendable {
  var prompt: String
  var n_predict: Int
  var stop: [String]
  var stream = true
  var return_progress = true
  var return_tokens = true
  var cache_prompt: Bool
  var temperature: Double
  var top_p: Double
  var top_k: Int
  var min_p: Double
  var repeat_penalty = 1.0
  var presence_penalty = 0.0
  var frequency_penalty = 0.0
  var seed: Int
  var n_probs: Int
  var preserved_tokens: [String]

  init(_ completion: Completion) {
    prompt = completion.prompt
    n_predict = completion.maxTokens
    stop = completion.stops
    cache_prompt = completion.usesCache
    temperature = completion.sampling.temperature
    top_p = completion.sampling.topP
    top_k = completion.sampling.topK
    min_p = completion.sampling.minP
    seed = completion.shortSeed
    n_probs = completion.tops
    preserved_tokens = completion.shownTokens
  }
}

/// A chunk of its answer.
struct LlamaPiece: Decodable {
  private(set) var piece = CompletionPiece()

  private enum Key: String, CodingKey {
    case content, tokens, stop, stop_type, stopping_word, truncated, completion_probabilities
    case prompt_progress, tokens_predicted, tokens_evaluated, timings
  }

  private struct PromptProgress: Decodable {
    var progress: CompletionPiece.Progress

    private enum Key: String, CodingKey {
      case total, processed
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      progress = CompletionPiece.Progress(
        done: fields.count(.processed) ?? 0, all: fields.count(.total) ?? 0)
    }
  }

  private struct Timings: Decodable {
    var cached: Int?
    var drafted: Int?
    var accepted: Int?

    private enum Key: String, CodingKey {
      case cache_n, draft_n, draft_n_accepted
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      cached = fields.count(.cache_n)
      drafted = fields.count(.draft_n)
      accepted = fields.count(.draft_n_accepted)
    }
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    piece.progress = fields.lenient(PromptProgress.self, .prompt_progress)?.progress
    // Its tokens are none.
    if piece.progress != nil { return }
    piece.text = fields.lenient(String.self, .content) ?? ""
    let isEnd = fields.lenient(Bool.self, .stop) ?? false
    let timings = fields.lenient(Timings.self, .timings)
    let drafted = timings?.drafted ?? 0
    piece.tokens =
      fields.lenient([TokenProbabilities].self, .completion_probabilities)?.map(\.token) ?? []
    if piece.tokens.isEmpty, !isEnd || !piece.text.isEmpty {
      piece.tokens = (fields.lenient([Int].self, .tokens) ?? []).map {
        CompletionPiece.Token(id: $0, text: "")
      }
    }
    guard isEnd else { return }
    var usage = CompletionPiece.Usage()
    usage.promptTokens = fields.count(.tokens_evaluated)
    usage.cachedTokens = timings?.cached
    usage.tokens = fields.count(.tokens_predicted)
    if drafted > 0 {
      let accepted = min(timings?.accepted ?? 0, drafted)
      usage.speculation = TokenSpeculation(
        proposed: drafted, accepted: accepted, passes: max(0, (usage.tokens ?? 0) - accepted),
        draftSeconds: 0)
    }
    piece.usage = usage
    switch fields.lenient(String.self, .stop_type) {
    case "word": piece.end = .stopText(fields.lenient(String.self, .stopping_word))
    case "eos": piece.end = .endOfText
    case "limit":
      piece.end = fields.lenient(Bool.self, .truncated) == true ? .contextFull : .limit
    default: piece.end = .stop
    }
  }
}
