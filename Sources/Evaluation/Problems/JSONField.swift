import Foundation

/// A value of a JSON file, with the digits of its numbers as they are written.
enum JSONField: Decodable {
  case text(String)
  case number(String)
  case flag(Bool)
  case null
  case list([JSONField])
  /// An object with the names of its fields in lower case.
  case object([String: JSONField])

  /// Stands before the digits of a number that was put in quotes.
  private static let numberMark: Character = "\u{1}"

  /// The value that `content` holds; throws a `DecodingError` where it is no JSON.
  static func read(_ content: Data) throws -> JSONField {
    try JSONDecoder().decode(JSONField.self, from: quotingNumbers(content))
  }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let text = try? value.decode(String.self) {
      self =
        text.first == Self.numberMark ? .number(String(text.dropFirst())) : .text(text)
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let list = try? value.decode([JSONField].self) {
      self = .list(list)
    } else if let number = try? value.decode(Decimal.self) {
      self = .number("\(number)")
    } else {
      let object = try value.decode([String: JSONField].self)
      self = .object(
        Dictionary(
          object.sorted { $0.key < $1.key }.map {
            ($0.key.lowercased().trimmingCharacters(in: .whitespaces), $0.value)
          }, uniquingKeysWith: { first, _ in first }))
    }
  }

  /// `content` with each number as a text: a decoder would round long ones.
  private static func quotingNumbers(_ content: Data) -> Data {
    let bytes = Array(content)
    var quoted = Data()
    quoted.reserveCapacity(bytes.count)
    var index = 0
    var isInText = false
    while index < bytes.count {
      let byte = bytes[index]
      if isInText {
        quoted.append(byte)
        if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
          index += 1
          quoted.append(bytes[index])
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        index += 1
        continue
      }
      let end = numberEnd(in: bytes, from: index)
      if end > index {
        quoted += Data("\"\\u0001".utf8) + bytes[index..<end] + Data("\"".utf8)
        index = end
        continue
      }
      isInText = byte == UInt8(ascii: "\"")
      quoted.append(byte)
      index += 1
    }
    return quoted
  }

  /// The end of the JSON number that begins at `start`; `start` where none does.
  private static func numberEnd(in bytes: [UInt8], from start: Int) -> Int {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "-") || isDigit(bytes[start]) else {
      return start
    }
    let digits = bytes[start...].prefix {
      isDigit($0) || [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains($0)
        || [UInt8(ascii: "+"), UInt8(ascii: "-")].contains($0)
    }
    let isNumber =
      String(decoding: digits, as: UTF8.self)
      .wholeMatch(of: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/) != nil
    return isNumber ? digits.endIndex : start
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension JSONField {
  /// Its text, or the text of the only element of a list; nil for anything else.
  var text: String? {
    switch self {
    case .text(let text), .number(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .list(let list): list.count == 1 ? list[0].text : nil
    case .null, .object: nil
    }
  }

  /// Its elements; nil where it is no list.
  var elements: [JSONField]? {
    if case .list(let list) = self { list } else { nil }
  }

  /// Its fields; nil where it is no object.
  var fields: [String: JSONField]? {
    if case .object(let fields) = self { fields } else { nil }
  }

  /// Whether it is a number, and not a text of digits.
  var isNumber: Bool {
    if case .number = self { true } else { false }
  }

  /// Whether it says nothing.
  var isNull: Bool {
    switch self {
    case .null: true
    case .list(let list): list.isEmpty || list.count == 1 && list[0].isNull
    default: false
    }
  }
}
