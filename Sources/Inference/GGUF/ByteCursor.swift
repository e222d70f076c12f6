/// Reads little-endian fields from a map, in order, and never beyond its end.
struct ByteCursor {
  let path: String
  let map: FileMap
  private(set) var offset = 0

  var remaining: Int { map.count - offset }

  init(path: String, map: FileMap) {
    self.path = path
    self.map = map
  }

  func error(_ reason: GGUFError.Reason, at offset: Int? = nil) -> GGUFError {
    GGUFError(path: path, offset: offset ?? self.offset, reason: reason)
  }

  /// The next integer, whose bytes may stand at any address.
  mutating func integer<T: FixedWidthInteger>(
    _: T.Type = T.self, _ field: @autoclosure () -> String
  ) throws(GGUFError) -> T {
    let start = try take(MemoryLayout<T>.size, field())
    return T(littleEndian: map.bytes.loadUnaligned(fromByteOffset: start, as: T.self))
  }

  /// Steps over `size` bytes and gives the offset of the first.
  mutating func take(
    _ size: Int, _ field: @autoclosure () -> String
  ) throws(GGUFError) -> Int {
    guard size <= remaining else {
      throw error(.fieldBeyondEnd(field: field(), needed: UInt64(size), remaining: remaining))
    }
    defer { offset += size }
    return offset
  }

  /// The bytes of a length and as many bytes after it; `limit` is what a sane file may have.
  mutating func counted(
    limit: Int, _ field: @autoclosure () -> String
  ) throws(GGUFError) -> UnsafeRawBufferPointer {
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
    let first = try take(Int(length), field())
    return UnsafeRawBufferPointer(start: map.bytes.advanced(by: first), count: Int(length))
  }
}
