import TestSupport
import Testing
import Traces

@testable import Viewer

/// Messages that wait are sent when that was meant, and to the run that was meant.
struct WaitingMessagesTests {
  /// A run whose turn ended by `stop`, with a message that waits.
  private func script(after stop: StopReason) -> Script {
    var script = Script(columns: 100, rows: 30)
    script.play([Run.started] + Run.turn(stop: stop))
    script.state.queue = ["and then?"]
    return script
  }

  @Test func `after a turn that was cancelled nothing but Enter sends them`() {
    var script = script(after: .cancelled)
    script.send(.engine(.ready))
    script.send(.race(nil))
    #expect(script.commands.isEmpty)
    script.press(.enter)
    #expect(script.commands == [.submit("and then?")])
  }

  @Test func `another run does not get them, and they are not lost`() {
    var script = script(after: .cancelled)
    script.type("draft")
    let other = (Run.turn() + []).reduce(into: RunState()) { $0.apply($1) }
    script.send(.opened(other))
    script.send(.engine(.ready))
    #expect(script.commands.isEmpty && script.state.queue.isEmpty)
    #expect(script.state.composer.text == "and then?\n\ndraft")
  }

  @Test func `Enter that can send nothing yet says so`() {
    var script = Script(columns: 100, rows: 30, engine: .loading("the models"))
    script.state.queue = ["first"]
    script.press(.enter)
    #expect(script.commands.isEmpty && script.footer.contains("It waits"))
    #expect(!script.shows("plays a demo"))
  }

  @Test func `what a run begins with is not known, and not moved, before it began`() {
    var script = Script(columns: 100, rows: 30, engine: .loading("the models"))
    script.press(.tab)
    script.type("[")
    #expect(script.commands.isEmpty && script.footer.contains("still loading"))
    #expect(!script.lines[0].contains("τ"))
  }

  @Test func `Enter on a slash alone runs no command`() {
    var script = Script(columns: 100, rows: 30)
    script.play([Run.started] + Run.turn())
    script.type("/")
    script.press(.enter)
    #expect(script.commands.isEmpty && script.state.overlay == nil)
    #expect(script.footer.contains("Write on"))
  }

  @Test func `a threshold that is tried out in a replay stays when it goes back`() {
    var state = ViewerState(size: Size(columns: 100, rows: 30))
    state.replay([Run.started] + Run.turn(), speed: .infinity)
    var script = Script(columns: 100, rows: 30)
    script.state = state
    script.send(.elapsed(1))
    script.type("[[")
    script.press(.left)
    #expect(script.lines[0].contains("→ 6.0"))
  }
}
