import ArgumentParser
import DemoPair
import Evaluation
import Foundation
import Reports
import Terminal
import Traces
import Viewer

/// `specreason compare`: two runs beside each other.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two runs: where they part, answers, time, acceptance, waste.",
    discussion: """
      On a terminal the two stand side by side in the viewer; in a pipe, or with --text, the \
      comparison is printed. Turns that were asked the same are compared; answers are graded where \
      the right one is known: for the demo pair's problems, and those of --problems.
      """)

  @Argument(help: "Run A: a trace as JSON Lines, a saved run's name, or latest.")
  var a: String

  @Argument(help: "Run B, likewise.")
  var b: String

  @Option(
    parsing: .upToNextOption,
    help: "Files of problems with answers, in the formats that eval reads.")
  var problems: [String] = []

  @Flag(help: "Print the comparison on a terminal, too.")
  var text = false

  @Flag(help: "Print the comparison as one JSON object.")
  var json = false

  @OptionGroup(title: "Saved runs")
  var saving: SavingOptions

  @OptionGroup(title: "Screen")
  var screen: ScreenOptions

  func run() throws {
    let traces = try [a, b].map { name in
      let trace = try TraceArgument.file(name, in: saving.folder)
      if let warning = trace.warning { Failure.report("specreason: \(name): \(warning)") }
      guard !trace.run.turns.isEmpty else {
        throw ValidationError("There is no turn in \(name) that could be compared.")
      }
      return trace
    }
    if json || text || !Printing.isTerminal || screen.isLinear {
      let answers = try answers()
      let comparison = RunComparison([(a, traces[0].run), (b, traces[1].run)]) { answers[$0] }
      if json { return try Printing.json(comparison) }
      return comparison.lines.forEach(Printing.line)
    }
    let themes = try screen.themes()
    var state = ViewerState(
      theme: themes.first, themes: themes.all, keys: Keys.load().map, access: screen.access,
      followsBackground: !themes.isChosen)
    state.show(traces[0].events, named: a, beside: traces[1].run, named: b)
    let inbox = try Inbox()
    let end = try runViewer(
      initial: state, inbox: inbox, serve: Replay.serve(from: saving.folder, to: inbox))
    if end != .quit { throw ExitCode(end.exitCode) }
  }

  /// The known answers by prompt.
  private func answers() throws -> [String: String] {
    let given = try ProblemFiles.problems(in: problems, first: nil) { [] }
    let known = ((try? DemoPair.problems()) ?? []) + given
    return Dictionary(known.map { ($0.problem, $0.answer) }) { _, last in last }
  }
}
