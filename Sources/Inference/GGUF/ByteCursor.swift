/// Reads little-endian fields from a file, in order, and never beyond its end.
struct ByteCursor {
  /// Bytes that are read at a time, at least.
  private static let pieceBytes = 1 << 20

  let file: FileReader
  private(set) var offset = 0
  /// The file's bytes from its beginning to the farthest that was asked for, or more.
  private var bytes: [UInt8] = []

  var remaining: Int { file.count - offset }

  init(_ file: FileReader) { self.file = file }

  func error(_ reason: GGUFError.Reason, at offset: Int? = nil) -> GGUFError {
    GGUFError(path: file.path, offset: offset ?? self.offset, reason: reason)
  }

  /// The file's first bytes, at most `count`.
  mutating func beginning(_ count: Int) throws(GGUFError) -> ArraySlice<UInt8> {
    let end = min(count, file.count)
    try load(upTo: end)
    return bytes[..<end]
  }

  /// The next integer, whose bytes may stand at any address.
  mutating func integer<T: FixedWidthInteger>(
    _: T.Type = T.self, _ field: @autoclosure () -> String
  ) throws(GGUFError) -> T {
    let start = try advance(MemoryLayout<T>.size, field())
    return bytes.withUnsafeBytes {
      T(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: T.self))
    }
  }

  /// Moves over `size` bytes, loads them, and returns the offset of the first.
  mutating func advance(
    _ size: Int, _ field: @autoclosure () -> String
  ) throws(GGUFError) -> Int {
    guard size <= remaining else {
      throw error(.fieldBeyondEnd(field: field(), needed: UInt64(size), remaining: remaining))
    }
    try load(upTo: offset + size)
    defer { offset += size }
    return offset
  }

  /// The bytes of a length and as many bytes after it; `limit` is what a sane file may have.
  mutating func counted(
    limit: Int, _ field: @autoclosure () -> String
  ) throws(GGUFError) -> ArraySlice<UInt8> {
    let start = offset
    let length = try integer(UInt64.self, field())
    guard length <= UInt64(remaining) else {
      throw error(
        .fieldBeyondEnd(field: field(), needed: length, remaining: remaining), at: start)
    }
    guard length <= UInt64(limit) else {
      throw error(
        .countTooLarge(field: "a length of " + field(), count: length, limit: limit), at: start)
    }
    let first = try advance(Int(length), field())
    return bytes[first..<offset]
  }

  /// Reads on until the first `end` bytes of the file, which has as many, are there.
  private mutating func load(upTo end: Int) throws(GGUFError) {
    guard end > bytes.count else { return }
    let start = bytes.count
    let next = min(file.count, max(end, start + Self.pieceBytes))
    bytes.append(contentsOf: repeatElement(0, count: next - start))
    var failure: GGUFError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(GGUFError) {
        try file.read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]), from: start)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
