import CKernels
import TestSupport
import Testing

@testable import Inference

@Suite struct KVCacheTests {
  private static let model = RandomModel(architecture: .qwen3, type: .q8_0)

  @Test func `its size is that of its keys and values in whole tiles of positions`() throws {
    let c = try Self.model.load().configuration
    let values = 2 * c.blockCount * c.keyValueHeadCount * c.headWidth
    for (positions, stored) in [(1, 16), (16, 16), (17, 32), (4096, 4096)] {
      #expect(
        KVCache.byteCount(c, contextLength: positions, format: .f16) == values * stored * 2)
      let groups = values / c.headWidth * ((c.headWidth + 31) / 32)
      #expect(
        KVCache.byteCount(c, contextLength: positions, format: .q8_0)
          == values * stored + groups * stored * 2)
    }
    #expect(KVCache.byteCount(c, contextLength: .max / 2, format: .f16) == nil)
  }

  /// Contexts below and beyond what is computed as one block of positions; rows as in decode, in
  /// the verification of a few tokens, and in prefill.
  @Test(arguments: [(300, 1), (9000, 1), (9000, 3), (4000, 8), (4000, 40)])
  func `heads come to the same bits on any number of threads`(position: Int, rows: Int) throws {
    let c = try Self.model.load().configuration
    var random = SplitMix64(seed: 5)
    func vector(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.unit()) * 4 - 2 } }
    let queries = vector(rows * c.queryWidth)
    for format in KVCacheFormat.allCases {
      let cache = KVCache(c, contextLength: position + rows, format: format)
      for position in 0..<position + rows {
        for head in 0..<c.keyValueHeadCount {
          cache.place(
            key: vector(c.headWidth), value: vector(c.headWidth), layer: 1, head: head,
            position: position)
        }
      }
      let results = [1, 2, 3, 16].map { threads in
        let heads = AttentionHeads(
          c, contextLength: cache.contextLength, threads: threads, batchCapacity: rows)
        var out = [Float](repeating: .nan, count: queries.count)
        heads.run(
          queries, cache, layer: 1, sinks: nil, count: rows, at: position,
          on: ComputePool(threads: threads), into: &out)
        return out.map(\.bitPattern)
      }
      for result in results.dropFirst() { #expect(result == results[0], "\(format)") }
    }
  }
}
