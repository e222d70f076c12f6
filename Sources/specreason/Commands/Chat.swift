import ArgumentParser
import Backends
import DemoPair
import Foundation
import Reasoning
import Terminal
import Traces
import Viewer

/// `specreason chat`, the default: the viewer.
struct Chat: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the viewer (the default command).")

  @OptionGroup(title: "Models")
  var pair: PairOptions

  @OptionGroup(title: "Reasoning")
  var reasoning: ReasoningFlags

  @OptionGroup
  var calibration: CalibrationOptions

  @OptionGroup(title: "Screen")
  var screen: ScreenOptions

  @OptionGroup(title: "Saved runs")
  var saving: SavingOptions

  @Option(help: "Go on with a saved run: its name, the end of its name, or latest.")
  var resume: String?

  @Flag(name: .customLong("no-save"), help: "Do not save the run.")
  var isNotSaved = false

  @Flag(inversion: .prefixedNo, help: "Take the mouse: wheel, clicks, drags.")
  var mouse = true

  func run() throws {
    let inbox = try Inbox()
    let folder = saving.folder
    folder.emptyTrash()
    let (show, warn) = (LiveRun.showing(on: inbox), LiveRun.warning(to: inbox))
    let resumed = try resume.map {
      try folder.reopen(try folder.id(of: $0), onSaved: show, onFailure: warn)
    }
    let earlier = resumed?.trace.run ?? RunState()
    let pair =
      try earlier.started.map {
        try self.pair.recorded(in: $0, resume ?? "", setByFile: self.reasoning.setByFile)
      } ?? pair
    let files = try pair.files()
    // A run that goes on keeps its options before those of the configuration file.
    let reasoning = earlier.started == nil ? reasoning : reasoning.typed
    var options = try reasoning.options(
      over: earlier.started == nil ? nil : earlier.options, hasDraft: files.draft != nil,
      isDemo: pair.isDemo)
    var found = calibration.found(for: files)
    if earlier.started == nil {
      pair.adapt(&options, to: files, unless: reasoning)
      found.apply(to: &options, unless: reasoning)
    }
    let themes = try screen.themes()
    let keys = Keys.load()
    for problem in keys.problems { Failure.report("specreason: \(problem)") }
    var state = ViewerState(
      theme: themes.first, themes: themes.all,
      examples: pair.isDemo ? try DemoPair.problems().map(\.problem) : [], isDemoPair: pair.isDemo,
      keys: keys.map, access: screen.access, history: PromptHistory.load(), takesMouse: mouse,
      notice: try resumed?.trace.warning ?? resumed.map { _ in LiveRun.resumed }
        ?? pair.advice(on: options) ?? Configuration().problems.first.map {
          "config.toml: \($0)"
        }
        ?? keys.problems.first.map { "keys.toml: \($0.sentence)" } ?? found.notice,
      modelFiles: files.shortNames, followsBackground: !themes.isChosen)
    if resumed != nil { state.goOn(with: earlier) }
    // Files that cannot be used are told on the shell, before the screen is taken; they load while
    // it is there already.
    try LocalEngine.check(files)
    let engine = try pair.engine(files, onProgress: LiveRun.progress(to: inbox))
    let live = LiveRun(
      pair: pair, engine: engine, options: options, calibration: calibration,
      ownScores: found.ownScores, allowsOtherMode: !reasoning.gives("mode"),
      folder: folder, isSaving: !isNotSaved,
      writer: isNotSaved ? nil : resumed?.writer ?? folder.begin(onSaved: show, onFailure: warn),
      earlier: earlier, inbox: inbox)
    let (commands, queue) = AsyncStream.makeStream(of: RunCommand.self)
    Task.detached { await live.serve(commands) }
    let serve = { (command: RunCommand) in
      // The demo needs no models, and those may still be loading.
      if command == .demo {
        FileQueue.run { inbox.post(Self.demo()) }
      } else {
        queue.yield(command)
      }
    }
    let end =
      screen.isLinear
      ? try runLinearViewer(initial: state, inbox: inbox, serve: serve)
      : try runViewer(initial: state, inbox: inbox, serve: serve)
    Self.wait { await live.finish() }
    if case .unwritable(let reason) = end { Output.reportUnwritable(reason) }
    if end != .quit { throw ExitCode(end.exitCode) }
  }

  /// The demo's recording, or why there is none.
  private static func demo() -> Message {
    do {
      return .demo(try TraceFile(path: try DemoPair.locate().recording.path).events)
    } catch {
      return .told("The demo cannot be played: \(Failure.sentence(about: error))", isWarning: true)
    }
  }

  /// Models that are still being loaded are not waited for: what was written is saved already.
  private static func wait(for ending: @escaping @Sendable () async -> Void) {
    let ended = DispatchSemaphore(value: 0)
    Task.detached {
      await ending()
      ended.signal()
    }
    _ = ended.wait(timeout: .now() + 2)
  }
}
