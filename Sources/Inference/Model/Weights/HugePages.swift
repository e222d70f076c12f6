import Glibc

/// Memory in pages of 2 MB where the system has them, from which large matrices are read faster.
///
/// Pages that were never written take no memory.
final class HugePages: Sendable {
  private static let pageBytes = 2 << 20

  /// The first byte, at the beginning of a page. Valid while this object lives.
  nonisolated(unsafe) let start: UnsafeMutableRawPointer
  private nonisolated(unsafe) let map: UnsafeMutableRawPointer
  private let mapBytes: Int

  /// Reserves `byteCount` bytes; nil if the system refuses.
  init?(byteCount: Int) {
    // A page more, so that the first can be aligned.
    let (padded, overflow) = byteCount.addingReportingOverflow(2 * Self.pageBytes - 1)
    guard !overflow else { return nil }
    mapBytes = padded / Self.pageBytes * Self.pageBytes
    guard
      let map = mmap(nil, mapBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      map != MAP_FAILED
    else { return nil }
    self.map = map
    start = map.alignedUp(toMultipleOf: Self.pageBytes)
    // Where it is refused, small pages do.
    _ = madvise(start, mapBytes - Self.pageBytes, MADV_HUGEPAGE)
  }

  deinit { munmap(map, mapBytes) }
}
