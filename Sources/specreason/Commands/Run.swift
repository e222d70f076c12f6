import ArgumentParser
import Backends
import Foundation
import Reasoning
import Traces

/// `specreason run`: one problem without a screen.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solve one problem without the viewer.",
    discussion: """
      Text on a terminal and in a pipe; with --json the trace, one event a line. Exit code 0: \
      it ended with an answer; 1: it did not; 2: wrong usage; 128 and the number of a signal: it \
      was interrupted.
      """)

  @Argument(help: "The problem. [default: read from standard input]")
  var problem: String?

  @OptionGroup(title: "Models")
  var pair: PairOptions

  @OptionGroup(title: "Reasoning")
  var reasoning: ReasoningFlags

  @OptionGroup
  var calibration: CalibrationOptions

  @OptionGroup(title: "Saved runs")
  var saving: SavingOptions

  @Flag(name: .customLong("save"), help: "Save the run, as the viewer does.")
  var isSaved = false

  @Flag(help: "Print the trace as JSON Lines.")
  var json = false

  func run() throws {
    let problem = try TextArgument.text(self.problem).trimmingCharacters(in: .newlines)
    guard !problem.allSatisfy(\.isWhitespace) else {
      throw ValidationError("There is no problem to solve: give one as the argument.")
    }
    let files = try pair.files()
    var options = try reasoning.options(hasDraft: files.draft != nil, isDemo: pair.isDemo)
    try options.requireNoPerson()
    pair.adapt(&options, to: files, unless: reasoning)
    var found = calibration.found(for: files)
    found.apply(to: &options, unless: reasoning)
    if let notice = found.notice { Failure.report("specreason: \(notice)") }
    if let advice = pair.advice(on: options) { Failure.report("specreason: \(advice)") }
    let writer =
      isSaved
      ? saving.folder.begin { Failure.report("specreason: \($0) The run is not saved.") } : nil
    defer { writer?.close() }
    let allowsOtherMode = !reasoning.gives("mode")
    let engine = try pair.engine(files, onProgress: ProgressLine.show)
    let end = try Foreground.run { [json, options, ownScores = found.ownScores] in
      let reasoner = Reasoner(
        backend: engine, options: options,
        allowsOtherMode: allowsOtherMode, calibrated: ownScores, version: SpecReason.version)
      return try await withTaskCancellationHandler {
        // A task of its own: a cancelled one would stop hearing events before the turn's end.
        try await Task.detached {
          try await Self.follow(reasoner, solving: problem, json: json, savingBy: writer)
        }.value
      } onCancel: {
        Task { await reasoner.apply(.cancel) }
      }
    }
    writer?.close()
    if writer?.failure != nil { throw ExitCode(1) }
    if end?.stop.isOwnEnd != true { throw ExitCode(1) }
  }

  /// Prints, and saves, every event of the turn; gives its end.
  private static func follow(
    _ reasoner: Reasoner, solving problem: String, json: Bool, savingBy writer: RunWriter?
  ) async throws -> TurnEnded? {
    async let turn: Void = reasoner.run(prompt: problem)
    var printer = PlainPrinter()
    for await event in reasoner.events {
      // What is printed is saved.
      writer?.save(event)
      if json {
        Printing.write(try TraceCoding.line(event) + "\n")
      } else {
        printer.show(event)
      }
      if case .turnEnded(let end) = event.kind {
        await turn
        return end
      }
    }
    return nil
  }
}
