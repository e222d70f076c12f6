import Foundation

/// Finds the pieces of a streamed answer in its bytes, however these are dealt out.
///
/// Server-sent events are read as the HTML standard has them: the `data` lines of an event, joined
/// by line feeds, are a piece once a blank line follows; comments and other fields are left out. An
/// event that the stream's end cuts off is a piece too, because servers omit the last blank line.
struct EventReader: Sendable {
  /// How an answer is divided.
  enum Framing: Sendable, Equatable {
    /// Server-sent events.
    case events
    /// One JSON object a line.
    case lines
    /// The whole body is one piece: the server does not stream.
    case whole
  }

  private let framing: Framing
  private let limit: Int
  private var lines: LineReader
  private var data: [UInt8]?

  /// - Parameter limit: The most bytes of one piece.
  init(_ framing: Framing, limit: Int) {
    self.framing = framing
    self.limit = limit
    lines = LineReader(limit: limit)
  }

  /// Adds `bytes`, and returns the pieces that are now whole.
  mutating func append(
    _ bytes: some Sequence<UInt8>
  ) throws(LineReader.LineTooLong) -> [Data] {
    guard framing != .whole else {
      try add(Array(bytes), separator: [])
      return []
    }
    var pieces: [Data] = []
    for line in try lines.append(bytes) {
      if let piece = try take(line) { pieces.append(piece) }
    }
    return pieces
  }

  /// The pieces that the stream's end completes.
  mutating func finish() throws(LineReader.LineTooLong) -> [Data] {
    var pieces: [Data] = []
    if let line = lines.finish(), let piece = try take(line) { pieces.append(piece) }
    if let piece = takeData() { pieces.append(piece) }
    return pieces
  }

  private mutating func take(_ line: [UInt8]) throws(LineReader.LineTooLong) -> Data? {
    if framing == .lines { return line.isEmpty ? nil : Data(line) }
    guard !line.isEmpty else { return takeData() }
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    guard name.elementsEqual("data".utf8) else { return nil }
    var value = line[name.endIndex...].dropFirst()
    if value.first == UInt8(ascii: " ") { value.removeFirst() }
    try add(Array(value), separator: data == nil ? [] : [UInt8(ascii: "\n")])
    return nil
  }

  private mutating func add(
    _ bytes: [UInt8], separator: [UInt8]
  ) throws(LineReader.LineTooLong) {
    guard (data?.count ?? 0) + bytes.count <= limit else {
      throw LineReader.LineTooLong(limit: limit)
    }
    if data == nil { data = [] }
    data?.append(contentsOf: separator)
    data?.append(contentsOf: bytes)
  }

  private mutating func takeData() -> Data? {
    defer { data = nil }
    return data.flatMap { $0.isEmpty ? nil : Data($0) }
  }
}
