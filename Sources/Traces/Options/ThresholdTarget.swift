/// What an acceptance threshold that moves by itself aims at.
public enum ThresholdTarget: Sendable, Equatable, LosslessStringConvertible {
  /// The share of judged drafts that are accepted, 0 to 1.
  case acceptance(Double)
  /// The estimated speedup of the turn so far.
  case speedup(Double)
  /// The share of accepted drafts that the judge itself considers more likely wrong than right: the
  /// mean probability of the digits 0 to 4, 0 to 1. Needs a judge that gives digits.
  case error(Double)

  /// Reads `acceptance=0.8`, `speedup=2` or `error=0.05`.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let value = Double(parts[1]), value > 0, value.isFinite else {
      return nil
    }
    switch parts[0] {
    case "acceptance" where value < 1: self = .acceptance(value)
    case "speedup": self = .speedup(value)
    case "error" where value < 1: self = .error(value)
    default: return nil
    }
  }

  /// The text that `init(_:)` reads.
  public var description: String {
    switch self {
    case .acceptance(let share): "acceptance=\(share)"
    case .speedup(let factor): "speedup=\(factor)"
    case .error(let share): "error=\(share)"
    }
  }
}

/// Where an acceptance threshold that moves by itself may go, within 0 to 9.
public struct ThresholdBounds: Sendable, Equatable, LosslessStringConvertible {
  /// The lowest and the highest threshold.
  public let range: ClosedRange<Double>

  /// Bounds of `range`, which is cut to 0...9.
  public init(_ range: ClosedRange<Double>) {
    self.range = range.clamped(to: 0...9)
  }

  /// Reads `LOW,HIGH`, such as `3,8.5`.
  public init?(_ text: String) {
    let values = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard values.count == 2, let low = values[0], let high = values[1], low >= 0, low <= high,
      high <= 9
    else { return nil }
    self.init(low...high)
  }

  /// The text that `init(_:)` reads.
  public var description: String { "\(range.lowerBound),\(range.upperBound)" }
}
