import TestSupport
import Testing
import Traces

@testable import Viewer

/// The person's hand in a run: keys become controls, and the screen changes when their events come.
@Suite struct SteeringKeysTests {
  private func played() -> Script {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started] + Run.turn())
    script.press(.tab)
    return script
  }

  @Test func `keys become controls for the shown step`() {
    var script = played()
    script.type("a")
    script.type("k")
    script.type("rbe")
    #expect(
      script.commands == [
        .control(.steer(.override(step: 3, verdict: .accepted))),
        .control(.steer(.override(step: 2, verdict: .rejected))),
        .control(.steer(.branch(after: 2))),
        .edit("White fiber is half of 2, so 1 bolt.", .step(2)),
      ])
  }

  @Test func `an edited step is sent when its text changed`() {
    var script = played()
    script.send(.edited(.step(2), .text("White fiber is half of 2, so 1 bolt.\n")))
    #expect(script.commands.isEmpty)
    script.send(.edited(.step(2), .text("White fiber: 1 bolt.\n")))
    #expect(script.commands == [.control(.steer(.edit(step: 2, text: "White fiber: 1 bolt.")))])
    script.send(.edited(.composer, .text("two\nlines\n")))
    #expect(script.state.composer.text == "two\nlines")
    script.send(.edited(.composer, .failure("The editor ended with 1; nothing was changed.")))
    #expect(script.footer.contains("The editor ended with 1"))
  }

  @Test func `a note is asked for, or given with its command`() {
    var script = played()
    script.type("+")
    #expect(script.shows("Note after step 3"))
    script.type("mind the units")
    script.press(.enter)
    #expect(script.commands == [.control(.steer(.note(after: 3, text: "mind the units")))])
    script.press(.tab, .tab)
    script.type("/note twice is two")
    script.press(.enter)
    #expect(script.commands.last == .control(.steer(.note(after: 3, text: "twice is two"))))
  }

  @Test func `a longer note, and the system prompt, are written in the editor`() {
    var script = played()
    script.send(.key(Key(.character("+"), .alt)))
    #expect(script.commands.last == .edit("", .note(after: 3)))
    script.send(.edited(.note(after: 3), .text("two\nlines\n")))
    #expect(script.commands.last == .control(.steer(.note(after: 3, text: "two\nlines"))))
    let count = script.commands.count
    script.send(.edited(.note(after: 3), .text(" \n")))
    #expect(script.commands.count == count)
    script.press(.tab, .tab)
    script.type("/system Be brief.")
    script.press(.enter)
    #expect(script.commands.last == .control(.set(.of("system", "Be brief."))))
    script.play([Event(time: 30, kind: .control(.set(.of("system", "Be brief."))))])
    script.type("/system")
    script.press(.enter)
    #expect(script.commands.last == .edit("Be brief.", .systemPrompt))
    script.send(.edited(.systemPrompt, .text("\n")))
    #expect(script.commands.last == .control(.set(.of("system", "off"))))
  }

  @Test func `a pause shows, and only a paused turn goes on step by step`() {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started, Event(time: 1, kind: .turnStarted(.init(turn: 1, prompt: "p")))])
    script.press(.tab)
    script.type(".")
    #expect(script.commands.isEmpty)
    #expect(script.footer.contains("p pauses"))
    script.type("p")
    #expect(script.commands == [.control(.pause)])
    #expect(!script.lines[0].contains("paused"))
    script.play([Event(time: 2, kind: .control(.pause))])
    #expect(script.lines[0].contains("paused"))
    script.type(".p")
    #expect(script.commands.suffix(2) == [.control(.singleStep), .control(.resume)])
  }

  @Test func `what cannot be steered is said`() {
    var script = played()
    script.play(Run.turn(2))
    script.type("kkkk")
    script.type("a")
    #expect(script.footer.contains("Only steps of the last turn"))
    script.type("A")
    #expect(script.footer.contains("No turn is running."))
    script.type("T")
    #expect(script.footer.contains("no branches"))
    #expect(script.commands.isEmpty)
  }

  @Test func `a left branch is listed and compared with the one that went on`() {
    var script = played()
    script.play([
      Event(
        time: 20, kind: .branchStarted(BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 2)))
    ])
    script.play(Run.step(3, .init(text: "All in all 2 + 1 = 3 bolts.", score: 9), at: 21))
    script.type("T")
    script.press(.up)
    script.type("c")
    #expect(script.shows("Branch 0 and branch 1"))
    #expect(script.shows("[-Together that makes-] 2 + 1 = 3 bolts."))
    #expect(script.shows("{+All in all+} 2 + 1 = 3 bolts."))
    script.press(.escape)
    #expect(script.state.overlay == nil)
  }

  // MARK: The race

  private func racing() -> Script {
    var script = played()
    script.type("B")
    #expect(script.commands == [.race])
    script.send(.race(Run.started))
    script.send(.race(Event(time: 1, kind: .turnStarted(.init(turn: 1, prompt: "p")))))
    return script
  }

  @Test func `a race replays the pair's turn by the base model's clock`() {
    var script = racing()
    #expect(script.lines[0].contains("racing"))
    let step = StepCommitted(
      step: 1, by: .base, status: .baseWritten, text: "Blue: 2.", tokens: 4, seconds: 0.7,
      cut: false)
    script.send(.race(Event(time: 1.7, kind: .stepCommitted(step))))
    #expect(script.shows("Race at 0.70 s"))
    #expect(script.shows("Blue:"))
    #expect(script.shows("The robe needs"))
    // The pair's second step was kept after a second.
    #expect(!script.lines.contains { $0.dropFirst(4).hasPrefix(" 2 ✓") && $0.contains("White") })
    script.type("x")
    script.press(.escape)
    script.press(.tab, .tab)
    script.type("Next?")
    script.press(.enter)
    #expect(script.footer.contains("It waits"))
    #expect(script.commands == [.race])
  }

  @Test func `its end is the measured speedup`() {
    var script = racing()
    let ended = TurnEnded(
      turn: 1, stop: .answer, seconds: 9, tokens: TokenCounts(), accepted: 0, rejected: 0,
      estimatedSpeedup: nil)
    script.send(.race(Event(time: 10, kind: .turnEnded(ended))))
    script.send(.race(nil))
    script.play([
      Event(
        time: 30,
        kind: .raceEnded(
          RaceEnded(
            turn: 1, reasoning: "", answer: "3", boxed: "3", stop: .answer, tokens: 40, seconds: 9,
            speedup: 2.25)))
    ])
    #expect(script.shows("Race: 2.25× (measured)"))
    script.press(.escape)
    #expect(script.shows("2.25× (measured)"))
    #expect(script.shows("2.25× measured"))
    #expect(!script.state.isRacing)
  }

  @Test func `a race that cannot begin leaves nothing behind`() {
    var script = played()
    script.type("B")
    script.send(.race(nil))
    #expect(!script.state.isRacing && script.state.opponents.race == nil)
  }
}
