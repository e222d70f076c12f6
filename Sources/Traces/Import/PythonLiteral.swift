import Foundation

/// Reads a Python literal, as `pprint` and `repr` write plain data: texts, numbers, lists, tuples and
/// dictionaries, and numpy's numbers. Nothing is evaluated.
package struct PythonLiteral {
  private let text: [UInt8]
  private var position = 0
  private var depth = 0

  /// The value that `content` holds.
  package static func value(in content: Data) throws(PythonValue.Unreadable) -> PythonValue {
    var reader = PythonLiteral(text: Array(content))
    let value = try reader.value()
    reader.skipSpace()
    guard reader.position == reader.text.count else {
      throw reader.wrong("there is more than one value")
    }
    return value
  }

  private init(text: [UInt8]) { self.text = text }

  private func wrong(_ reason: String) -> PythonValue.Unreadable {
    PythonValue.Unreadable(place: position, reason: reason)
  }

  private var next: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || (9...13).contains(byte) { position += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    skipSpace()
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(PythonValue.Unreadable) -> PythonValue {
    guard depth < PythonValue.deepestNesting else { throw wrong("lists are nested too deeply") }
    depth += 1
    defer { depth -= 1 }
    skipSpace()
    switch next {
    case UInt8(ascii: "["): return .list(try items(closedBy: UInt8(ascii: "]")).items)
    case UInt8(ascii: "("):
      let (items, hasComma) = try items(closedBy: UInt8(ascii: ")"))
      // Brackets around one value only hold it together.
      return items.count == 1 && !hasComma ? items[0] : .tuple(items)
    case UInt8(ascii: "{"): return try mapping()
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try texts())
    case let byte? where byte == UInt8(ascii: "-") || Self.isWord(byte): return try word()
    default: throw wrong("there is no value")
    }
  }

  private mutating func items(
    closedBy end: UInt8
  ) throws(PythonValue.Unreadable) -> (items: [PythonValue], hasComma: Bool) {
    position += 1
    var items: [PythonValue] = []
    var hasComma = false
    while !skip(end) {
      items.append(try value())
      if skip(UInt8(ascii: ",")) {
        hasComma = true
      } else {
        guard skip(end) else { throw wrong("a comma is missing") }
        break
      }
    }
    return (items, hasComma)
  }

  private mutating func mapping() throws(PythonValue.Unreadable) -> PythonValue {
    position += 1
    var mapping: [String: PythonValue] = [:]
    while !skip(UInt8(ascii: "}")) {
      guard let key = try value().asText else { throw wrong("a key is no text") }
      guard skip(UInt8(ascii: ":")) else { throw wrong("a colon is missing") }
      mapping[key] = try value()
      guard !skip(UInt8(ascii: ",")) else { continue }
      guard skip(UInt8(ascii: "}")) else { throw wrong("a comma is missing") }
      break
    }
    return .mapping(mapping)
  }

  // MARK: Numbers and names

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private mutating func word() throws(PythonValue.Unreadable) -> PythonValue {
    let start = position
    while let byte = next {
      let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      let before = position > start ? text[position - 1] | 0x20 : nil
      guard Self.isWord(byte) || isSign && (before == nil || before == UInt8(ascii: "e")) else {
        break
      }
      position += 1
    }
    let word = String(decoding: text[start..<position], as: UTF8.self)
    switch word {
    case "None": return .none
    case "True": return .flag(true)
    case "False": return .flag(false)
    case "np.float64", "np.float32", "np.int64", "np.int32", "numpy.float64":
      guard next == UInt8(ascii: "("),
        let value = try items(closedBy: UInt8(ascii: ")")).items.first
      else { throw wrong("a number is expected") }
      return value
    default:
      if let whole = Int(word) { return .integer(whole) }
      if word.utf8.first.map({ $0 < UInt8(ascii: "A") }) == true, let number = Double(word) {
        return .number(number)
      }
      throw wrong("`\(word.prefix(40))` is no value")
    }
  }

  // MARK: Texts

  /// A text; several beside each other are one.
  private mutating func texts() throws(PythonValue.Unreadable) -> String {
    var whole = ""
    while next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") {
      let quote = text[position]
      position += 1
      let start = position
      while let byte = next, byte != quote {
        position += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      guard position < text.count else { throw wrong("a text has no end") }
      let content = String(decoding: text[start..<position], as: UTF8.self)
      guard let plain = Self.unescaped(content) else { throw wrong("a text has a wrong escape") }
      whole += plain
      position += 1
      skipSpace()
    }
    return whole
  }

  /// `text` with its escapes as characters; nil where there is a wrong one. A lone half of a pair
  /// becomes U+FFFD.
  static func unescaped(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var plain = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "\\" else {
        plain.append(scalar)
        continue
      }
      guard let code = scalars.next() else { return nil }
      switch code {
      case "n": plain.append("\n")
      case "t": plain.append("\t")
      case "r": plain.append("\r")
      case "0": plain.append("\0")
      case "\\", "'", "\"": plain.append(code)
      case "\n": break
      case "x", "u", "U":
        let count = code == "x" ? 2 : code == "u" ? 4 : 8
        let digits = (0..<count).compactMap { _ in scalars.next().map(Character.init) }
        guard let value = UInt32(String(digits), radix: 16), digits.count == count else {
          return nil
        }
        plain.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      default:
        // Python keeps what is no escape.
        plain.append("\\")
        plain.append(code)
      }
    }
    return String(plain)
  }
}
