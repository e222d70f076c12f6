import ArgumentParser
import Foundation
import Reports
import Traces
import Viewer

/// `specreason what-if`: what other thresholds would have changed in a finished run.
struct WhatIfCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "Tell what other acceptance thresholds would have changed in a run.",
    discussion: """
      From a trace made by `run --json`, or from a saved run. The judge's scores are those of the run as it was; from \
      the first step that flips on it would have been another run, so acceptance and time are \
      estimates, with bounds. A threshold is suggested where drafts are known to be right or wrong: \
      a rejected one that the base model wrote again word for word was right.
      """)

  @OptionGroup
  var recording: TraceArgument

  @Flag(help: "Print one JSON object a line for each turn.")
  var json = false

  func run() throws {
    let run = try recording.read().run
    guard !run.turns.isEmpty else {
      throw ValidationError("There is no turn in \(recording.trace).")
    }
    let reports = run.turns.map { WhatIfReport($0, in: run) }
    for report in reports {
      if json {
        try Printing.json(report)
      } else {
        show(report)
      }
    }
    let judged = reports.filter { $0.threshold != nil }
    guard !json, judged.count > 1 else { return }
    Printing.line("all \(judged.count) judged turns together")
    Printing.line(WhatIfReport.sum(of: judged).markdown)
  }

  private func show(_ report: WhatIfReport) {
    guard let own = report.threshold else {
      Printing.line("turn \(report.turn): no step was judged, so no threshold changes anything.")
      return
    }
    Printing.line("turn \(report.turn), run at τ \(Format.fixed(own, 1))")
    Printing.line(report.table.markdown)
    Printing.line(
      report.suggestedThreshold.map { "suggested τ \(Format.fixed($0, 1)) (est.)" }
        ?? "no suggested τ: nothing in this turn speaks for another one")
  }
}
