/// What another acceptance threshold would have changed in a turn.
///
/// An estimate: the judgements are those of the run as it was. From the first flipped step on,
/// the reasoning itself would have been another one, so later flips say less than the first.
public struct WhatIf: Sendable, Equatable {
  /// A step whose decision would have gone the other way.
  public struct Flip: Sendable, Equatable {
    /// Counted from 1 in its turn.
    public let step: Int
    /// What the other threshold would have decided.
    public let verdict: Verdict
  }

  /// The other threshold, 0 to 9.
  public let threshold: Double
  /// The judged steps that would have gone the other way, in order.
  public let flips: [Flip]

  /// Asks the judgements of `turn` again at `threshold`; decisions by rule or person stand.
  public init(threshold: Double, turn: TurnState) {
    self.threshold = threshold
    flips = turn.steps.compactMap { step in
      guard let judged = step.judged, let decided = step.decided, decided.by == .judge else {
        return nil
      }
      let verdict = judged.verdict(at: threshold)
      return verdict == decided.verdict ? nil : Flip(step: step.number, verdict: verdict)
    }
  }

  /// The step from which on the run would have been another one; nil when nothing would change.
  public var divergesAt: Int? { flips.first?.step }
}
