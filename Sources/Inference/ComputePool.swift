import CKernels

/// A fixed set of threads that share the loops of a forward pass.
///
/// Workers spin for some microseconds after a loop and then sleep, so that an idle pool takes no
/// processor time. Loops may be started from several threads; a loop that finds the pool busy, or
/// is started inside another loop, runs on its caller's thread.
public final class ComputePool: @unchecked Sendable {
  // Unchecked, because the pointer is not Sendable by itself: it is set once, and the functions
  // that take it may be called from any thread.
  private let pool: OpaquePointer?

  /// Threads that take part in a loop, the caller's among them.
  public let threads: Int

  /// The least work of a loop that is shared, in multiply-adds of a product with a single row.
  ///
  /// About 8 µs on a core with AVX-512; for shorter loops, sharing costs as much as it saves.
  public static let leastSharedWork = 300_000

  /// The instruction set that the kernels use, such as `avx512vnni`.
  public static var instructionSet: String { String(cString: sr_instruction_set()) }

  /// Creates a pool of `threads` threads, or fewer if the system does not give as many.
  public init(threads: Int) {
    pool = sr_pool_create(Int32(clamping: threads))
    self.threads = pool.map { Int(sr_pool_threads($0)) } ?? 1
  }

  deinit {
    if let pool { sr_pool_destroy(pool) }
  }

  /// Calls `body` with ranges that cover 0..<count, and returns when all calls have.
  ///
  /// - Parameters:
  ///   - grain: The length of every range but the last is a multiple of it. Threads take ranges as
  ///     they become free, smaller ones towards the end.
  ///   - work: The work of the whole loop; below `leastSharedWork`, `body` is called once, on this
  ///     thread.
  ///   - body: Runs on several threads at the same time and must not leave its range.
  @inline(__always)
  public func run(_ count: Int, grain: Int, work: Int, _ body: (Range<Int>) -> Void) {
    if count <= 0 { return }
    if work < Self.leastSharedWork || threads == 1 || count <= grain {
      body(0..<count)
    } else {
      share(count, grain: grain, body)
    }
  }

  private func share(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        sr_pool_run(
          pool, count, max(grain, 1),
          { context, begin, end in
            context?.assumingMemoryBound(to: ((Range<Int>) -> Void).self).pointee(begin..<end)
          }, UnsafeMutableRawPointer(mutating: body))
      }
    }
  }
}
