import ArgumentParser
import Foundation
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

  private struct Output: Encodable {
    struct Threshold: Encodable {
      var threshold: Double
      var flips: [WhatIf.Flip]
      var divergesAt: Int?
      var acceptance: WhatIf.Bounds?
      var seconds: WhatIf.Bounds?
    }

    var turn: Int
    var threshold: Double?
    var suggestedThreshold: Double?
    var thresholds: [Threshold]
  }

  func run() throws {
    let run = try TraceArgument.run(trace)
    guard !run.turns.isEmpty else {
      throw ValidationError("There is no turn in \(trace).")
    }
    for turn in run.turns {
      let sweep = WhatIf.sweep(turn, baseSecondsPerToken: run.baseSecondsPerToken)
      let suggested = WhatIf.suggestedThreshold(for: turn)
      let own = turn.steps.compactMap(\.decided).last?.threshold
      if json {
        try Printing.json(
          Output(
            turn: turn.number, threshold: own, suggestedThreshold: suggested,
            thresholds: sweep.map {
              Output.Threshold(
                threshold: $0.threshold, flips: $0.flips, divergesAt: $0.divergesAt,
                acceptance: $0.acceptance, seconds: $0.seconds)
            }))
      } else {
        show(sweep, turn: turn, own: own, suggested: suggested)
      }
    }
  }

  private func show(_ sweep: [WhatIf], turn: TurnState, own: Double?, suggested: Double?) {
    guard let own, let suggested else {
      Printing.line("turn \(turn.number): no step was judged, so no threshold changes anything.")
      return
    }
    Printing.line("turn \(turn.number), run at τ \(number(own, 1))")
    Printing.line("| τ | flips | first at step | acceptance (est.) | seconds (est.) |")
    Printing.line("|---|---|---|---|---|")
    for other in sweep {
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
