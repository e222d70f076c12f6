/// How well scores tell two kinds of things apart: the area under the ROC curve.
public struct RankAccuracy: Codable, Sendable, Equatable {
  /// The probability that one of the better kind scores higher than one of the other, ties counted
  /// as half: 0.5 tells nothing, 1 tells all.
  public var area: Double
  /// The 95% interval of the area.
  public var interval: ConfidenceInterval

  /// The accuracy with which `better` score above `other`, with the variance of DeLong, DeLong and
  /// Clarke-Pearson (Biometrics 44, 1988); nil for fewer than two of either kind.
  ///
  /// Things that are alike, such as steps of one problem, make the interval too narrow.
  public init?(_ better: [Double], above other: [Double]) {
    guard better.count > 1, other.count > 1 else { return nil }
    func wins(_ one: Double, _ two: Double) -> Double { one > two ? 1 : one == two ? 0.5 : 0 }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func variance(_ values: [Double]) -> Double {
      let middle = mean(values)
      return values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(values.count - 1)
    }
    let ofBetter = better.map { one in mean(other.map { wins(one, $0) }) }
    let ofOther = other.map { two in mean(better.map { wins($0, two) }) }
    area = mean(ofBetter)
    let error =
      (variance(ofBetter) / Double(better.count) + variance(ofOther) / Double(other.count))
      .squareRoot()
    interval = ConfidenceInterval(around: area, error: error)
  }
}
