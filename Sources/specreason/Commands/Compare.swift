import ArgumentParser
import DemoPair
import Evaluation
import Reports
import Traces
import Viewer

/// `specreason compare`: two runs beside each other.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two runs: where they part, answers, time, acceptance, waste.",
    discussion: """
      On a terminal the two stand side by side in the viewer; in a pipe, or with --text, the \
      comparison is printed. Turns that were asked the same are compared; answers are graded where \
      the right one is known: for the demo pair's problems, and those of --problems, which \
      takes all names that follow: give the runs before it, or behind --.
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
    var sides = try RecordingScreen(screen, saving.folder)
    sides.state.show(traces[0].events, named: a, beside: traces[1].run, named: b)
    try sides.show()
  }

  /// The known answers by prompt.
  private func answers() throws -> [String: String] {
    let given = try ProblemFiles.problems(in: problems, first: nil) { [] }
    let known = ((try? DemoPair.problems()) ?? []) + given
    return Dictionary(known.map { ($0.problem, $0.answer) }) { _, last in last }
  }
}
