import ArgumentParser
import Foundation
import Reports
import Traces

/// `specreason what-if`: what other thresholds would have changed in a finished run.
struct WhatIfCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "Tell what other acceptance thresholds would have changed in a run.",
    discussion: """
      From a trace made by `run --json`. The judge's scores are those of the run as it was; from \
      the first step that flips on it would have been another run, so acceptance and time are \
      estimates, with bounds. The suggested threshold is the one that the base model's own \
      rewriting of rejected steps speaks for.
      """)

  @Argument(help: "A trace, as JSON Lines.")
  var trace: String

  @Flag(help: "Print one JSON object a line for each turn.")
  var json = false

  func run() throws {
    let run = try TraceArgument.run(trace)
    guard !run.turns.isEmpty else {
      throw ValidationError("There is no turn in \(trace).")
    }
    for report in run.turns.map({ WhatIfReport($0, in: run) }) {
      if json {
        try Printing.json(report)
      } else {
        show(report)
      }
    }
  }

  private func show(_ report: WhatIfReport) {
    guard let own = report.threshold, let suggested = report.suggestedThreshold else {
      Printing.line("turn \(report.turn): no step was judged, so no threshold changes anything.")
      return
    }
    Printing.line("turn \(report.turn), run at τ \(number(own, 1))")
    Printing.line("| τ | flips | first at step | acceptance (est.) | seconds (est.) |")
    Printing.line("|---|---|---|---|---|")
    for other in report.thresholds {
      let mark = other.threshold == own ? " (as run)" : ""
      let cells = [
        number(other.threshold, 1) + mark, "\(other.flips.count)",
        other.divergesAt.map { "\($0)" } ?? "",
        text(other.acceptance, scale: 100, decimals: 0, unit: "%"),
        text(other.seconds, scale: 1, decimals: 4, unit: ""),
      ]
      Printing.line("| " + cells.joined(separator: " | ") + " |")
    }
    Printing.line("suggested τ \(number(suggested, 1)) (est.)")
  }

  /// `75% (60% to 80%)`, or the figure alone where it is certain.
  private func text(
    _ bounds: WhatIf.Bounds?, scale: Double, decimals: Int, unit: String
  ) -> String {
    guard let bounds else { return "" }
    let (low, estimate, high) = (
      number(bounds.low * scale, decimals), number(bounds.estimate * scale, decimals),
      number(bounds.high * scale, decimals)
    )
    return low == high
      ? "\(estimate)\(unit)" : "\(estimate)\(unit) (\(low)\(unit) to \(high)\(unit))"
  }

  private func number(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
