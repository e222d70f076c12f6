/// Uninitialised memory for `count` values, aligned for the widest vector loads.
final class Buffer<Element: BitwiseCopyable> {
  /// The first value.
  let start: UnsafeMutablePointer<Element>
  /// The number of values.
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

  /// A pointer to the value at `index`.
  subscript(index: Int) -> UnsafeMutablePointer<Element> {
    assert(index < count)
    return start + index
  }
}
