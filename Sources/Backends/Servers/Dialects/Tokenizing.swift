import Foundation
import Reasoning

/// A message as servers take it.
struct WireMessage: Encodable, Sendable {
  var role: String
  var content: String

  init(_ message: ChatMessage) {
    role = message.speaker.rawValue
    content = message.text
  }
}

/// Asks llama.cpp's `/tokenize` for the tokens of a text.
struct LlamaTokenize: Encodable, Sendable {
  var content: String
  var add_special: Bool
  var parse_special = true
}

/// Asks llama.cpp's `/detokenize` for the text of tokens.
struct LlamaDetokenize: Encodable, Sendable {
  var tokens: [Int]
}

/// Asks vLLM's or SGLang's `/tokenize` for the tokens of a text alone.
struct Tokenize: Encodable, Sendable {
  var model: String
  var prompt: String
  var add_special_tokens = false
}

/// Asks vLLM's `/tokenize` for the tokens of a chat.
struct ChatTokens: Encodable, Sendable {
  var model: String
  var messages: [WireMessage]
  var add_generation_prompt = true
}

/// Asks vLLM's `/detokenize` for the text of tokens.
struct Detokenize: Encodable, Sendable {
  var model: String
  var tokens: [Int]
}

/// The answer of `/tokenize`.
struct TokensAnswer: Decodable, Sendable {
  /// Ids in the server's vocabulary.
  let tokens: [Int]
}

/// The answer of `/apply-template` and `/detokenize`.
struct PromptAnswer: Decodable, Sendable {
  /// The text.
  let prompt: String

  private enum Key: String, CodingKey {
    case prompt, content, text
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    guard
      let text = fields.lenient(String.self, .prompt) ?? fields.lenient(String.self, .content)
        ?? fields.lenient(String.self, .text)
    else {
      throw DecodingError.keyNotFound(
        Key.prompt, .init(codingPath: decoder.codingPath, debugDescription: "no text"))
    }
    prompt = text
  }
}
