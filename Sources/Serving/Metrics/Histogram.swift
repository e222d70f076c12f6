/// Counts of values by upper bounds, as Prometheus tells them.
struct Histogram: Sendable {
  private let bounds: [Double]
  private var counts: [Int]
  private var count = 0
  private var sum = 0.0

  /// A histogram of buckets up to each of `bounds`, which rise.
  init(bounds: [Double]) {
    self.bounds = bounds
    counts = bounds.map { _ in 0 }
  }

  /// Adds a value to all buckets that hold it.
  mutating func add(_ value: Double) {
    count += 1
    sum += value
    for place in bounds.indices where value <= bounds[place] { counts[place] += 1 }
  }

  /// Its lines under the name `name`.
  func lines(_ name: String) -> [String] {
    zip(bounds, counts).map { "\(name)_bucket{le=\"\($0)\"} \($1)" } + [
      "\(name)_bucket{le=\"+Inf\"} \(count)", "\(name)_sum \(sum)", "\(name)_count \(count)",
    ]
  }
}
