/// What was seen of a model's passes, bounded in size: groups of passes by their number of rows.
struct PassBlocks: Sendable, Equatable {
  /// Passes of about the same rows and context that were computed one after another.
  struct Block: Sendable, Equatable {
    /// Rows of each.
    var rows: Double
    /// Mean number of positions that a row attended to.
    var attended: Double
    /// Mean seconds of a pass.
    var seconds: Double
    /// Number of passes.
    var count: Double

    /// The mean of two, by their counts.
    func merged(with other: Block) -> Block {
      let sum = count + other.count
      func mean(_ value: KeyPath<Block, Double>) -> Double {
        (self[keyPath: value] * count + other[keyPath: value] * other.count) / sum
      }
      return Block(
        rows: mean(\.rows), attended: mean(\.attended), seconds: mean(\.seconds), count: sum)
    }
  }

  /// Blocks with similar numbers of rows.
  struct Bucket: Sendable, Equatable {
    /// In the order of time.
    var run: [Block] = []
    /// Measured at the start.
    var probe: [Block] = []
  }

  /// By number of rows, rising.
  private(set) var buckets: [Int: Bucket] = [:]
  /// Number of passes.
  private(set) var weight = 0.0
  /// The most blocks of a bucket; beyond, neighbours in time become one.
  private static let most = 96

  mutating func add(_ group: PassGroup, isProbe: Bool) {
    let count = Double(group.count)
    let block = Block(
      rows: Double(group.rows), attended: Double(group.context) + Double(group.rows - 1) / 2,
      seconds: group.seconds / count, count: count)
    weight += count
    let place = Self.place(of: group.rows)
    if isProbe {
      buckets[place, default: Bucket()].probe.append(block)
      return
    }
    buckets[place, default: Bucket()].run.append(block)
    if let run = buckets[place]?.run, run.count > Self.most {
      buckets[place]?.run = stride(from: 0, to: run.count, by: 2).map { first in
        first + 1 < run.count ? run[first].merged(with: run[first + 1]) : run[first]
      }
    }
  }

  /// Each number of rows up to 16 by itself, beyond in classes of a sixth.
  private static func place(of rows: Int) -> Int {
    var (place, bound) = (min(rows, 16), 16.0)
    while Double(rows) > bound, place < 100 {
      place += 1
      bound *= 7.0 / 6
    }
    return place
  }
}
