import Foundation

/// A value of a JSON file, with the digits of its numbers as they are written.
enum JSONField {
  case text(String)
  case number(String)
  case flag(Bool)
  case null
  case list([JSONField])
  /// An object with the names of its fields in lower case.
  case object([String: JSONField])

  /// The content is no JSON.
  struct Unreadable: Error {}

  /// Stands before the digits of a number that was put in quotes.
  private static let numberMark: Character = "\u{1}"

  /// The value that `content` holds.
  static func read(_ content: Data) throws -> JSONField {
    let quoted = quotingNumbers(content)
    return try JSONField(JSONSerialization.jsonObject(with: quoted, options: .fragmentsAllowed))
  }

  private init(_ value: Any) throws {
    switch value {
    case let text as String:
      self = text.first == Self.numberMark ? .number(String(text.dropFirst())) : .text(text)
    case let list as [Any]:
      self = .list(try list.map(JSONField.init))
    case let object as [String: Any]:
      self = .object(
        Dictionary(
          try object.sorted { $0.key < $1.key }.map {
            ($0.key.lowercased().trimmingCharacters(in: .whitespaces), try JSONField($0.value))
          }, uniquingKeysWith: { first, other in first.isNull ? other : first }))
    case is NSNull: self = .null
    // Numbers are texts by now.
    case let flag as Bool: self = .flag(flag)
    default: throw Unreadable()
    }
  }

  /// `content` with each number as a text: a reader would round long ones.
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
      let run = bytes[index...].prefix(while: isNumeric)
      if !run.isEmpty {
        let mark = isNumber(run) ? Data("\"\\u0001".utf8) : Data()
        quoted += mark + run + Data(mark.isEmpty ? [] : [UInt8(ascii: "\"")])
        index = run.endIndex
        continue
      }
      isInText = byte == UInt8(ascii: "\"")
      quoted.append(byte)
      index += 1
    }
    return quoted
  }

  /// Whether `run` is a number as JSON has it.
  private static func isNumber(_ run: ArraySlice<UInt8>) -> Bool {
    String(decoding: run, as: UTF8.self)
      .wholeMatch(of: /-?+(?:0|[1-9]\d*+)(?:\.\d++)?+(?:[eE][+-]?+\d++)?+/) != nil
  }

  /// Whether `byte` can be part of a number, and of nothing else but the words that JSON has.
  private static func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      true
    default: false
    }
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

  /// Whether it is a number, and not a text of digits; also as the only element of a list.
  var isNumber: Bool {
    switch self {
    case .number: true
    case .list(let list): list.count == 1 && list[0].isNumber
    default: false
    }
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
