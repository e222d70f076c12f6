/// Refuses TOML that would crash the parser library.
///
/// toml++ asserts, and so ends the process, when a table name or a value in an array begins with a
/// character that cannot begin one, and on some malformed times. The memory for a dotted key grows
/// with the square of its parts, and nested values use stack. The library stops at a NUL byte.
///
/// The check finds where strings, keys and values begin and end, and how deep they nest. It does
/// not interpret values or look for duplicate keys; the library does.
struct TOMLCheck {
  /// The longest text accepted, in bytes.
  static let sizeLimit = 1 << 18
  /// The deepest nesting of arrays and inline tables.
  static let depthLimit = 16
  /// The most parts of a dotted key.
  static let partLimit = 16
  /// The longest value outside quotes, in bytes.
  static let wordLimit = 64

  private let bytes: [UInt8]
  private var place = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    // Skip a byte order mark.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  mutating func run() throws(TOMLProblem) {
    guard bytes.count <= Self.sizeLimit else {
      place = 0
      throw problem("the file is larger than \(Self.sizeLimit >> 10) KiB")
    }
    if let control = bytes.indices.first(where: isForbidden) {
      place = control
      throw problem("control characters are not allowed")
    }
    while true {
      skipBlankLines()
      guard let byte = next else { return }
      if byte == UInt8(ascii: "[") { try header() } else { try pair(depth: 0) }
      skipBlanks()
      guard skipComment() || next == nil || next == Self.newline else {
        throw problem("the line goes on after the value")
      }
    }
  }

  // MARK: Keys and values

  /// `[name]`, or `[[name]]` for an array of tables.
  private mutating func header() throws(TOMLProblem) {
    let isList = bytes[place...].starts(with: [UInt8(ascii: "["), UInt8(ascii: "[")])
    place += isList ? 2 : 1
    try key()
    for _ in 0..<(isList ? 2 : 1) { try expect("]", after: "the table name") }
  }

  private mutating func pair(depth: Int) throws(TOMLProblem) {
    try key()
    try expect("=", after: "the key")
    try value(depth: depth)
  }

  private mutating func key() throws(TOMLProblem) {
    for _ in 0..<Self.partLimit {
      skipBlanks()
      if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
        try string()
      } else {
        let start = place
        while let byte = next, Self.isInKey(byte) { place += 1 }
        guard place > start else { throw problem("a key is missing") }
      }
      skipBlanks()
      guard next == UInt8(ascii: ".") else { return }
      place += 1
    }
    throw problem("a key has more than \(Self.partLimit) parts")
  }

  private mutating func value(depth: Int) throws(TOMLProblem) {
    guard depth < Self.depthLimit else {
      throw problem("values are nested more than \(Self.depthLimit) deep")
    }
    skipBlanks()
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try string()
    case UInt8(ascii: "["): try list(depth: depth)
    case UInt8(ascii: "{"): try inlineTable(depth: depth)
    default: try word()
    }
    skipBlanks()
  }

  private mutating func list(depth: Int) throws(TOMLProblem) {
    place += 1
    while true {
      skipBlankLines()
      if next == UInt8(ascii: "]") { break }
      try value(depth: depth + 1)
      skipBlankLines()
      if next == UInt8(ascii: "]") { break }
      try expect(",", after: "a value in an array")
    }
    place += 1
  }

  private mutating func inlineTable(depth: Int) throws(TOMLProblem) {
    place += 1
    skipBlanks()
    while next != UInt8(ascii: "}") {
      try pair(depth: depth + 1)
      if next == UInt8(ascii: "}") { break }
      try expect(",", after: "a value in a table")
      skipBlanks()
    }
    place += 1
  }

  /// A number, a Boolean or a date. Times contain colons, which no setting needs.
  private mutating func word() throws(TOMLProblem) {
    let start = place
    while let byte = next, Self.isInWord(byte) { place += 1 }
    guard place > start else { throw problem("a value is missing") }
    guard place - start <= Self.wordLimit else { throw problem("a value is too long") }
  }

  /// A string in any of the four notations, quotes included.
  private mutating func string() throws(TOMLProblem) {
    let start = place
    let quote = bytes[place]
    let escape = quote == UInt8(ascii: "\"") ? UInt8(ascii: "\\") : nil
    let threefold = [quote, quote, quote]
    let isLong = bytes[place...].starts(with: threefold)
    place += isLong ? 3 : 1
    while let byte = next, isLong || byte != Self.newline {
      if byte == escape {
        place += 2
      } else if byte != quote {
        place += 1
      } else if !isLong {
        place += 1
        return
      } else if bytes[place...].starts(with: threefold) {
        place += 3
        // The text may end in up to two quotes of its own.
        for _ in 0..<2 where next == quote { place += 1 }
        return
      } else {
        place += 1
      }
    }
    place = start
    throw problem("the string is not closed")
  }

  // MARK: Characters

  private static let newline = UInt8(ascii: "\n")

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func expect(
    _ character: Unicode.Scalar, after what: String
  ) throws(TOMLProblem) {
    skipBlanks()
    guard next == UInt8(ascii: character) else {
      throw problem("\"\(character)\" is missing after \(what)")
    }
    place += 1
  }

  private mutating func skipBlanks() {
    while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") || next == UInt8(ascii: "\r") {
      place += 1
    }
  }

  private mutating func skipComment() -> Bool {
    guard next == UInt8(ascii: "#") else { return false }
    while let byte = next, byte != Self.newline { place += 1 }
    return true
  }

  private mutating func skipBlankLines() {
    skipBlanks()
    while skipComment() || next == Self.newline {
      if next == Self.newline { place += 1 }
      skipBlanks()
    }
  }

  private static func isInKey(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func isInWord(_ byte: UInt8) -> Bool {
    isInKey(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
  }

  /// Whether the byte at `index` is a control character other than a tab or a line ending.
  private func isForbidden(_ index: Int) -> Bool {
    switch bytes[index] {
    case UInt8(ascii: "\t"), Self.newline: false
    case UInt8(ascii: "\r"): index + 1 == bytes.count || bytes[index + 1] != Self.newline
    case 0x00..<0x20, 0x7F: true
    default: false
    }
  }

  private func problem(_ reason: String) -> TOMLProblem {
    let lines = bytes[..<min(place, bytes.count)].count { $0 == Self.newline }
    return TOMLProblem(reason, line: lines + 1)
  }
}
