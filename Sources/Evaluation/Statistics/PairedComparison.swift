#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Two configurations on the same problems.
public struct PairedComparison: Codable, Sendable, Equatable {
  /// The label of the configuration that this one is compared with.
  public var with: String
  /// The number of problems that both tried.
  public var problems: Int
  /// The number of problems that this one solves more often.
  public var better: Int
  /// The number of problems that the other one solves more often.
  public var worse: Int
  /// How likely a split at least as uneven is where both are equally good, 0 to 1: the exact test of
  /// McNemar, two-sided. With several solutions of each problem it is a sign test over problems, so
  /// that solutions of one problem do not count as independent.
  public var pValue: Double

  /// A comparison with `with` on `problems`, of which `better` speak for one side and `worse` for the
  /// other.
  public init(with: String, of problems: Int, better: Int, worse: Int) {
    self.with = with
    self.problems = problems
    self.better = better
    self.worse = worse
    pValue = Self.pValue(better, worse)
  }

  /// The share of problems by which this one is less often right; negative where it is more often.
  public var loss: Double {
    problems > 0 ? Double(worse - better) / Double(problems) : 0
  }

  /// The greatest loss that so many problems leave possible, with 95% certainty: the upper end of
  /// Agresti and Min's interval for paired shares (Statistics in Medicine 24, 2005), one-sided.
  public var greatestLoss: Double {
    let (lost, gained, count) = (Double(worse) + 0.5, Double(better) + 0.5, Double(problems) + 2)
    let variance = (lost + gained - (lost - gained) * (lost - gained) / count).squareRoot() / count
    return min(1, (lost - gained) / count + 1.645 * variance)
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
