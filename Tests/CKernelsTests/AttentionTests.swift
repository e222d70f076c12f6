import CKernels
import Foundation
import Testing

/// Queries, keys and values of one group of heads, for rows that follow one another.
struct AttentionCase: Sendable, CustomTestStringConvertible {
  /// Positions that the first row sees.
  var count: Int
  var rows: Int
  var heads: Int
  var width: Int
  /// How many positions a row sees at most; 0 for all.
  var window = 0
  /// Whether each head has a sink.
  var hasSinks = false

  var testDescription: String {
    "\(rows) × \(heads) × \(width) after \(count)" + (window > 0 ? ", window \(window)" : "")
      + (hasSinks ? ", with sinks" : "")
  }
  var positions: Int { count + rows - 1 }
  /// Scores that take a share of the softmax: less than those of positions, like them, and more.
  var sinks: [Float]? { hasSinks ? (0..<heads).map { Float($0) * 3 - 2 } : nil }
  /// Rows lie further apart than this group's heads need.
  var rowStride: Int { (heads + 1) * width }
}

/// A way to store keys and values.
enum CacheFormat: CaseIterable, CustomTestStringConvertible {
  case f16, q8_0

  /// Its number among the kernels.
  var number: Int32 { Int32(self == .f16 ? SR_CACHE_F16 : SR_CACHE_Q8_0) }
  var testDescription: String { self == .f16 ? "F16" : "Q8_0" }

  /// What is left of `vector`, the key or value of a position, once it is stored.
  func stored(_ vector: [Float]) -> [Float] {
    guard self == .q8_0 else { return vector.map { Float(Float16($0)) } }
    return stride(from: 0, to: vector.count, by: 32).flatMap { start in
      let group = vector[start..<min(start + 32, vector.count)]
      let greatest = group.map(abs).max() ?? 0
      return group.map {
        ($0 * (127 / greatest)).rounded(.toNearestOrEven) * Float(Float16(greatest / 127))
      }
    }
  }
}

extension KernelTests.RowTests {
  /// Counts beside those of tiles of 16 positions and of blocks of 512; groups of all sizes that
  /// have kernels of their own.
  static let attentionCases = [
    AttentionCase(count: 1, rows: 1, heads: 1, width: 64),
    AttentionCase(count: 3, rows: 1, heads: 3, width: 16),
    AttentionCase(count: 1, rows: 23, heads: 1, width: 32),
    AttentionCase(count: 17, rows: 5, heads: 4, width: 128),
    AttentionCase(count: 100, rows: 9, heads: 1, width: 80),
    AttentionCase(count: 33, rows: 3, heads: 2, width: 20),
    AttentionCase(count: 60, rows: 2, heads: 5, width: 40),
    AttentionCase(count: 505, rows: 15, heads: 1, width: 32),
    AttentionCase(count: 512, rows: 2, heads: 7, width: 8),
    AttentionCase(count: 1030, rows: 1, heads: 6, width: 64),
    AttentionCase(count: 1500, rows: 73, heads: 1, width: 16),
    AttentionCase(count: 1, rows: 40, heads: 2, width: 16, window: 1),
    AttentionCase(count: 508, rows: 9, heads: 1, width: 32, window: 1),
    AttentionCase(count: 700, rows: 12, heads: 3, width: 20, window: 188),
    AttentionCase(count: 1020, rows: 30, heads: 1, width: 64, window: 512),
    AttentionCase(count: 1100, rows: 3, heads: 4, width: 16, window: 513),
    AttentionCase(count: 100, rows: 5, heads: 2, width: 40, window: 4096),
    AttentionCase(count: 1, rows: 3, heads: 4, width: 64, hasSinks: true),
    AttentionCase(count: 520, rows: 20, heads: 3, width: 20, window: 128, hasSinks: true),
    AttentionCase(count: 1100, rows: 2, heads: 8, width: 64, hasSinks: true),
  ]

  /// Windows, positions and shapes that nobody chose.
  static let windowCases: [AttentionCase] = {
    var generator = SeededGenerator(state: 20)
    return (0..<24).map { _ in
      AttentionCase(
        count: .random(in: 1...1400, using: &generator),
        rows: .random(in: 1...70, using: &generator),
        heads: .random(in: 1...5, using: &generator),
        width: 8 * .random(in: 1...6, using: &generator),
        window: .random(in: 1...(Bool.random(using: &generator) ? 40 : 1300), using: &generator))
    }
  }()

