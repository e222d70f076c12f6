import Foundation

/// A request to `/api/generate` of Ollama: its `/v1/completions` puts a prompt through the chat template,
/// so it cannot continue a text.
///
/// Source: docs/api.md of Ollama, August 2026.
struct OllamaCompletion: Encodable, Sendable {
  struct Options: Encodable, Sendable {
    var num_predict: Int
    var stop: [String]?
    var seed: Int
    var temperature: Double
    var top_p: Double
    var top_k: Int
    var min_p: Double
    var repeat_penalty = 1.0
    var presence_penalty = 0.0
    var frequency_penalty = 0.0
  }

  var model: String
  var prompt: String
  var raw = true
  var stream = true
  var logprobs: Bool?
  var top_logprobs: Int?
  // By default text is dropped in silence where it does not fit.
  var truncate = false
  var shift = false
  var options: Options

  init(_ completion: Completion, model: String) {
    self.model = model
    prompt = completion.prompt
    if completion.tops > 0 { (logprobs, top_logprobs) = (true, completion.tops) }
    options = Options(
      num_predict: completion.maxTokens, stop: completion.stops.isEmpty ? nil : completion.stops,
      seed: completion.shortSeed, temperature: completion.sampling.temperature,
      top_p: completion.sampling.topP, top_k: completion.sampling.topK,
      min_p: completion.sampling.minP)
  }
}

/// A line of its answer.
struct OllamaPiece: Decodable {
  private(set) var piece = CompletionPiece()

  private enum Key: String, CodingKey {
    case response, done, done_reason, prompt_eval_count, eval_count, logprobs
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    piece.text = fields.lenient(String.self, .response) ?? ""
    piece.tokens = fields.lenient([TokenProbabilities].self, .logprobs)?.map(\.token) ?? []
    guard fields.lenient(Bool.self, .done) == true else { return }
    piece.usage = CompletionPiece.Usage(
      promptTokens: fields.count(.prompt_eval_count),
      tokens: fields.count(.eval_count))
    piece.end = fields.lenient(String.self, .done_reason) == "length" ? .limit : .stop
  }
}
