/// An estimate and its bounds.
public struct Bounds: Codable, Sendable, Equatable {
  /// Lower bound.
  public let low: Double
  /// The estimate.
  public let estimate: Double
  /// Upper bound.
  public let high: Double

  /// `estimate`, between `low` and `high`.
  public init(low: Double, estimate: Double, high: Double) {
    self.low = low
    self.estimate = estimate
    self.high = high
  }

  /// The same in units of `unit`.
  public func divided(by unit: Double) -> Bounds {
    Bounds(low: low / unit, estimate: estimate / unit, high: high / unit)
  }
}
