/// Where a share or a probability lies that was seen in a sample.
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  /// The lower bound, 0 to 1.
  public var lower: Double
  /// The upper bound, 0 to 1.
  public var upper: Double

  /// The point of the normal distribution that leaves 2.5% above.
  private static let z = 1.959963984540054

  /// The 95% interval of Wilson (1927) for a `share` that was seen in `count` independent trials; nil
  /// without trials.
  public init?(share: Double, of count: Int) {
    guard count > 0 else { return nil }
    let (n, square) = (Double(count), Self.z * Self.z)
    let centre = (share + square / (2 * n)) / (1 + square / n)
    let spread = (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
    let half = Self.z * spread / (1 + square / n)
    self.init(around: centre, half: half)
  }

  /// The interval of 2 × `half` around `centre`, as far as it lies within 0 and 1.
  init(around centre: Double, half: Double) {
    lower = max(0, centre - half)
    upper = min(1, centre + half)
  }

  /// The 95% interval of an `estimate` that varies normally with a standard `error`.
  init(around estimate: Double, error: Double) {
    self.init(around: estimate, half: Self.z * error)
  }
}
