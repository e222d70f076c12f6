import Foundation

/// What a server says of an error, in whichever of the many forms.
enum ServerComplaint {
  private static let longest = 300

  /// The words in `body`: an `error` that is an object or a string, a flat `message`, a `detail` that is
  /// a string or a list, or plain text; empty for a page in HTML.
  ///
  /// - Parameter redacting: Takes out what is secret, while the words are whole.
  static func words(in body: Data, redacting: (String) -> String = { $0 }) -> String {
    guard let fields = try? JSONDecoder().decode(Fields.self, from: body) else {
      let text = String(decoding: body, as: UTF8.self)
      return text.contains("<") ? "" : shortened(redacting(text))
    }
    return shortened(redacting(fields.words ?? ""))
  }

  /// The words in one piece of a streamed answer; nil where it tells no error.
  static func words(
    inPiece piece: Data, redacting: (String) -> String = { $0 }
  ) -> String? {
    guard let fields = try? JSONDecoder().decode(Fields.self, from: piece), fields.isError else {
      return nil
    }
    return shortened(redacting(fields.words ?? ""))
  }

  /// On one line, and not too long.
  private static func shortened(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count <= longest ? line : line.prefix(longest) + "…"
  }

  private struct Fields: Decodable {
    var words: String?
    var isError = false

    private enum Key: String, CodingKey {
      case error, message, detail, object, type, msg
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      if let error = fields.lenient(String.self, .error) {
        (words, isError) = (error, true)
      } else if let inner = try? fields.nestedContainer(keyedBy: Key.self, forKey: .error) {
        words = inner.lenient(String.self, .message) ?? inner.lenient(String.self, .type) ?? ""
        isError = true
      } else if let message = fields.lenient(String.self, .message) {
        words = message
        isError = fields.lenient(String.self, .object) == "error"
      } else if let detail = fields.lenient(String.self, .detail) {
        (words, isError) = (detail, true)
      } else if var list = try? fields.nestedUnkeyedContainer(forKey: .detail) {
        isError = true
        let first = try? list.nestedContainer(keyedBy: Key.self)
        words = first?.lenient(String.self, .msg)
      }
    }
  }
}

extension KeyedDecodingContainer {
  /// The value of `key`; nil where it is absent, null or of another type: servers differ.
  func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
    (try? decodeIfPresent(type, forKey: key)) ?? nil
  }

  /// The number of tokens at `key`, 0 to 2³¹, so that no sum of some overflows; nil where it is absent,
  /// null or no whole number.
  func count(_ key: Key) -> Int? {
    lenient(Int.self, key).map { Swift.min(Swift.max(0, $0), 1 << 31) }
  }
}
