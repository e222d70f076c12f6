import Foundation

/// Why a request is not answered, in the form of OpenAI's interface.
package struct APIError: Error, Sendable, Equatable {
  /// The HTTP status.
  package var status: Int
  /// One sentence with the remedy.
  package var message: String
  /// The kind of error, such as `invalid_request_error`.
  package var type: String
  /// What is wrong, for programs; nil for nothing more than `type`.
  package var code: String?
  /// The field of the request that it is about; nil for none.
  package var parameter: String?

  /// An error of HTTP status `status`; from 500 on it is the server's, else the request's.
  package init(
    _ status: Int, _ message: String, code: String? = nil, parameter: String? = nil
  ) {
    self.status = status
    self.message = message
    self.code = code
    self.parameter = parameter
    type = status >= 500 ? "server_error" : "invalid_request_error"
  }

  /// `parameter` has a value that is refused, as `message` says.
  static func invalid(_ parameter: String, _ message: String) -> APIError {
    APIError(400, message, code: "invalid_value", parameter: parameter)
  }

  /// The messages have more tokens than `room`, the context; nil for a number that is unknown.
  static func tooLong(_ tokens: Int? = nil, room: Int?) -> APIError {
    let room = room.map { " of \($0) tokens" } ?? ""
    let size = tokens.map { ": they are \($0) tokens" } ?? ""
    return APIError(
      400,
      "The messages do not fit into the context\(room)\(size); send less, or serve with a larger "
        + "--context.", code: "context_length_exceeded", parameter: "messages")
  }

  private struct Envelope: Encodable {
    struct Fields: Encodable {
      var message: String
      var type: String
      var param: String?
      var code: String?

      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(message, forKey: .message)
        try container.encode(type, forKey: .type)
        // Clients expect both, also as null.
        try container.encode(param, forKey: .param)
        try container.encode(code, forKey: .code)
      }

      enum CodingKeys: String, CodingKey {
        case message, type, param, code
      }
    }

    var error: Fields
  }

  /// The body of the response.
  package var body: String {
    WireJSON.text(
      Envelope(error: .init(message: message, type: type, param: parameter, code: code)))
  }
}

/// JSON as it goes to clients.
enum WireJSON {
  /// `value` on one line, its keys sorted.
  static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only a number that is not finite cannot be written, and none of these values has one.
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
