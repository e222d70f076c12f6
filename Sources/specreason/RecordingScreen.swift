import ArgumentParser
import Terminal
import Traces
import Viewer

/// The viewer on recordings: what a command that shows them sets up, and what it can do without models.
struct RecordingScreen {
  /// Where other threads leave messages for the viewer.
  let inbox: Inbox
  /// What the viewer begins with.
  var state: ViewerState
  private let folder: RunFolder

  /// A viewer as `screen` wants it.
  ///
  /// - Parameters:
  ///   - folder: Where the names of saved runs are looked up.
  ///   - notice: A word to the person to begin with.
  init(_ screen: ScreenOptions, _ folder: RunFolder, notice: String? = nil) throws {
    let themes = try screen.themes()
    self.folder = folder
    inbox = try Inbox()
    state = ViewerState(
      theme: themes.first, themes: themes.all, keys: Keys.load().map, access: screen.access,
      notice: notice, followsBackground: !themes.isChosen)
  }

  /// Shows the screen until the person quits.
  func show() throws {
    let end = try runViewer(initial: state, inbox: inbox, serve: serve)
    if end != .quit { throw ExitCode(end.exitCode) }
  }

  /// Prints `events` as lines, and answers lines, until the input ends.
  func showLines(of events: [Event]) throws {
    for event in events { inbox.post(.event(event)) }
    inbox.post(.engine(.failed("The recording is over: there are no models that could go on.")))
    let end = try runLinearViewer(initial: state, inbox: inbox, serve: serve)
    if case .unwritable(let reason) = end { Output.reportUnwritable(reason) }
    // That there are no models is no failure here.
    if end != .quit, end != .failed { throw ExitCode(end.exitCode) }
  }

  /// Does what a recording can do: it can be compared with another, and nothing more.
  private func serve(_ command: RunCommand) {
    switch command {
    case .load(let path):
      FileQueue.run { [inbox, folder] in inbox.post(LiveRun.recorded(at: path, folder)) }
    case .runs:
      inbox.post(.told("Saved runs are listed by `specreason runs`.", isWarning: true))
    case .submit, .control, .models, .changeModel, .race, .demo:
      inbox.post(
        .told("A recording is shown: there are no models that could do that.", isWarning: true))
    }
  }
}
