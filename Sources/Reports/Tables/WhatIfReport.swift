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
  /// The threshold of the last decision that a judge made; nil where none did.
  package let threshold: Double?
  /// The threshold that the turn speaks for; nil where there is no evidence for another one.
  package let suggestedThreshold: Double?
  /// One row for each of ``WhatIf/thresholds``.
  package let thresholds: [Row]

  /// Asks the judgements of `turn` again at every threshold.
  package init(_ turn: TurnState, in run: RunState) {
    self.turn = turn.number
    threshold = turn.judgedThreshold
    suggestedThreshold = WhatIf.suggestedThreshold(for: turn)
    thresholds = WhatIf.sweep(turn, baseSecondsPerToken: run.baseSecondsPerToken).map {
      Row(
        threshold: $0.threshold, flips: $0.flips, divergesAt: $0.divergesAt,
        acceptance: $0.acceptance, seconds: $0.seconds)
    }
  }
}

extension WhatIfReport {
  /// The thresholds for people, those in one row that would have changed the same; estimates with
  /// their bounds, where these differ.
  package var table: Table {
    let groups = thresholds.grouped { $0.flips == $1.flips }
    return Table(
      of: groups,
      [
        "τ": { (rows: [Row]) in Self.range(rows.map(\.threshold), asRun: threshold) },
        "flips": { (rows: [Row]) in "\(rows[0].flips.count)" },
        "first at step": { (rows: [Row]) in rows[0].divergesAt.map(String.init) ?? "" },
        "acceptance (est.)": { (rows: [Row]) in Self.text(rows[0].acceptance, Format.percent) },
        "time (est.)": { (rows: [Row]) in Self.text(rows[0].seconds, Format.seconds) },
      ])
  }

  /// The sums over several turns: decisions that would have changed, and the time of all turns whose
  /// time is known.
  package static func sum(of reports: [WhatIfReport]) -> Table {
    let sums = WhatIf.thresholds.indices.map { place in
      Sum(of: reports.map { $0.thresholds[place] }, threshold: WhatIf.thresholds[place])
    }
    return Table(
      of: sums.grouped { $0.flips == $1.flips && $0.seconds == $1.seconds },
      [
        "τ": { (sums: [Sum]) in range(sums.map(\.threshold), asRun: nil) },
        "flips": { (sums: [Sum]) in "\(sums[0].flips)" },
        "time (est.)": { (sums: [Sum]) in text(sums[0].seconds, Format.seconds) },
      ])
  }

  /// What one threshold would have changed in several turns.
  private struct Sum {
    var threshold: Double
    var flips = 0
    var seconds: Bounds?

    init(of rows: [Row], threshold: Double) {
      self.threshold = threshold
      for row in rows {
        flips += row.flips.count
        guard let more = row.seconds else { continue }
        let sum = seconds ?? Bounds(low: 0, estimate: 0, high: 0)
        seconds = Bounds(
          low: sum.low + more.low, estimate: sum.estimate + more.estimate,
          high: sum.high + more.high)
      }
    }
  }

  /// Such as `3.0 to 5.5`; with the threshold of the run where it is among them.
  private static func range(_ thresholds: [Double], asRun own: Double?) -> String {
    guard let first = thresholds.first, let last = thresholds.last else { return "" }
    let ends = [first, last].map { Format.fixed($0, 1) }
    let text = first == last ? ends[0] : ends.joined(separator: " to ")
    guard let own, thresholds.contains(own) else { return text }
    return text + (first == last ? " (as run)" : " (\(Format.fixed(own, 1)) as run)")
  }

  private static func text(_ bounds: Bounds?, _ format: (Double) -> String) -> String {
    guard let bounds else { return "" }
    let (low, estimate, high) = (
      format(bounds.low), format(bounds.estimate), format(bounds.high)
    )
    return low == high ? estimate : "\(estimate) (\(low) to \(high))"
  }
}

extension Array {
  /// Neighbours for which `isSame` holds, together.
  fileprivate func grouped(by isSame: (Element, Element) -> Bool) -> [[Element]] {
    reduce(into: []) { groups, element in
      if let last = groups.last?.last, isSame(last, element) {
        groups[groups.count - 1].append(element)
      } else {
        groups.append([element])
      }
    }
  }
}
