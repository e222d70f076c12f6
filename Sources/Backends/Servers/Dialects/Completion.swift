import Foundation
import Traces

/// Asks a server to continue a text, in no server's own words.
struct Completion: Sendable, Equatable {
  /// The text, as the model is to read it.
  var prompt: String
  /// The most tokens to generate, at least 1.
  var maxTokens: Int
  /// Texts that end it.
  var stops: [String] = []
  /// How tokens are sampled.
  var sampling: Sampling
  /// Seed of the random numbers; servers take 31 bits.
  var seed: UInt64
  /// Most probable tokens to be told with each token; 0 for none.
  var tops = 0
  /// Ids of tokens whose log-probabilities are wanted.
  var chosen: [Int] = []
  /// A word that sets this request's place in the server's prefix cache apart; nil for the common one.
  var cacheSalt: String?
  /// Whether the server's prefix cache may be used.
  var usesCache = true
  /// Whether the prompt has the token that begins a text, where the model wants one.
  var hasBeginning = true

  /// The seed as all servers take it.
  var shortSeed: Int { Int(seed & 0x7FFF_FFFF) }
}

/// A piece of what a server writes.
struct CompletionPiece: Sendable, Equatable {
  /// A token of it, where the server tells tokens.
  struct Token: Sendable, Equatable {
    /// Its id in the server's vocabulary; nil where untold.
    var id: Int?
    /// Its own text; may be incomplete, and need not line up with the text of the piece.
    var text: String
    /// Natural logarithm of its probability; nil where untold.
    var logprob: Double?
    /// The most probable tokens in its place, or those that were asked for, with their logarithms.
    var tops: [Top] = []
  }

  /// A token that could have stood there.
  struct Top: Sendable, Equatable {
    var id: Int?
    var text: String
    var logprob: Double
  }

  /// Why a text ended.
  enum End: Sendable, Equatable {
    /// One of the stop texts; nil where the server does not say which.
    case stopText(String?)
    /// The model ended its text.
    case endOfText
    /// One of both: the server does not say which.
    case stop
    /// It has all the tokens that were asked for, or the context is full.
    case limit
    /// The context is full.
    case contextFull
  }

  /// What it cost.
  struct Usage: Sendable, Equatable {
    /// Tokens of the prompt; nil where untold.
    var promptTokens: Int?
    /// Those of them that came from a cache; nil where untold.
    var cachedTokens: Int?
    /// Tokens generated; nil where untold.
    var tokens: Int?
    /// Token-level speculation at the server; nil where untold.
    var speculation: TokenSpeculation?
  }

  /// Text that it adds.
  var text = ""
  /// Tokens that it adds, where the server tells them.
  var tokens: [Token] = []
  /// Tokens of the prompt that have been read, of so many; nil where untold.
  var progress: (done: Int, all: Int)?
  /// Why the text ended; nil while it goes on.
  var end: End?
  /// What it cost; nil where this piece does not say.
  var usage: Usage?

  static func == (one: Self, other: Self) -> Bool {
    one.text == other.text && one.tokens == other.tokens && one.end == other.end
      && one.usage == other.usage && one.progress?.done == other.progress?.done
      && one.progress?.all == other.progress?.all
  }
}

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
