/// The quartiles of a set of numbers.
public struct Quartiles: Codable, Sendable, Equatable {
  /// A quarter of the numbers lie below.
  public var lower: Double
  /// Half of the numbers lie below.
  public var median: Double
  /// Three quarters of the numbers lie below.
  public var upper: Double

  /// The quartiles of `numbers` with linear interpolation, numpy's default; nil without numbers.
  public init?(_ numbers: [Double]) {
    guard !numbers.isEmpty else { return nil }
    let sorted = numbers.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    lower = quantile(0.25)
    median = quantile(0.5)
    upper = quantile(0.75)
  }
}
