import Foundation

/// A kind of server, and what is peculiar to it.
enum ServerKind: Sendable, Equatable {
  case llamaCpp, vllm, sglang, ollama
  /// Speaks as OpenAI's completions do; nothing else is known of it.
  case other

  /// The name for people.
  var name: String {
    switch self {
    case .llamaCpp: "llama.cpp server"
    case .vllm: "vLLM"
    case .sglang: "SGLang"
    case .ollama: "Ollama"
    case .other: "OpenAI-like server"
    }
  }

  /// Whether it says which stop text, or the model itself, ended a text.
  var tellsStop: Bool { self == .llamaCpp || self == .vllm || self == .sglang }

  /// Whether its cache of prefixes goes token by token, and not in blocks.
  var cachesByToken: Bool { self == .llamaCpp || self == .sglang }

  /// Where texts are continued.
  var path: String {
    switch self {
    case .llamaCpp: "/completion"
    case .ollama: "/api/generate"
    case .vllm, .sglang, .other: "/v1/completions"
    }
  }

  /// How its streams are divided.
  var framing: EventReader.Framing { self == .ollama ? .lines : .events }

  /// The request as this kind takes it.
  ///
  /// - Parameter isStrict: The server refuses what it does not know.
  func body(
    _ completion: Completion, model: String, isStrict: Bool
  ) -> any Encodable & Sendable {
    switch self {
    case .llamaCpp: LlamaCompletion(completion)
    case .ollama: OllamaCompletion(completion, model: model)
    case .vllm, .sglang, .other:
      OpenAICompletion(completion, model: model, kind: self, isStrict: isStrict)
    }
  }

  /// The piece that `data` of this kind's stream is.
  func piece(in data: Data) throws -> CompletionPiece {
    let decoder = JSONDecoder()
    return switch self {
    case .llamaCpp: try decoder.decode(LlamaPiece.self, from: data).piece
    case .ollama: try decoder.decode(OllamaPiece.self, from: data).piece
    case .vllm, .sglang, .other: try decoder.decode(OpenAIPiece.self, from: data).piece
    }
  }
}
