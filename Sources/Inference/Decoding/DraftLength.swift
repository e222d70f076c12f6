/// Decides how many draft tokens are worth their cost, from measured times and acceptance rates.
///
/// One more draft token costs its drafting and one more row in the base model's pass. It saves the
/// present time per token if it and all draft tokens before it are accepted. So it pays as long as
/// the probability of that, times the present seconds per token, exceeds its cost. This rule leads
/// to the most tokens per second (Dinkelbach's method for a ratio). The probability comes from the
/// acceptance rate of tokens that the draft model was as sure of.
public struct DraftLength: Sendable {
  /// The most draft tokens per round.
  public var most = 15
  /// Whether draft tokens count as free, so that each is worth its cost.
  public var isFree = false

  /// Seconds of a pass with one token.
  private var single = Average()
  /// Seconds of each further token in a pass.
  private var further = Average()
  /// Seconds to draft one token.
  private var drafting = Average()
  private var roundSeconds = Average()
  private var roundTokens = Average()
  /// Acceptance rate of draft tokens, by the draft model's probability of them.
  private var kept: [Double]
  /// Rounds since the last one with draft tokens.
  private var roundsWithout = 0

  /// Bounds of the classes of probability.
  private static let bounds = [0.3, 0.5, 0.7, 0.85, 0.95, 0.99]
  /// After this many rounds without draft tokens, one is tried again whatever it cost before.
  private static let patience = 32

  /// An optimistic estimate, before anything is measured.
  public init() {
    kept = [0.2, 0.4, 0.6, 0.75, 0.85, 0.95, 0.97]
  }

  /// Whether drafting may pay at all.
  var isWorthTrying: Bool {
    // A pass without draft tokens comes first, to compare with.
    guard single.value != nil || isFree else { return false }
    return pays(chance: kept.max() ?? 1)
  }

  /// Whether a draft token that is accepted with probability `chance` is worth its cost.
  func pays(chance: Double) -> Bool {
    guard let drafting = drafting.value, let tokens = roundTokens.value,
      let seconds = roundSeconds.value
    else { return true }
    return isFree || roundsWithout >= Self.patience
      || chance * seconds / tokens > drafting + (further.value ?? 0)
  }

  /// The acceptance rate of draft tokens that the draft model gave about this probability.
  func acceptance(at confidence: Double) -> Double { kept[Self.place(of: confidence)] }

  mutating func timed(pass tokens: Int, _ seconds: Double) {
    if tokens == 1 {
      single.add(seconds)
      roundsWithout += 1
    } else {
      roundsWithout = 0
      if let single = single.value { further.add(max(0, seconds - single) / Double(tokens - 1)) }
    }
  }

  mutating func timed(draft tokens: Int, _ seconds: Double) {
    drafting.add(seconds / Double(tokens))
  }

  mutating func timed(round tokens: Int, _ seconds: Double) {
    roundTokens.add(Double(tokens))
    roundSeconds.add(seconds)
  }

  /// Learns from a round's draft tokens, of which the first `accepted` were accepted.
  mutating func checked(_ confidences: [Double], accepted: Int) {
    for (index, confidence) in confidences.prefix(accepted + 1).enumerated() {
      let place = Self.place(of: confidence)
      kept[place] += ((index < accepted ? 1 : 0) - kept[place]) * 0.05
    }
  }

  private static func place(of confidence: Double) -> Int {
    bounds.firstIndex { confidence < $0 } ?? bounds.count
  }
}

/// A moving average of roughly the last twenty values.
private struct Average: Sendable {
  private(set) var value: Double?

  mutating func add(_ new: Double) {
    value = value.map { $0 + (new - $0) * 0.05 } ?? new
  }
}
