import Foundation

/// A token with its log-probability and the best ones beside it, as llama.cpp, Ollama and the chat form
/// of OpenAI's interface have them.
struct TokenProbabilities: Decodable {
  private(set) var token: CompletionPiece.Token

  private enum Key: String, CodingKey {
    case id, token, logprob, bytes, top_logprobs
  }

  private struct Top: Decodable {
    var top: CompletionPiece.Top?

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      guard let logprob = fields.lenient(Double.self, .logprob) else { return }
      top = CompletionPiece.Top(
        id: fields.lenient(Int.self, .id), text: TokenProbabilities.text(fields), logprob: logprob)
    }
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    token = CompletionPiece.Token(
      id: fields.lenient(Int.self, .id), text: Self.text(fields),
      logprob: fields.lenient(Double.self, .logprob),
      tops: (fields.lenient([Top].self, .top_logprobs) ?? []).compactMap(\.top))
  }

  /// By its bytes, where they are told: texts of incomplete characters are all the same.
  private static func text(_ fields: KeyedDecodingContainer<Key>) -> String {
    if let bytes = fields.lenient([UInt8].self, .bytes), !bytes.isEmpty {
      return String(decoding: bytes, as: UTF8.self)
    }
    return fields.lenient(String.self, .token) ?? ""
  }
}
