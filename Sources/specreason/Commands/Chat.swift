import ArgumentParser
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

  @OptionGroup(title: "Screen")
  var screen: ScreenOptions

  @Flag(inversion: .prefixedNo, help: "Take the mouse: wheel, clicks, drags.")
  var mouse = true

  func run() throws {
    let files = try pair.files()
    let options = try reasoning.options(hasDraft: files.draft != nil, isDemo: pair.isDemo)
    let themes = try screen.themes()
    let keys = try Keys.load()
    for problem in keys.problems { Failure.report("specreason: \(problem)") }
    let state = ViewerState(
      theme: themes.first, themes: themes.all,
      examples: pair.isDemo ? try DemoPair.problems().map(\.problem) : [], isDemoPair: pair.isDemo,
      keys: keys.map, access: screen.access, history: PromptHistory.load(), takesMouse: mouse,
      notice: try Configuration().unknownKeys.first.map { "config.toml: \($0)" }
        ?? keys.problems.first.map { "keys.toml: \($0.sentence)" })
    let engine = pair.engine(files)
    // Files that cannot be used are told on the shell, before the screen is taken.
    try Foreground.run { try await engine.open() }
    let inbox = try Inbox()
    let reasoner = Reasoner(backend: engine, options: options, version: SpecReason.version)
    let (commands, queue) = AsyncStream.makeStream(of: Viewer.Command.self)
    Task.detached {
      for await event in reasoner.events { inbox.post(.event(event)) }
    }
    Task.detached {
      await Self.serve(commands, by: reasoner, tell: inbox)
    }
    let end =
      screen.isLinear
      ? try runLinearViewer(initial: state, inbox: inbox) { queue.yield($0) }
      : try runViewer(initial: state, inbox: inbox) { queue.yield($0) }
    if end != .quit { throw ExitCode(end.exitCode) }
  }

  /// Starts the models, then does what the viewer asks, in order.
  private static func serve(
    _ commands: AsyncStream<Viewer.Command>, by reasoner: Reasoner, tell inbox: Inbox
  ) async {
    do {
      try await reasoner.start()
      inbox.post(.engine(.ready))
    } catch {
      inbox.post(.engine(.failed("\(error)")))
      return
    }
    for await command in commands {
      switch command {
      case .submit(let problem):
        PromptHistory.add(problem)
        // A turn runs beside the controls that steer it.
        Task { await reasoner.run(prompt: problem) }
      case .control(let control):
        await reasoner.apply(control)
      case .load(let path):
        inbox.post(Self.recorded(at: path))
      case .race:
        Task {
          await reasoner.race { inbox.post(.race($0)) }
          inbox.post(.race(nil))
        }
      case .quit, .suspend, .redraw, .mouse, .edit, .copy:
        break
      }
    }
  }

  /// The run in the file at `path`, or why there is none.
  private static func recorded(at path: String) -> Message {
    do {
      return .loaded(try TraceArgument.run(path))
    } catch {
      return .told("\(path) cannot be compared with: \(error)", isWarning: true)
    }
  }
}
