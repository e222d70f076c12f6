import CKernels
import Glibc

/// How fast the threads of a pool read memory: the limit of decoding, which reads every weight once
/// for each token.
public final class MemoryBandwidth {
  /// Far more than processors cache, so that reading it means reading memory.
  private static let byteCount = 256 << 20
  private static let partCount = 64

  private let pool: ComputePool
  private let memory: UnsafeMutableRawPointer

  /// Memory to read, in large pages where the system has them; nil when it gives none.
  public init?(pool: ComputePool) {
    self.pool = pool
    let pages = mmap(
      nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let pages, pages != MAP_FAILED else { return nil }
    memory = pages
    madvise(memory, Self.byteCount, MADV_HUGEPAGE)
    // Pages that were never written are all the same page of zeros.
    memset(memory, 1, Self.byteCount)
  }

  deinit { munmap(memory, Self.byteCount) }

  /// Bytes a second of a pass over the memory, in the way of reading it that was faster: processors differ in whether
  /// it helps to ask for memory ahead of its use.
  public func measure() -> Double {
    max(measure(ahead: 0), measure(ahead: 1024))
  }

  private func measure(ahead: Int) -> Double {
    let part = Self.byteCount / Self.partCount
    let clock = ContinuousClock()
    let time = clock.measure {
      pool.run(Self.partCount, grain: 1, work: Self.byteCount) { parts in
        _ = sr_read(
          (memory + parts.lowerBound * part).assumingMemoryBound(to: UInt64.self),
          parts.count * part / MemoryLayout<UInt64>.stride, ahead)
      }
    }
    return Double(Self.byteCount) / (time / .seconds(1))
  }
}
