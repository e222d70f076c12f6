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

  var testDescription: String { "\(rows) × \(heads) × \(width) after \(count)" }
  var positions: Int { count + rows - 1 }
  /// Rows lie further apart than this group's heads need.
  var rowStride: Int { (heads + 1) * width }
}

extension KernelTests.RowTests {
  /// Counts beside those of tiles of 16 positions and of blocks of 128.
  static let attentionCases = [
    AttentionCase(count: 1, rows: 1, heads: 1, width: 64),
    AttentionCase(count: 3, rows: 1, heads: 3, width: 16),
    AttentionCase(count: 1, rows: 23, heads: 1, width: 32),
    AttentionCase(count: 17, rows: 5, heads: 4, width: 128),
    AttentionCase(count: 100, rows: 9, heads: 1, width: 80),
    AttentionCase(count: 33, rows: 3, heads: 2, width: 20),
    AttentionCase(count: 121, rows: 15, heads: 1, width: 32),
    AttentionCase(count: 128, rows: 2, heads: 7, width: 8),
    AttentionCase(count: 380, rows: 8, heads: 1, width: 64),
  ]

  @Test(arguments: attentionCases)
  func `attention weighs values by the softmax of scores`(shape: AttentionCase) {
    let q = random(shape.rows * shape.rowStride, -2...2, seed: 9)
    let keys = random(shape.positions * shape.width, -2...2, seed: 10)
    let values = random(shape.positions * shape.width, -2...2, seed: 11)
    let got = agreed { attention(shape, q, keys, values, batches: [shape.rows]) }
    let (k, v) = (floats(halves(keys)), floats(halves(values)))
    let width = shape.width
    for row in 0..<shape.rows {
      for head in 0..<shape.heads {
        let start = row * shape.rowStride + head * width
        let weights = (0..<shape.count + row).map { t in
          let product = (0..<width).reduce(0.0) {
            $0 + Double(q[start + $1]) * Double(k[t * width + $1])
          }
          return exp(product / Double(width).squareRoot())
        }
        let total = weights.reduce(0, +)
        let exact = (0..<width).map { d in
          weights.indices.reduce(0.0) { $0 + weights[$1] * Double(v[$1 * width + d]) } / total
        }
        expect(Array(got[start..<start + width]), exact, within: 3e-6)
      }
    }
  }

  @Test(arguments: attentionCases)
  func `a row's attention is the same bits alone and among others`(shape: AttentionCase) {
    let q = random(shape.rows * shape.rowStride, -2...2, seed: 12)
    let keys = random(shape.positions * shape.width, -2...2, seed: 13)
    let values = random(shape.positions * shape.width, -2...2, seed: 14)
    for set in instructionSets {
      using(set) {
        let whole = attention(shape, q, keys, values, batches: [shape.rows])
        let alone = [Int](repeating: 1, count: shape.rows)
        let uneven = [shape.rows / 3, shape.rows - shape.rows / 3]
        for batches in [alone, uneven] {
          let parts = attention(shape, q, keys, values, batches: batches)
          #expect(bits(parts) == bits(whole), "\(set), \(batches)")
        }
      }
    }
  }

  @Test func `what lies after the positions of a row does not reach it`() {
    let shape = AttentionCase(count: 3, rows: 12, heads: 1, width: 32)
    let q = random(shape.rows * shape.rowStride, -2...2, seed: 15)
    var keys = random(shape.positions * shape.width, -2...2, seed: 16)
    var values = random(shape.positions * shape.width, -2...2, seed: 17)
    let before = agreed { attention(shape, q, keys, values, batches: [shape.rows]) }
    let last = (shape.positions - 1) * shape.width
    for d in 0..<shape.width {
      keys[last + d] = .nan
      values[last + d] = .infinity
    }
    let after = agreed { attention(shape, q, keys, values, batches: [shape.rows]) }
    let rest = (shape.rows - 1) * shape.rowStride
    #expect(bits(Array(after[..<rest])) == bits(Array(before[..<rest])))
    #expect(after[rest..<rest + shape.width].allSatisfy { $0.isNaN })
  }

  @Test(arguments: [2, 200])
  func `attention with scores far apart does not overflow`(positions: Int) {
    let shape = AttentionCase(count: positions, rows: 1, heads: 1, width: 16)
    var keys = [Float](repeating: 0, count: positions * 16)
    for t in 0..<positions { keys[t * 16] = -300 }
    keys[(positions - 2) * 16] = 300
    var values = [Float](repeating: 2, count: positions * 16)
    for d in 0..<16 { values[(positions - 2) * 16 + d] = 1 }
    let q = [Float](repeating: 100, count: shape.rowStride)
    let got = agreed { attention(shape, q, keys, values, batches: [1]) }
    #expect(Array(got[..<16]) == [Float](repeating: 1, count: 16))
  }

  /// Attention of all rows in calls of `batches` rows.
  private func attention(
    _ shape: AttentionCase, _ q: [Float], _ keys: [Float], _ values: [Float], batches: [Int]
  ) -> [Float] {
    let width = shape.width
    let tiles = (shape.positions + Int(SR_KEY_TILE) - 1) / Int(SR_KEY_TILE)
    // What no position has written is no number.
    var cache = [UInt16](repeating: 0x7fff, count: tiles * Int(SR_KEY_TILE) * width)
    for position in 0..<shape.positions {
      sr_place_key(
        Array(keys[position * width..<(position + 1) * width]), &cache, position, width)
    }
    let stored = halves(values)
    var out = [Float](repeating: 0, count: q.count)
    var row = 0
    for rows in batches where rows > 0 {
      out.withUnsafeMutableBufferPointer { out in
        q.withUnsafeBufferPointer { q in
          guard let from = q.baseAddress, let to = out.baseAddress else { return }
          sr_attention(
            from + row * shape.rowStride, cache, stored, rows, shape.heads, shape.rowStride,
            shape.count + row, width, 1 / Float(width).squareRoot(), to + row * shape.rowStride)
        }
      }
      row += rows
    }
    return out
  }
}
