import Traces

/// Moves the acceptance threshold after each judgement towards a target, within bounds.
struct AdaptiveThreshold {
  private let target: ThresholdTarget
  private let bounds: ClosedRange<Double>

  /// A threshold that moves as `options` say; nil if it stays.
  init?(_ options: RunOptions) {
    guard let target = options.adapt else { return nil }
    self.target = target
    bounds = options.thresholdBounds.range
  }

  /// The most that one judgement moves the threshold.
  private static let stride = 0.5

  /// Where `threshold` moves after the judge's last decision in `turn`, which was `verdict`.
  ///
  /// For a share of accepted drafts this is stochastic approximation of a quantile (Robbins and
  /// Monro, 1951): an accepted draft moves it up by the share of rejected drafts that is aimed at, a
  /// rejected one down by the share of accepted ones, so that the two cancel out at the target. For
  /// the other targets it moves by half the stride to the side that the turn's mean asks for.
  ///
  /// - Parameter speedup: The estimated speedup of the turn so far; nil if unknown.
  func moved(
    _ threshold: Double, after verdict: Verdict, in turn: TurnState, speedup: Double?
  ) -> ThresholdAdapted {
    let (change, reason) = change(after: verdict, Decisions(turn), speedup: speedup)
    let moved = min(bounds.upperBound, max(bounds.lowerBound, threshold + change))
    // Hundredths, so that what is told is what is used.
    return ThresholdAdapted(threshold: (moved * 100).rounded() / 100, reason: reason)
  }

  private func change(
    after verdict: Verdict, _ decisions: Decisions, speedup: Double?
  ) -> (Double, String) {
    switch target {
    case .acceptance(let share):
      let up = verdict == .accepted ? 1 - share : -share
      let rate = Double(decisions.accepted) / Double(max(1, decisions.count))
      return (Self.stride * up, "acceptance \(short(rate)), target \(short(share))")
    case .speedup(let aim):
      guard let speedup else { return (0, "speedup unknown, target \(short(aim))") }
      let change = speedup < aim ? -Self.stride / 2 : Self.stride / 2
      return (change, "speedup \(short(speedup)), target \(short(aim))")
    case .error(let aim):
      guard let error = decisions.error else { return (0, "error unknown, target \(short(aim))") }
      let change = error > aim ? Self.stride / 2 : -Self.stride / 2
      return (change, "error \(short(error)), target \(short(aim))")
    }
  }

  private func short(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

  /// What the judge has decided in a turn.
  private struct Decisions {
    var count = 0
    var accepted = 0
    /// Mean probability of the digits 0 to 4 over the accepted drafts; nil without digits.
    var error: Double?

    init(_ turn: TurnState) {
      var (wrong, withDigits) = (0.0, 0)
      for step in turn.steps {
        guard let decided = step.decided, decided.by == .judge else { continue }
        count += 1
        guard decided.verdict == .accepted else { continue }
        accepted += 1
        guard let probabilities = step.judged?.probabilities, !probabilities.isEmpty else {
          continue
        }
        withDigits += 1
        wrong += probabilities.prefix(5).reduce(0, +)
      }
      if withDigits > 0 { error = wrong / Double(withDigits) }
    }
  }
}
