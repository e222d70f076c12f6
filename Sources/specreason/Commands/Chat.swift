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

  @Option(help: "Theme: dark, light, colorblind, or the path of a TOML file.")
  var theme = "dark"

  @Flag(inversion: .prefixedNo, help: "Take the mouse: wheel, clicks, drags.")
  var mouse = true

  func run() throws {
    let files = try pair.files()
    let options = try reasoning.options(hasDraft: files.draft != nil, isDemo: pair.isDemo)
    let loader = ThemeLoader.standard()
    let state = ViewerState(
      theme: try loader.load(theme), themes: loader.names.compactMap { try? loader.load($0) },
      examples: pair.isDemo ? try DemoPair.problems().map(\.problem) : [], isDemoPair: pair.isDemo,
      history: PromptHistory.load(), takesMouse: mouse)
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
    let end = try runViewer(initial: state, inbox: inbox) { queue.yield($0) }
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
}
