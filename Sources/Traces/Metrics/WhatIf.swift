/// What another acceptance threshold would have changed in a turn.
///
/// An estimate: the judgements are those of the run as it was. From the first flipped step on,
/// the reasoning itself would have been another one, so later flips say less than the first.
public struct WhatIf: Sendable, Equatable {
  /// A step whose decision would have gone the other way.
  public struct Flip: Codable, Sendable, Equatable {
    /// Counted from 1 in its turn.
    public let step: Int
    /// What the other threshold would have decided.
    public let verdict: Verdict
  }

  /// The other threshold, 0 to 9.
  public let threshold: Double
  /// The judged steps that would have gone the other way, in order.
  public let flips: [Flip]
  /// Share of drafted steps that would have been accepted; nil where none was decided.
  ///
  /// Up to the first flip, and for that step itself, the decisions are known. After it, every
  /// drafted step could have been accepted or rejected: these are the bounds.
  public let acceptance: Bounds?
  /// Wall time of the turn; nil while it runs, and where the base model's speed is unknown.
  ///
  /// The time as it was; more, for a step that would have been rejected, by what the base model takes
  /// to write as many tokens; less, for one that would have been accepted, by what its rewriting
  /// took. `estimate` takes the judge to give the same scores after the first flip; the bounds take
  /// every drafted step after it, as many and as long as they were, as accepted (`low`) or rejected
  /// (`high`).
  public let seconds: Bounds?

  /// Applies `threshold` to the judgements of `turn`; decisions by rule or person stand.
  ///
  /// - Parameter baseSecondsPerToken: Seconds the base model takes to decode a token.
  public init(threshold: Double, turn: TurnState, baseSecondsPerToken: Double? = nil) {
    self.threshold = threshold
    let decided = turn.steps.filter { $0.decided != nil }
    let verdicts = decided.map { $0.verdict(at: threshold) }
    flips = Self.flips(of: turn, at: threshold)
    let firstFlip = flips.first.flatMap { flip in
      decided.firstIndex { $0.number == flip.step }
    }
    let certain = firstFlip.map { $0 + 1 } ?? decided.count
    let accepted = verdicts.map { $0 == .accepted ? 1.0 : 0 }
    acceptance =
      decided.isEmpty
      ? nil
      : Bounds(
        known: accepted[..<certain].reduce(0, +), estimates: accepted[certain...],
        lows: accepted[certain...].map { _ in 0 }, highs: accepted[certain...].map { _ in 1 }
      ).divided(by: Double(decided.count))
    guard let wall = turn.ended?.seconds, let perToken = baseSecondsPerToken else {
      seconds = nil
      return
    }
    func change(_ index: Int, to verdict: Verdict?) -> Double {
      decided[index].change(to: verdict, baseSecondsPerToken: perToken)
    }
    let rest = decided.indices[certain...]
    seconds = Bounds(
      known: decided.indices[..<certain].reduce(wall) { $0 + change($1, to: verdicts[$1]) },
      estimates: rest.map { change($0, to: verdicts[$0]) },
      lows: rest.map { change($0, to: .accepted) }, highs: rest.map { change($0, to: .rejected) })
  }

  /// The judged steps of `turn` that `threshold` would have decided otherwise, in order.
  public static func flips(of turn: TurnState, at threshold: Double) -> [Flip] {
    // By index: a copy of each step would take most of the time.
    turn.steps.indices.compactMap { index in
      guard let verdict = turn.steps[index].verdict(at: threshold),
        verdict != turn.steps[index].decided?.verdict
      else { return nil }
      return Flip(step: turn.steps[index].number, verdict: verdict)
    }
  }

  /// The first step that would have gone the other way; nil if none would.
  public var divergesAt: Int? { flips.first?.step }

  /// The thresholds to choose from: 0 to 9 in half steps.
  public static let thresholds = Array(stride(from: 0, through: 9, by: 0.5))

  /// The what-if of each of ``thresholds``.
  public static func sweep(_ turn: TurnState, baseSecondsPerToken: Double?) -> [WhatIf] {
    thresholds.map {
      WhatIf(threshold: $0, turn: turn, baseSecondsPerToken: baseSecondsPerToken)
    }
  }

  /// The threshold that the steps of `turn` speak for, of which is known whether their drafts were
  /// right (see ``Coach``): the half step that goes against the fewest of them, of several the one
  /// nearest to the threshold of the last decision. Nil where nothing speaks for another one, and
  /// where the judge is flat.
  public static func suggestedThreshold(for turn: TurnState) -> Double? {
    guard let own = turn.judgedThreshold else { return nil }
    var opinions = Coach.Opinions()
    opinions.add(turn, by: nil)
    guard !opinions.isFlat else { return nil }
    return Coach.bestThreshold(for: opinions.known, from: own)
  }
}

extension TurnState {
  /// The acceptance threshold of the last decision that a judge made; nil where none did.
  public var judgedThreshold: Double? {
    steps.last { $0.decided?.by == .judge }?.decided?.threshold
  }
}

extension Bounds {
  /// What is known, with the sums of what the rest adds.
  fileprivate init(
    known: Double, estimates: some Sequence<Double>, lows: [Double], highs: [Double]
  ) {
    self.init(
      low: lows.reduce(known, +), estimate: estimates.reduce(known, +),
      high: highs.reduce(known, +))
  }

}

extension StepState {
  /// Whether `threshold` would have decided otherwise about this step.
  public func flips(at threshold: Double) -> Bool {
    decided != nil && verdict(at: threshold) != decided?.verdict
  }

  /// The verdict that `threshold` would have given; nil before the decision.
  fileprivate func verdict(at threshold: Double) -> Verdict? {
    guard let decided else { return nil }
    guard let judged, decided.by == .judge else { return decided.verdict }
    return judged.verdict(at: threshold)
  }

  /// Seconds that the turn would have taken longer, had this step's verdict been `verdict`.
  fileprivate func change(to verdict: Verdict?, baseSecondsPerToken: Double) -> Double {
    switch (decided?.verdict, verdict) {
    case (.accepted, .rejected):
      Double(judged?.stepTokens ?? drafted?.tokens ?? 0) * baseSecondsPerToken
    case (.rejected, .accepted): committed?.by == .base ? -(committed?.seconds ?? 0) : 0
    default: 0
    }
  }
}
