import Traces

/// Moves the acceptance threshold after each judgement towards a target, within bounds.
public struct AdaptiveThreshold: Sendable, Equatable {
  /// What is aimed at.
  public var target: ThresholdTarget
  /// Where the threshold may go, within 0 to 9.
  public var bounds: ClosedRange<Double>

  private var judged = 0
  private var accepted = 0
  /// Sum over the accepted drafts of the probability that they are wrong.
  private var wrong = 0.0
  private var digitsAccepted = 0

  /// A threshold that follows `target` within `bounds`.
  public init(_ target: ThresholdTarget, within bounds: ClosedRange<Double> = 0...9) {
    self.target = target
    self.bounds = bounds.clamped(to: 0...9)
  }

  /// How far one judgement moves the threshold at most.
  private static let stride = 0.5

  /// Takes a judgement and what came of it; gives where `threshold` moves.
  ///
  /// For a share of accepted drafts this is stochastic approximation of a quantile (Robbins and
  /// Monro, 1951): an accepted draft moves it up by the share of rejects that is aimed at, a
  /// rejected one down by the share of accepted ones, so that both cancel out at the target. For the
  /// others it moves by half the stride to the side that the turn's mean so far asks for.
  ///
  /// - Parameter speedup: The estimated speedup of the turn so far; nil where it is not known.
  mutating func move(
    _ threshold: Double, after judgement: StepJudged, _ verdict: Verdict, speedup: Double?
  ) -> ThresholdAdapted {
    judged += 1
    if verdict == .accepted {
      accepted += 1
      if !judgement.probabilities.isEmpty {
        digitsAccepted += 1
        wrong += judgement.probabilities.prefix(5).reduce(0, +)
      }
    }
    let (change, reason) = change(after: verdict, speedup: speedup)
    let moved = min(bounds.upperBound, max(bounds.lowerBound, threshold + change))
    // Hundredths, so that what is told is what is used.
    return ThresholdAdapted(threshold: (moved * 100).rounded() / 100, reason: reason)
  }

  private func change(after verdict: Verdict, speedup: Double?) -> (Double, String) {
    switch target {
    case .acceptance(let share):
      let up = verdict == .accepted ? 1 - share : -share
      let rate = Double(accepted) / Double(judged)
      return (Self.stride * up, "acceptance \(short(rate)), target \(short(share))")
    case .speedup(let aim):
      guard let speedup else { return (0, "speedup unknown, target \(short(aim))") }
      let change = speedup < aim ? -Self.stride / 2 : Self.stride / 2
      return (change, "speedup \(short(speedup)), target \(short(aim))")
    case .error(let aim):
      guard digitsAccepted > 0 else { return (0, "error unknown, target \(short(aim))") }
      let error = wrong / Double(digitsAccepted)
      let change = error > aim ? Self.stride / 2 : -Self.stride / 2
      return (change, "error \(short(error)), target \(short(aim))")
    }
  }

  private func short(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