  @Test(arguments: attentionCases + windowCases, CacheFormat.allCases)
  func `attention weighs values by the softmax of scores`(
    shape: AttentionCase, format: CacheFormat
  ) {
    let q = random(shape.rows * shape.rowStride, -2...2, seed: 9)
    let keys = random(shape.positions * shape.width, -2...2, seed: 10)
    let values = random(shape.positions * shape.width, -2...2, seed: 11)
    let got = agreed { attention(shape, format, q, keys, values, batches: [shape.rows]) }
    let width = shape.width
    let stored = { (vectors: [Float]) in
      (0..<shape.positions).map { format.stored(Array(vectors[$0 * width..<($0 + 1) * width])) }
    }
    let (k, v) = (stored(keys), stored(values))
    for row in Set([0, shape.rows / 2, shape.rows - 1]) {
      for head in 0..<shape.heads {
        let start = row * shape.rowStride + head * width
        let hidden = shape.window > 0 ? max(0, shape.count + row - shape.window) : 0
        let weights = (0..<shape.count + row).map { t -> Double in
          if t < hidden { return 0 }
          let product = (0..<width).reduce(0.0) { $0 + Double(q[start + $1]) * Double(k[t][$1]) }
          return exp(product / Double(width).squareRoot())
        }
        let total = weights.reduce(shape.sinks.map { exp(Double($0[head])) } ?? 0, +)
        let exact = (0..<width).map { d in
          weights.indices.reduce(0.0) { $0 + weights[$1] * Double(v[$1][d]) } / total
        }
        expect(Array(got[start..<start + width]), exact, within: 3e-6)
      }
    }
  }

  @Test(arguments: attentionCases + windowCases, CacheFormat.allCases)
  func `a row's attention is the same bits alone, among others and in shares of blocks`(
    shape: AttentionCase, format: CacheFormat
  ) {
    let q = random(shape.rows * shape.rowStride, -2...2, seed: 12)
    let keys = random(shape.positions * shape.width, -2...2, seed: 13)
    let values = random(shape.positions * shape.width, -2...2, seed: 14)
    for set in instructionSets {
      using(set) {
        let whole = attention(shape, format, q, keys, values, batches: [shape.rows])
        let alone = [Int](repeating: 1, count: shape.rows)
        let uneven = [shape.rows / 3, shape.rows - shape.rows / 3]
        for (batches, inShares) in [
          (alone, false), (uneven, false), ([shape.rows], true), (uneven, true),
        ] {
          let parts = attention(
            shape, format, q, keys, values, batches: batches, inShares: inShares)
          #expect(bits(parts) == bits(whole), "\(set), \(batches), in shares: \(inShares)")
        }
      }
    }
  }

  @Test(arguments: CacheFormat.allCases)
  func `what lies after the positions of a row does not reach it`(format: CacheFormat) {
    let shape = AttentionCase(count: 3, rows: 12, heads: 1, width: 32)
    let q = random(shape.rows * shape.rowStride, -2...2, seed: 15)
    var keys = random(shape.positions * shape.width, -2...2, seed: 16)
    var values = random(shape.positions * shape.width, -2...2, seed: 17)
    let before = agreed { attention(shape, format, q, keys, values, batches: [shape.rows]) }
    let last = (shape.positions - 1) * shape.width
    for d in 0..<shape.width {
      keys[last + d] = .nan
      values[last + d] = .infinity
    }
    let after = agreed { attention(shape, format, q, keys, values, batches: [shape.rows]) }
    let rest = (shape.rows - 1) * shape.rowStride
    #expect(bits(Array(after[..<rest])) == bits(Array(before[..<rest])))
    #expect(after[rest..<rest + shape.width].allSatisfy { $0.isNaN })
  }

