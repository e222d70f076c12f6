/// What passes cost on this machine, in seconds, by their rows and the tokens of context before them.
public struct PassCosts: Sendable {
  /// Of the base model.
  public var base: @Sendable (_ rows: Int, _ context: Int) -> Double
  /// Of the draft model; more rows than one pass has are those of several.
  public var draft: @Sendable (_ rows: Int, _ context: Int) -> Double

  /// Costs of both models' passes.
  public init(
    base: @escaping @Sendable (_ rows: Int, _ context: Int) -> Double,
    draft: @escaping @Sendable (_ rows: Int, _ context: Int) -> Double
  ) {
    self.base = base
    self.draft = draft
  }
}

/// Decides how many draft tokens are worth their cost, from what passes cost and how often draft
/// tokens were accepted.
///
/// One more draft token costs a pass of the draft model and one more row in the base model's. It saves
/// the time of a token if it and all draft tokens before it are accepted. So it pays as long as the
/// probability of that, times the seconds per token in the best case, exceeds its cost (Dinkelbach's
/// method for a ratio). Before a draft token is computed, its probability is the usual one; afterwards
/// it is that of tokens that the draft model was as sure of.
///
/// An account of each text bounds what a draft model that does not fit it can lose: nothing is proposed
/// that could make it slower than the base model alone by more than ``mostLoss``. The draft model may
/// cost more to catch up with the text where that is less than it usually gains in ``outlook`` tokens;
/// what is usual counts the less for this, the fewer draft tokens have been seen.
public struct DraftLength: Sendable {
  /// The most draft tokens per round.
  public var most = 15
  /// Whether draft tokens count as free, so that each is worth its cost.
  public var isFree = false
  /// What passes cost; nil where that is unknown, and as many tokens as possible are proposed.
  public var costs: PassCosts?

  /// Acceptance rate of draft tokens, by the draft model's probability of them.
  private var kept: [Double] = [0.2, 0.4, 0.6, 0.75, 0.85, 0.95, 0.97]
  /// Acceptance rate of a draft token before it is computed.
  private var usual = 0.75
  /// Seconds of the base model alone for the present text so far.
  private var alone = 0.0
  /// Seconds that the present text took longer; less than 0 where draft tokens gained.
  private var lost = 0.0
  /// Draft tokens whose fate is known, of all texts.
  private var seen = 0.0
  /// Rounds since the last one with draft tokens.
  private var roundsWithout = 0

  /// Bounds of the classes of probability.
  private static let bounds = [0.3, 0.5, 0.7, 0.85, 0.95, 0.99]
  /// Share of the base model's own time that may be lost.
  private static let mostLoss = 0.02
  /// Tokens of the text to come that count as written where a loss is weighed.
  private static let grace = 64.0
  /// Tokens of the text to come that count where a gain is weighed.
  private static let outlook = 64.0
  /// After so many draft tokens the gain that was seen counts half.
  private static let doubt = 64.0
  /// After this many rounds without draft tokens, a cheap one is tried again whatever is usual.
  private static let patience = 32

  /// Optimistic, before anything was seen.
  public init() {}

  /// Another text begins: what was lost on the last one does not count for it.
  public mutating func begin() {
    alone = 0
    lost = 0
  }

  /// The base model read a part of the text in `seconds`, as it does alone.
  public mutating func read(_ seconds: Double) { alone += seconds }

  /// Whether draft tokens may pay after `context` tokens, where the draft model has `gap` tokens to
  /// compute before the first of them.
  func isWorthTrying(gap: Int, context: Int) -> Bool {
    guard let costs, !isFree else { return true }
    let single = costs.base(1, context)
    let catchingUp = costs.draft(max(1, gap), max(0, context - gap))
    let row = furtherRow(costs, context)
    let atStake = catchingUp + row
    let allowed = Self.mostLoss * (alone + Self.grace * single) - lost
    let gain = single - bestPerToken(costs, context)
    if gain > 0 {
      return row + costs.draft(1, context) <= allowed
        && catchingUp <= allowed + gain * Self.outlook * seen / (seen + Self.doubt)
    }
    return roundsWithout >= Self.patience && atStake <= allowed
  }

  /// Whether one more draft token is worth computing, after draft tokens that are accepted with
  /// probability `chance`.
  func paysToDraft(chance: Double, context: Int) -> Bool {
    guard let costs, !isFree else { return true }
    return chance * usual * bestPerToken(costs, context)
      > costs.draft(1, context) + furtherRow(costs, context)
  }

  /// Whether a computed draft token that is accepted with probability `chance` is worth its row.
  func paysToCheck(chance: Double, context: Int) -> Bool {
    guard let costs, !isFree else { return true }
    return chance * bestPerToken(costs, context) > furtherRow(costs, context)
  }

  /// The acceptance rate of draft tokens that the draft model gave about this probability.
  func acceptance(at confidence: Double) -> Double { kept[Self.place(of: confidence)] }

  /// Learns from a round that began after `context` tokens and gave `tokens` of them.
  mutating func finished(_ drafted: DraftTokens, tokens: Int, context: Int) {
    for confidence in drafted.seen { usual += (acceptance(at: confidence) - usual) * 0.05 }
    for (index, confidence) in drafted.confidences.prefix(tokens).enumerated() {
      let place = Self.place(of: confidence)
      kept[place] += ((index < tokens - 1 ? 1 : 0) - kept[place]) * 0.05
      seen += 1
    }
    roundsWithout = drafted.seen.isEmpty ? roundsWithout + 1 : 0
    guard let costs else { return }
    let plain = Double(tokens) * costs.base(1, context)
    alone += plain
    guard !drafted.seen.isEmpty else { return }
    let drafting =
      costs.draft(max(1, drafted.gap), max(0, context - drafted.gap))
      + Double(drafted.seen.count - 1) * costs.draft(1, context)
    lost += drafting + costs.base(drafted.tokens.count + 1, context) - plain
  }

  /// Seconds of each further row of a pass that checks a few draft tokens.
  private func furtherRow(_ costs: PassCosts, _ context: Int) -> Double {
    max(0, costs.base(4, context) - costs.base(1, context)) / 3
  }

  /// The least seconds per token that rounds take with draft tokens of the usual acceptance, or without.
  private func bestPerToken(_ costs: PassCosts, _ context: Int) -> Double {
    let draft = costs.draft(1, context)
    var best = costs.base(1, context)
    var (tokens, chance) = (1.0, 1.0)
    for count in 1...max(1, most) {
      chance *= usual
      tokens += chance
      best = min(best, (Double(count) * draft + costs.base(count + 1, context)) / tokens)
    }
    return best
  }

  private static func place(of confidence: Double) -> Int {
    bounds.firstIndex { confidence < $0 } ?? bounds.count
  }
}
