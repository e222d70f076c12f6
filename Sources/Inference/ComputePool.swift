import CKernels

/// A fixed set of threads over which the loops of a forward pass are spread.
///
/// Workers spin for some microseconds after a loop and then sleep: an idle pool takes no processor
/// time. Loops may come from several threads; one that meets a busy pool, or comes from inside
/// another loop, runs on its caller's thread.
public final class ComputePool: @unchecked Sendable {
  // Unchecked, because the pointer is not Sendable by itself: it is set once, and the functions
  // that take it may be called from any thread.
  private let pool: OpaquePointer?

  /// Threads that take part in a loop, the caller's among them.
  public let threads: Int

  /// Work below which a loop is not shared, in multiply-adds of a product with a single row.
  ///
  /// About 8 µs on a core with AVX-512: in shorter loops workers cost as much as they save.
  public static let leastSharedWork = 300_000

  /// Name of the vector instructions that the kernels use here, such as `avx512vnni`.
  public static var instructionSet: String { String(cString: sr_instruction_set()) }

  /// A pool of `threads` threads; of fewer where the system does not give as many.
  public init(threads: Int) {
    pool = sr_pool_create(Int32(clamping: threads))
    self.threads = pool.map { Int(sr_pool_threads($0)) } ?? 1
  }

  deinit {
    if let pool { sr_pool_destroy(pool) }
  }

  /// Covers 0..<count with calls of `body`, and returns when all have returned.
  ///
  /// - Parameters:
  ///   - grain: Indices that stay together: every range but the last is a multiple of it. Ranges
  ///     are handed out as threads get to them, smaller ones towards the end.
  ///   - work: Of the whole loop; below `leastSharedWork` it is one call on this thread.
  ///   - body: Runs on several threads at the same time and must keep to its range.
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
