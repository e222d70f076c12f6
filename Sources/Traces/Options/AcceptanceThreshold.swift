/// Where the acceptance threshold is put: at a score, or at a share of the base model's own steps.
public enum AcceptanceThreshold: Sendable, Equatable {
  /// The least judge score that accepts, 0 to 9.
  case score(Double)
  /// The share of the base model's own steps that would be accepted, above 0 and at most 1: the
  /// threshold is the score that so many of them reach.
  case share(Double)

  /// The scores a threshold can have.
  public static let scores = 0.0...9.0
  /// The shares it can have: below a hundredth nothing but the very best would pass.
  public static let shares = 0.01...1.0

  /// What people read and write: `6.5`, or `80%`.
  public var text: String { optionValue.text }

  /// Whether the value is one that a threshold can have.
  var isInRange: Bool {
    switch self {
    case .score(let score): Self.scores.contains(score)
    case .share(let share): Self.shares.contains(share)
    }
  }

  /// Own steps that must have been scored before a share says anything.
  public static let leastOwnSteps = 5

  /// The greatest threshold, in hundredths, that at least `share` of `scores` reach: of n scores in
  /// rising order the one at place ⌊(1 − share) · n⌋, counted from 0, rounded down.
  ///
  /// - Parameter scores: Judge scores of steps that the base model wrote, 0 to 9, in any order.
  /// - Returns: Nil for fewer than ``leastOwnSteps`` scores, and for a share out of range.
  public static func threshold(accepting share: Double, of scores: [Double]) -> Double? {
    guard scores.count >= leastOwnSteps, shares.contains(share) else { return nil }
    // A share such as 0.8 is no exact number; what it lacks must not cost a place.
    let place = Int((1 - share) * Double(scores.count) + 1e-9)
    let score = scores.sorted()[min(scores.count - 1, max(0, place))]
    return (score * 100 + 1e-9).rounded(.down) / 100
  }
}

extension AcceptanceThreshold: OptionRepresentable {
  /// A number, or a text such as `80%`.
  init?(_ value: OptionValue) {
    switch value {
    case .integer(let score): self = .score(Double(score))
    case .number(let score): self = .score(score)
    case .text(let text):
      guard text.hasSuffix("%"), let percent = Double(text.dropLast()) else { return nil }
      self = .share(percent / 100)
    case .off, .flag, .natural: return nil
    }
  }

  static func optionValue(from text: String) -> OptionValue? {
    let text = text.filter { !$0.isWhitespace }
    return Self(Double(text).map(OptionValue.number) ?? .text(text))?.optionValue
  }

  var optionValue: OptionValue {
    switch self {
    case .score(let score): return .number(score)
    case .share(let share):
      let percent = (share * 10_000).rounded() / 100
      return .text((Int(exactly: percent).map { "\($0)" } ?? "\(percent)") + "%")
    }
  }
}
