import Foundation

/// What a server tells of itself and its model.
struct ToldOfModel: Sendable {
  var version: String?
  /// Tokens of context.
  var context: Int?
  /// The chat template, in whatever language.
  var template: String?
}

/// The answer of `/api/version`, `/version` and `/server_info`.
struct VersionAnswer: Decodable, Sendable {
  var version: String?
}

/// The answer of llama.cpp's `/props`.
struct LlamaProperties: Decodable, Sendable {
  var build: String?
  var context: Int?
  var template: String?

  private enum Key: String, CodingKey {
    case build_info, chat_template, default_generation_settings, n_ctx
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    build = fields.lenient(String.self, .build_info)
    template = fields.lenient(String.self, .chat_template)
    let settings = try? fields.nestedContainer(
      keyedBy: Key.self, forKey: .default_generation_settings)
    context = settings?.count(.n_ctx)
  }
}

/// The answer of Ollama's `/api/show`.
struct OllamaModel: Decodable, Sendable {
  var template: String?
  var context: Int?

  private enum Key: String, CodingKey {
    case template, parameters
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    template = fields.lenient(String.self, .template)
    // The model's own length is no measure: the server's `num_ctx` is what it keeps.
    let parameters = fields.lenient(String.self, .parameters) ?? ""
    context = parameters.firstMatch(of: /num_ctx\s+(\d+)/).flatMap { Int($0.1) }
      .map { min($0, 1 << 31) }
  }
}
