/// How many draft tokens pay, by what they cost and how often they are kept.
///
/// A further draft token costs its drafting and one more row in the base model's pass. It saves
/// the time that a token takes otherwise, if it and all before it are kept. So it pays while the
/// chance of that, times the seconds a token takes at present, is more than its cost: the rule that
/// leads to the most tokens a second (Dinkelbach's method for a ratio). The chance comes from how
/// often tokens were kept that the draft model was as sure of.
public struct DraftLength: Sendable {
  /// The most draft tokens of a round.
  public var most = 15
  /// Whether every draft token is taken for worth its cost.
  public var isFree = false

  /// Seconds of a pass over one token.
  private var single = Average()
  /// Seconds of each further token in a pass.
  private var further = Average()
  /// Seconds of drafting one token.
  private var drafting = Average()
  private var roundSeconds = Average()
  private var roundTokens = Average()
  /// Share of draft tokens kept, by how sure the draft model was of them.
  private var kept: [Double]
  /// Rounds since the last that had draft tokens.
  private var roundsWithout = 0

  /// Bounds of the classes of sureness; probabilities.
  private static let bounds = [0.3, 0.5, 0.7, 0.85, 0.95, 0.99]
  /// After as many rounds without one, a draft token is tried again whatever the costs were.
  private static let patience = 32

  /// Nothing measured yet: hopeful.
  public init() {
    kept = [0.2, 0.4, 0.6, 0.75, 0.85, 0.95, 0.97]
  }

  /// Whether drafting at all may pay; asked before the draft model is.
  var isWorthTrying: Bool {
    // A pass without draft tokens comes first, to compare with.
    guard single.value != nil || isFree else { return false }
    return pays(chance: kept.max() ?? 1)
  }

  /// Whether a draft token that is kept with probability `chance` is worth its cost.
  func pays(chance: Double) -> Bool {
    guard let drafting = drafting.value, let tokens = roundTokens.value,
      let seconds = roundSeconds.value
    else { return true }
    return isFree || roundsWithout >= Self.patience
      || chance * seconds / tokens > drafting + (further.value ?? 0)
  }

  /// Share of draft tokens kept of which the draft model was as sure.
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

  /// Learns from a round's draft tokens, of which the first `accepted` were kept.
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

/// A mean that forgets: the last twenty values or so count.
private struct Average: Sendable {
  private(set) var value: Double?

  mutating func add(_ new: Double) {
    value = value.map { $0 + (new - $0) * 0.05 } ?? new
  }
}
