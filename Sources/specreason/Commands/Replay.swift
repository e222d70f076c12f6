import ArgumentParser
import Foundation
import Traces
import Viewer

/// `specreason replay`: the viewer on a recorded run.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch a recorded run, without a model.",
    discussion: """
      Space pauses, ← and → go by steps, with Shift by turns, - and + change the speed. The run is a \
      file made by `run --json`, or the name of a saved run (`specreason runs`), or latest. With \
      --follow it may still be written by another process, and latest goes on to each newer run; in \
      a pipe the run is printed as text.
      """)

  @Argument(help: "A trace as JSON Lines, or a saved run's name.")
  var recording: String

  @Option(help: "Seconds of the run in one second, such as 2, or max for all at once.")
  var speed = PlaySpeed(1)

  @Flag(help: "Begin paused.")
  var paused = false

  @Flag(help: "Watch a run while another process writes it.")
  var follow = false

  @OptionGroup(title: "Saved runs")
  var saving: SavingOptions

  @OptionGroup(title: "Screen")
  var screen: ScreenOptions

  func run() throws {
    if follow { return try watch() }
    let trace = try TraceArgument.file(recording, in: saving.folder)
    guard !trace.events.isEmpty else {
      if let damage = trace.damage { throw damage }
      throw ValidationError("There is nothing to replay in \(recording).")
    }
    var shown = try RecordingScreen(screen, saving.folder, notice: trace.warning)
    if screen.isLinear { return try shown.showLines(of: trace.events) }
    shown.state.replay(trace.events, speed: speed.value, isPaused: paused)
    try shown.show()
  }

  private func watch() throws {
    let watch = try RunWatch(recording, in: saving.folder)
    guard Printing.isTerminal, !screen.isLinear else {
      return try print(watch, inLines: screen.isLinear)
    }
    try show(watch)
  }
}

/// How fast a recording is played.
struct PlaySpeed: ExpressibleByArgument, CustomStringConvertible {
  let value: Double

  init(_ value: Double) {
    self.value = value
  }

  init?(argument: String) {
    guard argument != "max" else {
      value = .infinity
      return
    }
    guard let value = Double(argument), (0.01...1_000).contains(value) else { return nil }
    self.value = value
  }

  var description: String { value.isFinite ? value.formatted() : "max" }
}
