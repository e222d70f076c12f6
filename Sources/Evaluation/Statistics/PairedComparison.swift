#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Two configurations on the same problems.
public struct PairedComparison: Codable, Sendable, Equatable {
  /// The label of the configuration that this one is compared with.
  public var with: String
  /// The number of problems that this one solves more often.
  public var better: Int
  /// The number of problems that the other one solves more often.
  public var worse: Int
  /// How likely a split at least as uneven is where both are equally good, 0 to 1: the exact test of
  /// McNemar, two-sided. With several solutions of each problem it is a sign test over problems, so
  /// that solutions of one problem do not count as independent.
  public var pValue: Double

  /// A comparison with `with` in which `better` problems speak for one side, `worse` for the other.
  public init(with: String, better: Int, worse: Int) {
    self.with = with
    self.better = better
    self.worse = worse
    pValue = Self.pValue(better, worse)
  }

  /// min(1, 2 Σ C(n, i) / 2ⁿ) over i up to the smaller of both counts, n being their sum.
  private static func pValue(_ better: Int, _ worse: Int) -> Double {
    let total = better + worse
    guard total > 0 else { return 1 }
    func logFactorial(_ number: Int) -> Double { lgamma(Double(number) + 1) }
    let tail = (0...min(better, worse)).reduce(0.0) { sum, count in
      sum
        + exp(
          logFactorial(total) - logFactorial(count) - logFactorial(total - count)
            - Double(total) * log(2))
    }
    return min(1, 2 * tail)
  }
}
