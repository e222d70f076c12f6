/// How much less often one way of solving problems is right than another, on the same problems.
public struct PairedLoss: Codable, Sendable, Equatable {
  /// Problems that both solved.
  public var problems: Int
  /// Those that only the reference got right.
  public var lost: Int
  /// Those that only the other got right.
  public var gained: Int

  /// What was right by the reference and by the other, problem by problem.
  public init(_ pairs: [(reference: Bool, other: Bool)]) {
    problems = pairs.count
    lost = pairs.count { $0.reference && !$0.other }
    gained = pairs.count { !$0.reference && $0.other }
  }

  /// The share of problems by which the other is less often right; negative where it gains.
  public var loss: Double {
    problems > 0 ? Double(lost - gained) / Double(problems) : 0
  }

  /// The greatest loss that so many problems leave possible, with 95% certainty: the upper end of
  /// Agresti and Min's interval for paired shares (Statistics in Medicine 24, 2005), one-sided.
  public var greatestLoss: Double {
    let (lost, gained, count) = (Double(lost) + 0.5, Double(gained) + 0.5, Double(problems) + 2)
    let variance = (lost + gained - (lost - gained) * (lost - gained) / count).squareRoot() / count
    return min(1, (lost - gained) / count + 1.645 * variance)
  }
}
