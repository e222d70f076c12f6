import CKernels
import Glibc

/// Measures how fast the threads of a pool read memory, which limits decode: it reads every weight
/// once per token.
public final class MemoryBandwidth {
  /// Far more than processors cache.
  private static let byteCount = 256 << 20
  private static let partCount = 64

  private let pool: ComputePool
  private let memory: UnsafeMutableRawPointer

  /// Allocates the memory to read, in huge pages where possible; nil if the system refuses.
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

  /// Bytes per second of a pass over the memory, with or without prefetching, whichever is faster:
  /// whether it helps differs between processors.
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
