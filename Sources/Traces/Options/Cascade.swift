/// A cheap judge before the deciding one: it decides where it is sure, and only between two bounds
/// the deciding judge is asked.
///
/// After ConfSpec (arXiv 2602.18447), where the draft model verifies its own step and the base model
/// is asked where it is unsure; here any judge can come before any other.
public struct Cascade: Sendable, Equatable, LosslessStringConvertible {
  /// The cheap judge.
  public let judge: JudgeKind
  /// Below this score a draft is rejected, 0 to 9; 0 rejects none.
  public let low: Double
  /// Above this score a draft is accepted, 0 to 9; 9 accepts none.
  public let high: Double

  /// `judge` rejects below `low` and accepts above `high`.
  public init(_ judge: JudgeKind, low: Double, high: Double) {
    self.judge = judge
    self.low = low
    self.high = high
  }

  /// Reads `JUDGE,LOW,HIGH`, such as `confidence,2,8`.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 3, let judge = JudgeKind(rawValue: String(parts[0])), judge != .nobody,
      let low = Double(parts[1]), let high = Double(parts[2]),
      low >= 0, low <= high, high <= 9
    else { return nil }
    self.init(judge, low: low, high: high)
  }

  /// The text that `init(_:)` reads.
  public var description: String { "\(judge.rawValue),\(low),\(high)" }

  /// What the cheap judge decides at `score`; nil where the deciding judge is to be asked, as after a
  /// score that cannot be read.
  public func verdict(at score: Double?) -> Verdict? {
    guard let score else { return nil }
    if score > high { return .accepted }
    return score < low ? .rejected : nil
  }
}
