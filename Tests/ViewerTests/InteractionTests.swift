import Reports
import Testing
import Traces

@testable import Viewer

@Suite struct InteractionTests {
  private func ready(columns: Int = 80, rows: Int = 24) -> Script {
    var script = Script(columns: columns, rows: rows)
    script.play([Run.started])
    return script
  }

  // MARK: Threshold and mode

  @Test func `the threshold moves on the screen when its event comes back`() {
    var script = ready()
    script.play(Run.turn())
    script.type("[[")
    #expect(
      script.commands == [.control(.setThreshold(6.5)), .control(.setThreshold(6))])
    #expect(script.lines[0].contains("τ 7.0 → 6.0"))
    script.play([Event(time: 20, kind: .control(.setThreshold(6.5)))])
    #expect(script.lines[0].contains("τ 6.5 → 6.0"))
    script.play([Event(time: 20, kind: .control(.setThreshold(6)))])
    #expect(script.lines[0].contains("τ 6.0"))
    #expect(!script.lines[0].contains("→"))
  }

  @Test func `steps that would have gone the other way are marked`() {
    var script = ready(columns: 120, rows: 36)
    script.play(Run.turn())
    #expect(!script.shows("would flip"))
    script.play([Event(time: 20, kind: .control(.setThreshold(9)))])
    #expect(script.shows("⇄  1┃✓ 8.7"))
    #expect(script.shows("draft-accepted, would flip"))
    #expect(script.shows("⇄ 1 would flip at τ 9.0 (est.)"))
    let flip = script.lines.firstIndex { $0.contains("draft-accepted, would flip") } ?? 0
    #expect(script.lines[flip + 1].contains("⇄ from here on counterfactual at τ 9.0"))
    script.play([Event(time: 21, kind: .control(.setThreshold(2)))])
    #expect(script.shows("⇄  3┃✗ 2.4"))
    #expect(script.shows("would flip: accepted at τ 2.0"))
  }

  @Test func `the threshold stays between 0 and 9 and says why`() {
    var script = ready()
    script.play([Event(time: 1, kind: .control(.setThreshold(9)))])
    script.type("]")
    #expect(script.commands.isEmpty)
    #expect(script.footer.contains("at its highest"))
  }

  @Test func `a share moves by 5% of the base model's own steps, and its place is told`() {
    var script = ready()
    script.play([Event(time: 1, kind: .control(.setThreshold(share: 0.8)))])
    #expect(script.lines[0].contains("τ 7.0 80%"))
    script.type("[")
    #expect(script.commands == [.control(.setThreshold(share: 0.85))])
    #expect(script.footer.contains("85% of the base model's own steps pass"))
    #expect(script.lines[0].contains("80% → 85%"))
    script.play([
      Event(time: 2, kind: .control(.setThreshold(share: 0.85))),
      Event(
        time: 2,
        kind: .thresholdAdapted(ThresholdAdapted(threshold: 5.24, reason: "85% of 40 own steps"))),
    ])
    #expect(script.lines[0].contains("τ 5.2 85%"))
    script.type("]")
    #expect(script.commands.last == .control(.setThreshold(share: 0.8)))
    script.play([Event(time: 3, kind: .control(.setThreshold(share: 0.8)))])
    for _ in 0..<4 { script.type("[") }
    #expect(script.commands.last == .control(.setThreshold(share: 1)))
    script.play([Event(time: 3, kind: .control(.setThreshold(share: 1)))])
    script.type("[")
    #expect(script.footer.contains("at its lowest"))
    script.play([Event(time: 4, kind: .control(.setThreshold(6)))])
    #expect(script.lines[0].contains("τ 6.0") && !script.lines[0].contains("%"))
  }

  @Test func `brackets are text while the composer has text`() {
    var script = ready()
    script.type("f(x)[")
    #expect(script.state.composer.text == "f(x)[")
    #expect(script.commands.isEmpty)
    script.press(.tab)
    script.type("[")
    #expect(script.commands == [.control(.setThreshold(6.5))])
  }

  @Test func `the mode goes round for the next turn`() {
    var script = ready()
    script.control("t")
    #expect(script.commands == [.control(.setMode(.reasonDecode))])
    #expect(script.lines[0].contains("reason → reason+decode"))
    script.play([Event(time: 1, kind: .control(.setMode(.reasonDecode)))])
    #expect(!script.lines[0].contains("→"))
  }

  // MARK: Sending, cancelling, quitting

  @Test func `a problem is sent once, and waits while another runs`() {
    var script = ready()
    script.type("How many?")
    script.press(.enter)
    #expect(script.commands == [.submit("How many?")])
    #expect(script.lines[0].contains("starting"))
    script.type("And now?")
    script.press(.enter)
    #expect(script.commands.count == 1)
    #expect(script.footer.contains("It waits"))
    #expect(script.state.composer.isEmpty && script.shows("… And now?"))
    script.play(Run.turn())
    #expect(script.commands.last == .submit("And now?"))
  }

  @Test func `nothing is sent before the models are there`() {
    var script = Script(engine: .loading("base"))
    script.type("x")
    script.press(.enter)
    #expect(script.commands.isEmpty && script.shows("… x"))
    script.send(.engine(.failed("base.gguf: no such file.")))
    #expect(script.shows("base.gguf: no such file."))
    script.press(.enter)
    #expect(script.commands.isEmpty)
    #expect(script.footer.contains("base.gguf: no such file."))
  }

  @Test func `Ctrl-C cancels, then quits`() {
    var script = ready()
    script.play([Event(time: 1, kind: .turnStarted(TurnStarted(turn: 1, prompt: "p")))])
    script.control("c")
    #expect(script.commands == [.control(.cancel)])
    #expect(script.footer.contains("Ctrl-C again quits"))
    script.control("c")
    #expect(script.commands == [.control(.cancel), .quit])
  }

  @Test func `Ctrl-C on an idle viewer clears the composer, then quits`() {
    var script = ready()
    script.type("text")
    script.control("c")
    #expect(script.state.composer.isEmpty)
    script.type("x")
    script.control("c")
    #expect(script.commands.isEmpty)
    script.control("c")
    #expect(script.commands == [.quit])
  }

  @Test func `Ctrl-D quits only with an empty composer`() {
    var script = ready()
    script.type("ab")
    script.press(.left)
    script.control("d")
    #expect(script.state.composer.text == "a")
    script.press(.backspace)
    script.control("d")
    #expect(script.commands == [.quit])
  }

  @Test func `errors before the first turn are shown`() {
    var script = ready()
    script.type("x")
    script.press(.enter)
    script.play([Event(time: 1, kind: .error(Notice(message: "The prompt is too long.")))])
    #expect(script.footer.contains("The prompt is too long."))
    #expect(!script.state.isRunning)
  }

  // MARK: Scrolling and selecting

  private func long(rows: Int = 24) -> Script {
    var script = ready(rows: rows)
    for turn in 1...6 { script.play(Run.turn(turn, prompt: "Problem \(turn)?")) }
    return script
  }

  @Test func `new text does not move what is read`() {
    var script = long()
    script.press(.pageUp, .pageUp)
    let before = Array(script.lines[2..<19])
    script.play(Run.turn(7))
    #expect(Array(script.lines[2..<19]) == before)
    #expect(script.shows("↓ 3 new steps · End"))
    script.press(.end)
    #expect(!script.shows("new step"))
  }

  @Test func `a resize keeps the line at the top`() {
    var script = long()
    script.press(.home)
    for _ in 0..<4 { script.press(.wheelDown) }
    let top = script.lines[2].trimmingPrefix("│").prefix(24)
    script.resize(120, 30)
    #expect(script.lines[2].contains(top))
    script.resize(80, 24)
    #expect(script.lines[2].contains(top))
  }

  @Test func `scrolling ends at both ends`() {
    var script = long()
    for _ in 0..<20 { script.press(.pageUp) }
    #expect(script.lines[2].contains("You  Problem 1?"))
    for _ in 0..<40 { script.press(.pageDown) }
    #expect(script.state.scroll.position == .following)
  }

  @Test func `steps are selected and brought into sight`() {
    var script = long()
    script.press(.tab)
    for _ in 0..<17 { script.type("k") }
    #expect(script.state.shownStep?.id == ViewerState.StepID(turn: 0, step: 1))
    #expect(script.shows("│▌   1┃✓ 8.7"))
    script.type("k")
    #expect(script.state.shownStep?.id == ViewerState.StepID(turn: 0, step: 1))
    for _ in 0..<18 { script.type("j") }
    #expect(script.state.selection.step == nil)
    #expect(script.state.scroll.position == .following)
  }

  @Test func `thinking folds to its summary`() {
    var script = ready()
    script.play(Run.turn())
    script.press(.tab)
    script.type("f")
    #expect(script.shows("▸ Thinking  3 steps"))
    #expect(!script.shows("The robe needs"))
    #expect(script.shows("■ Answer"))
    script.type("f")
    #expect(script.shows("The robe needs"))
  }

  // MARK: Composer and commands

  @Test func `the composer edits by character, word and line`() {
    var script = ready()
    script.type("one two three")
    script.control("w")
    #expect(script.state.composer.text == "one two ")
    script.send(.key(Key(.left, .control)))
    script.type("big ")
    #expect(script.state.composer.text == "one big two ")
    script.control("u")
    #expect(script.state.composer.text == "two ")
    script.press(.end)
    script.control("j")
    script.type("next")
    #expect(script.state.composer.text == "two \nnext")
    #expect(script.shows("│ > two"))
    #expect(script.shows("│   next"))
  }

  @Test func `what was sent comes back with the arrow up`() {
    var script = ready()
    for (turn, text) in ["first", "second"].enumerated() {
      script.type(text)
      script.press(.enter)
      script.play(Run.turn(turn + 1))
    }
    script.type("unsent")
    script.press(.up, .up, .up)
    #expect(script.state.composer.text == "first")
    script.press(.down, .down)
    #expect(script.state.composer.text == "unsent")
  }

  @Test func `a paste is one block and sends nothing`() {
    var script = ready()
    script.send(.paste("line 1\r\nline 2\rline 3\n"))
    #expect(script.state.composer.text == "line 1\nline 2\nline 3\n")
    #expect(script.commands.isEmpty)
    script.send(.paste(String(repeating: "漢", count: Composer.limit)))
    #expect(script.footer.contains("left out"))
    #expect(script.state.composer.text.count == Composer.limit)
  }

  @Test func `an accent typed after its letter joins it`() {
    var script = ready()
    script.type("e")
    script.press(.character("\u{301}"), .backspace)
    #expect(script.state.composer.isEmpty)
  }

  @Test func `an example goes into the composer`() {
    var script = Script(examples: ["First problem?", "Second problem?"], isDemoPair: true)
    script.type("/examples")
    script.press(.enter)
    #expect(script.shows("▶ First problem?"))
    script.press(.down, .down, .enter)
    #expect(script.state.composer.text == "Second problem?")
    script.press(.enter)
    #expect(script.commands == [.submit("Second problem?")])
  }

  @Test func `slash commands do what they say`() {
    var script = Script(themes: [Theme(name: "other", styles: [:])])
    script.play([Run.started])
    for text in ["/threshold 6.5", "/mode draft", "/theme other"] {
      script.type(text)
      script.press(.enter)
    }
    #expect(
      script.commands == [
        .control(.setThreshold(6.5)), .control(.setMode(.draft)), .screen(.keepTheme("other")),
      ])
    #expect(script.state.terminal.theme.name == "other")
    script.type("/quit")
    script.press(.enter)
    #expect(script.commands.last == .quit)
  }

  @Test(arguments: [
    ("/nonsense", "There is no command /nonsense"), ("/thresold 3", "Did you mean /threshold?"),
    ("/threshold 11", "a number from 0 to 9"), ("/threshold nan", "a number from 0 to 9"),
    ("/threshold", "a number from 0 to 9"),
    ("/mode fast", "one of base, draft, spec-decode, reason, reason+decode"),
    ("/theme none", "There is no theme none"), ("/examples", "no examples"),
  ])
  func `a slash command that cannot be run says why and stays`(text: String, answer: String) {
    var script = ready(columns: 120)
    script.type(text)
    script.press(.enter)
    #expect(script.footer.contains(answer))
    #expect(script.state.composer.text == text)
    #expect(script.commands.isEmpty)
  }

  // MARK: Lists, prompts and the palette

  @Test func `typing filters a list, and Esc leaves everything as it was`() {
    var script = Script(examples: ["A bus leaves?", "A shop sells?"])
    script.type("/examples")
    script.press(.enter)
    script.type("shop")
    #expect(script.shows("▶ A shop sells?") && !script.shows("A bus leaves?"))
    script.press(.escape)
    #expect(script.state.composer.isEmpty)
    #expect(script.state.overlay == nil)
  }

  @Test func `the palette finds an action, and asks for what it needs`() {
    var script = ready(columns: 120, rows: 36)
    script.type(":")
    script.type("set-thr")
    script.press(.enter)
    #expect(script.shows("set the acceptance threshold"))
    script.type("6.5")
    script.press(.enter)
    #expect(script.commands == [.control(.setThreshold(6.5))])
    #expect(script.state.overlay == nil)
  }

  @Test func `the palette says why an action cannot be done`() {
    var script = ready(columns: 120, rows: 36)
    script.control("p")
    script.type("next-step")
    script.press(.enter)
    #expect(script.footer.contains("There is no step yet."))
    #expect(script.state.overlay != nil)
  }

  // MARK: The action table

  @Test func `every action has a key or a command, and no key of one context means two things`() {
    for context in ActionEntry.Context.all {
      let keys = ActionTable.entries.filter { $0.context == context }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(context)")
    }
    #expect(Set(ActionTable.entries.map(\.context)) == Set(ActionEntry.Context.all))
    #expect(ActionTable.entries.allSatisfy { !$0.keys.isEmpty || $0.command != nil })
    let commands = KeyMap().commandNames
    #expect(Set(commands).count == commands.count)
  }

  @Test func `what an action does stands once in the table, or in the overlay that has its keys`() {
    let effects = ActionTable.entries.filter { $0.effect != nil }.map(\.action)
    #expect(Set(effects).count == effects.count)
    let overlays: [ActionEntry.Context] = [
      .list, .prompt, .reader, .settings, .branches, .chart, .steps,
    ]
    for action in ActionTable.actions where !effects.contains(action) {
      let contexts = ActionTable.entries.filter { $0.action == action }.map(\.context)
      #expect(contexts.allSatisfy(overlays.contains), "\(action.rawValue)")
    }
  }

  @Test func `help and docs/keys.md list every entry of the table`() {
    var script = ready(columns: 120, rows: 500)
    script.type("?")
    let help = script.lines.joined(separator: " ")
    for entry in ActionTable.entries {
      let words = entry.help.split(separator: " ").prefix(4).joined(separator: " ")
      #expect(help.contains(words))
      #expect(KeysDocument.markdown.contains("| \(entry.help) |"))
    }
    script.press(.escape)
    #expect(script.state.overlay == nil)
  }

  @Test func `help scrolls on a small screen`() {
    var script = ready(columns: 40, rows: 10)
    script.type("?")
    for _ in 0..<100 { script.press(.pageDown) }
    let end = script.lines.joined().firstMatch(of: /Help \d+–(\d+)\/(\d+)/)
    #expect(end != nil && end?.1 == end?.2)
    for _ in 0..<100 { script.press(.pageUp) }
    #expect(script.shows("τ        the acceptance"))
  }
}
