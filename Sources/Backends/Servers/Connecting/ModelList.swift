import Foundation

/// What came of asking a server for its models.
struct ModelList: Sendable {
  /// Nil where the server makes no list.
  var entries: [ModelEntry]?
  /// The answer's header, with names in lower case.
  var headers: [String: String] = [:]
}

/// The answer of `/v1/models`.
struct ModelsAnswer: Decodable, Sendable {
  var data: [ModelEntry]?
}

/// A model in it.
struct ModelEntry: Decodable, Sendable {
  var id: String?
  var owned_by: String?
  var max_model_len: Int?
  var aliases: [String]?

  private enum Key: String, CodingKey {
    case id, owned_by, max_model_len, aliases
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    id = fields.lenient(String.self, .id)
    owned_by = fields.lenient(String.self, .owned_by)
    max_model_len = fields.count(.max_model_len)
    aliases = fields.lenient([String].self, .aliases)
  }
}