  @Test(arguments: [30, 600], CacheFormat.allCases)
  func `what lies before the window of a row does not reach it`(window: Int, format: CacheFormat) {
    let shape = AttentionCase(count: 1200, rows: 4, heads: 1, width: 32, window: window)
    let q = random(shape.rows * shape.rowStride, -2...2, seed: 18)
    var keys = random(shape.positions * shape.width, -2...2, seed: 19)
    var values = random(shape.positions * shape.width, -2...2, seed: 20)
    let before = agreed { attention(shape, format, q, keys, values, batches: [shape.rows]) }
    for place in 0..<(shape.count - window) * shape.width {
      keys[place] = 1000
      values[place] = -1000
    }
    let after = agreed { attention(shape, format, q, keys, values, batches: [shape.rows]) }
    #expect(bits(after) == bits(before))
  }

  @Test(arguments: [2, 200, 1000], CacheFormat.allCases)
  func `attention with scores far apart does not overflow`(positions: Int, format: CacheFormat) {
    let shape = AttentionCase(count: positions, rows: 1, heads: 1, width: 16)
    var keys = [Float](repeating: 0, count: positions * 16)
    for t in 0..<positions { keys[t * 16] = -300 }
    keys[(positions - 2) * 16] = 300
    var values = [Float](repeating: 127, count: positions * 16)
    for d in 0..<16 { values[(positions - 2) * 16 + d] = 254 }
    let q = [Float](repeating: 100, count: shape.rowStride)
    let got = agreed { attention(shape, format, q, keys, values, batches: [1]) }
    #expect(Array(got[..<16]) == [Float](repeating: 254, count: 16))
  }

  @Test func `a cache of Q8_0 takes little more than half the memory of F16`() {
    for width in [32, 64, 96, 128] {
      let bytes = sr_cache_tile_bytes(CacheFormat.q8_0.number, width)
      #expect(bytes * 32 == sr_cache_tile_bytes(CacheFormat.f16.number, width) * 17)
    }
    #expect(sr_cache_tile_bytes(CacheFormat.q8_0.number, 80) == 16 * (80 + 3 * 2))
  }

  /// Attention of all rows in calls of `batches` rows, or in shares computed from the last block
  /// to the first.
  private func attention(
    _ shape: AttentionCase, _ format: CacheFormat, _ q: [Float], _ keys: [Float],
    _ values: [Float], batches: [Int], inShares: Bool = false
  ) -> [Float] {
    let width = shape.width
    let tile = Int(SR_CACHE_TILE)
    let bytes = (shape.positions + tile - 1) / tile * sr_cache_tile_bytes(format.number, width)
    // What no position has written is no number.
    var (keyCache, valueCache) = ([UInt16](repeating: 0x7fff, count: bytes / 2), [UInt16]())
    valueCache = keyCache
    for position in 0..<shape.positions {
      let place = position * width..<(position + 1) * width
      sr_place_key(format.number, Array(keys[place]), &keyCache, position, width)
      sr_place_value(format.number, Array(values[place]), &valueCache, position, width)
    }
    var out = [Float](repeating: .nan, count: q.count)
    let sinks = shape.sinks.map { values in
      let copy = UnsafeMutablePointer<Float>.allocate(capacity: values.count)
      copy.update(from: values, count: values.count)
      return copy
    }
    defer { sinks?.deallocate() }
    var row = 0
    for rows in batches where rows > 0 {
      out.withUnsafeMutableBufferPointer { out in
        q.withUnsafeBufferPointer { q in
          keyCache.withUnsafeBufferPointer { keys in
            valueCache.withUnsafeBufferPointer { values in
              guard let from = q.baseAddress, let to = out.baseAddress else { return }
              var task = sr_attention_task(
                keys: keys.baseAddress, values: values.baseAddress,
                q: from + row * shape.rowStride, out: to + row * shape.rowStride, rows: rows,
                heads: shape.heads, row_stride: shape.rowStride, count: shape.count + row,
                window: shape.window, head_width: width, scale: 1 / Float(width).squareRoot(),
                format: format.number, sinks: sinks)
              guard inShares else { return sr_attention(&task) }
              let blocks = sr_attention_blocks(&task)
              var shares = [Float](
                repeating: .nan, count: rows * shape.heads * blocks * sr_attention_share(width))
              for block in (0..<blocks).reversed() {
                sr_attention_shares(&task, block, block + 1, &shares)
              }
              sr_attention_merge(&task, shares)
            }
          }
        }
      }
      row += rows
    }
    return out
  }
}
