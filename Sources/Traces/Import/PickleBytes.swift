import Foundation

/// The bytes of a pickle, from first to last.
struct PickleBytes {
  private let bytes: [UInt8]
  private var position = 0
  /// Where the present opcode stands, for errors.
  private var start = 0

  init(_ content: Data) { bytes = Array(content) }

  func wrong(_ reason: String) -> PythonValue.Unreadable {
    PythonValue.Unreadable(place: start, reason: reason)
  }

  /// The next opcode.
  mutating func opcode() throws(PythonValue.Unreadable) -> UInt8 {
    start = position
    return try byte()
  }

  mutating func byte() throws(PythonValue.Unreadable) -> UInt8 {
    guard position < bytes.count else { throw wrong("the pickle ends too early") }
    position += 1
    return bytes[position - 1]
  }

  mutating func taken(_ count: Int) throws(PythonValue.Unreadable) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - position else {
      throw wrong("the pickle ends too early")
    }
    position += count
    return bytes[(position - count)..<position]
  }

  /// A number of `length` bytes without a sign, the lowest first; beyond 63 bits it is more than
  /// there can be.
  mutating func count(_ length: Int) throws(PythonValue.Unreadable) -> Int {
    Int(clamping: Self.whole(try taken(length)))
  }

  /// The bytes up to a newline, which is passed over.
  private mutating func lineBytes() throws(PythonValue.Unreadable) -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw wrong("the pickle ends too early")
    }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  mutating func line() throws(PythonValue.Unreadable) -> String {
    String(decoding: try lineBytes(), as: UTF8.self)
  }

  mutating func numberLine() throws(PythonValue.Unreadable) -> Int {
    guard let number = Int(try line()) else { throw wrong("a number is expected") }
    return number
  }

  /// A line in Python's encoding `raw-unicode-escape`: Latin-1, in which `\u` and `\U` alone are
  /// escapes.
  mutating func rawUnicodeLine() throws(PythonValue.Unreadable) -> String {
    let line = Array(try lineBytes())
    var text = String.UnicodeScalarView()
    var place = 0
    while place < line.count {
      let next = place + 1 < line.count ? line[place + 1] : 0
      guard line[place] == UInt8(ascii: "\\"), next | 0x20 == UInt8(ascii: "u") else {
        text.append(Unicode.Scalar(line[place]))
        place += 1
        continue
      }
      let length = next == UInt8(ascii: "u") ? 4 : 8
      let digits = String(decoding: line[(place + 2)...].prefix(length), as: UTF8.self)
      guard digits.utf8.count == length, let value = UInt32(digits, radix: 16) else {
        throw wrong("a text has a wrong escape")
      }
      text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      place += 2 + length
    }
    return String(text)
  }

  /// The number that `bytes` are, the lowest first.
  static func whole(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The double that eight `bytes` are, the lowest first.
  static func double(_ bytes: [UInt8]) -> Double { Double(bitPattern: whole(bytes)) }

  /// The scalar of numpy that `bytes` are; nil for a kind that is not known.
  static func scalar(_ kind: String, _ bytes: [UInt8]) -> PythonValue? {
    switch (kind, bytes.count) {
    case ("f8", 8): .number(double(bytes))
    case ("f4", 4):
      .number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: whole(bytes)))))
    case ("i8", 8): .integer(Int(truncatingIfNeeded: whole(bytes)))
    case ("i4", 4): .integer(Int(Int32(truncatingIfNeeded: whole(bytes))))
    default: nil
    }
  }
}
