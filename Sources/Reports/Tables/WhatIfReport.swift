import Traces
import Viewer

/// What other acceptance thresholds would have changed in one turn, as `what-if` prints it.
package struct WhatIfReport: Sendable, Encodable {
  /// One threshold and what it would have changed.
  package struct Row: Sendable, Encodable {
    /// The acceptance threshold, 0 to 9.
    package let threshold: Double
    /// The judged steps that would have gone the other way, in order.
    package let flips: [WhatIf.Flip]
    /// The first step that flips; nil where none does.
    package let divergesAt: Int?
    /// Share of drafted steps that would have been accepted; nil where none was decided.
    package let acceptance: Bounds?
    /// Wall time of the turn in seconds; nil where it is unknown.
    package let seconds: Bounds?
  }

  /// The turn's number, counted from 1.
  package let turn: Int
  /// The threshold of the turn's last decision; nil where no step was judged.
  package let threshold: Double?
  /// The threshold that the turn speaks for; nil where there is no evidence for another one.
  package let suggestedThreshold: Double?
  /// One row for each of ``WhatIf/thresholds``.
  package let thresholds: [Row]

  /// Asks the judgements of `turn` again at every threshold.
  package init(_ turn: TurnState, in run: RunState) {
    self.turn = turn.number
    threshold = turn.steps.compactMap(\.decided).last?.threshold
    suggestedThreshold = WhatIf.suggestedThreshold(for: turn)
    thresholds = WhatIf.sweep(turn, baseSecondsPerToken: run.baseSecondsPerToken).map {
      Row(
        threshold: $0.threshold, flips: $0.flips, divergesAt: $0.divergesAt,
        acceptance: $0.acceptance, seconds: $0.seconds)
    }
  }
}

extension WhatIfReport {
  /// The thresholds for people; estimates with their bounds, where these differ.
  package var table: Table {
    Table(
      of: thresholds,
      [
        "τ": { Format.fixed($0.threshold, 1) + ($0.threshold == threshold ? " (as run)" : "") },
        "flips": { "\($0.flips.count)" },
        "first at step": { $0.divergesAt.map(String.init) ?? "" },
        "acceptance (est.)": { Self.text($0.acceptance) { Format.percent($0) } },
        "seconds (est.)": { Self.text($0.seconds) { Format.fixed($0, 4) } },
      ])
  }

  private static func text(_ bounds: Bounds?, _ format: (Double) -> String) -> String {
    guard let bounds else { return "" }
    let (low, estimate, high) = (
      format(bounds.low), format(bounds.estimate), format(bounds.high)
    )
    return low == high ? estimate : "\(estimate) (\(low) to \(high))"
  }
}
