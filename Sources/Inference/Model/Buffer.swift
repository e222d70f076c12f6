/// Memory for `count` values, aligned for the widest vector loads; contents undefined at first.
final class Buffer<Element: BitwiseCopyable> {
  /// The first value.
  let start: UnsafeMutablePointer<Element>
  /// Values that there is room for.
  let count: Int

  init(_ count: Int) {
    self.count = count
    start = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64
    ).bindMemory(to: Element.self, capacity: count)
  }

  /// The same memory as bytes.
  var rawBytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: start, count: count))
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  /// The value's place at `index`.
  subscript(index: Int) -> UnsafeMutablePointer<Element> {
    assert(index < count)
    return start + index
  }
}
