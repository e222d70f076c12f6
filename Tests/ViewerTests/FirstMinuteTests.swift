import DemoPair
import Testing
import Traces

@testable import Viewer

/// What a newcomer meets: bars, the demo, messages that wait, and the words to know.
@Suite struct FirstMinuteTests {
  @Test func `both models have a bar while they load, and Enter lets a message wait`() {
    var state = ViewerState(
      size: Size(columns: 80, rows: 24), modelFiles: ["big.gguf", "small.gguf"])
    func lines() -> [String] { render(state).lines }
    #expect(lines().contains { $0.contains("base   big.gguf") && $0.contains("0%") })
    _ = update(&state, .progress(WorkProgress(label: "loading big.gguf", share: 0.5)))
    #expect(lines().contains { $0.contains("big.gguf") && $0.contains("50%") })
    _ = update(&state, .progress(nil))
    _ = update(&state, .progress(WorkProgress(label: "loading small.gguf", share: 0.25)))
    #expect(lines().contains { $0.contains("big.gguf") && $0.contains("ready") })
    #expect(lines().contains { $0.contains("draft  small.gguf") && $0.contains("25%") })
    for key in "one" { _ = update(&state, .key(Key(.character(key)))) }
    #expect(update(&state, .key(Key(.enter))).isEmpty)
    #expect(state.composer.isEmpty)
    #expect(update(&state, .engine(.ready)) == [.submit("one")])
  }

  @Test func `messages wait in order, and ↑ takes the last one back`() {
    var script = Script()
    script.play([Run.started])
    for text in ["one", "two", "three", "four"] {
      script.type(text)
      script.press(.enter)
    }
    #expect(script.commands == [.submit("one")])
    #expect(script.shows("… two") && script.shows("… four"))
    script.press(.up)
    #expect(script.state.composer.text == "four")
    script.state.composer.clear()
    script.play(Run.turn(1, prompt: "one"))
    script.play(Run.turn(2, prompt: "two"))
    #expect(script.commands == [.submit("one"), .submit("two"), .submit("three")])
  }

  @Test(arguments: [StopReason.cancelled, .error, .budget])
  func `after a turn that did not go well, what waits is not sent by itself`(stop: StopReason) {
    var script = Script()
    script.play([Run.started])
    for text in ["one", "two"] {
      script.type(text)
      script.press(.enter)
    }
    script.play(Run.turn(1, prompt: "one", stop: stop))
    #expect(script.commands == [.submit("one")])
    #expect(script.footer.contains("1 message waits"))
    script.press(.enter)
    #expect(script.commands == [.submit("one"), .submit("two")])
  }

  @Test func `the demo shows a mistake that is caught, at a pace to be read`() throws {
    let events = try TraceFile(path: try DemoPair.locate().recording.path).events
    let turn = events.reduce(into: RunState()) { $0.apply($1) }.turns[0]
    let caught = try #require(turn.steps.first { $0.rejectedDraft != nil }?.committed)
    #expect(caught.status == .baseRegenerated)
    #expect(turn.answer?.boxed == "55")

    var script = Script(columns: 120, rows: 36, engine: .loading("the models"))
    script.press(.enter)
    #expect(script.commands == [.run(.demo)])
    script.send(.demo(events))
    var seconds = 0.0
    var said: Set<String> = []
    while script.state.isPlaying, seconds < 120 {
      script.send(.elapsed(0.1))
      seconds += 0.1
      for word in ["below τ 7.0", "at least τ 7.0"] where script.footer.contains(word) {
        said.insert(word)
      }
    }
    // Two hundred words a minute is how people read.
    #expect((20...60).contains(seconds))
    #expect(said.count == 2)
    #expect(script.footer.contains("[ and ] move τ"))
  }

  @Test func `after the demo τ moves and shows what would flip, and Esc goes back`() throws {
    let events = try TraceFile(path: try DemoPair.locate().recording.path).events
    var script = Script(columns: 120, rows: 36)
    script.type("later")
    script.press(.enter)
    script.state.requested.problem = nil
    script.state.queue = ["waits"]
    script.send(.demo(events))
    script.send(.elapsed(200))
    for _ in 0..<14 { script.type("[") }
    #expect(script.lines[0].contains("τ 7.0 → 0.0"))
    #expect(script.shows("would flip"))
    script.type("w")
    #expect(script.shows("What-if at τ 0.0"))
    script.press(.escape, .escape)
    #expect(script.state.replay == nil)
    #expect(script.commands.last == .submit("waits"))
    #expect(!script.commands.contains { if case .run(.control) = $0 { true } else { false } })
  }

  @Test(arguments: [StopReason.answer, .finished, .endOfText])
  func `a message that waits is sent when the turn came to its own end`(stop: StopReason) {
    var script = Script(columns: 100, rows: 30)
    var turn = Run.turn()
    guard case .turnEnded(var ended) = turn.removeLast().kind else {
      Issue.record("the turn has an end")
      return
    }
    script.play([Run.started] + turn)
    script.type("and then?")
    script.press(.enter)
    #expect(script.commands.isEmpty && script.footer.contains("It waits"))
    ended.stop = stop
    script.play([Event(time: 9, kind: .turnEnded(ended))])
    #expect(script.commands.last == .submit("and then?"))
    #expect(!script.footer.contains("It waits"))
  }

  @Test func `the help begins with what τ, score and speedup are`() {
    var script = Script(columns: 100, rows: 30)
    script.type("?")
    let words = ["τ  ", "score  ", "speedup  "].compactMap { word in
      script.lines.firstIndex { $0.contains("│ " + word) }
    }
    #expect(words.count == 3 && words == words.sorted() && (words.last ?? 99) < 10)
  }

  @Test func `a recording that has not begun does not ask for a problem`() {
    var state = ViewerState(size: Size(columns: 80, rows: 24))
    state.replay([Run.started] + Run.turn(), isPaused: true)
    let text = render(state).lines.joined()
    #expect(text.contains("A recorded run.") && !text.contains("write a problem"))
  }

  @Test func `a turn that begins paused says how it goes on`() {
    var script = Script()
    script.play([Run.started])
    script.press(.tab)
    script.type("p")
    #expect(script.footer.contains("p it goes on"))
    script.play([Event(time: 1, kind: .control(.pause))])
    script.press(.tab)
    script.type("How many?")
    script.press(.enter)
    #expect(script.footer.contains("begins paused"))
  }
}
