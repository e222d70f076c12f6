import Foundation
import TestSupport
import Testing
import Traces

@testable import Viewer

/// Long texts of real models: colours to read by, lines of prose, code, lists, and what folds.
@Suite struct CalmReadingTests {
  static let loader = ThemeLoader(folders: [Program.packageRoot.appending(path: "themes").path])

  @Test(arguments: ThemeTests.bundled)
  func `the text of a step has the hue of its state and a contrast of 7 to 1`(name: String) throws {
    let theme = try Self.loader.load(name)
    for (state, body) in Scope.bodies {
      #expect(theme.defines(body))
      guard let ground = theme.background, case .rgb = ground else { continue }
      let color = try #require(theme[body].foreground)
      #expect(color.contrast(with: ground) >= 7, "\(name), \(body.rawValue)")
      #expect(theme[body].attributes.isEmpty)
      #expect(theme[state] != theme[body] || theme[state].foreground == theme[.text].foreground)
    }
  }

  @Test func `a theme of one's own may say how the texts of steps look`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "own.toml", Array("inherits = \"dark\"\n[scopes]\n\"step.base.text\" = \"#ffffff\"".utf8))
    let theme = try withExtendedLifetime(folder) { try Self.loader.load(file) }
    #expect(theme[.stepBaseText].foreground == .rgb(red: 255, green: 255, blue: 255))
  }

  @Test(arguments: ["light", "colorblind-light", "solarized-light", "high-contrast-light"])
  func `light themes paint their ground`(name: String) throws {
    let theme = try Self.loader.load(name)
    #expect(theme[.text].background == theme.background)
    #expect(theme.background?.isLight == true)
  }

  @Test func `the theme follows the terminal's background until one is chosen`() throws {
    let themes = try ["dark", "light", "nord"].map { try Self.loader.load($0) }
    var state = ViewerState(theme: themes[0], themes: themes, followsBackground: true)
    _ = update(&state, .background(.rgb(red: 250, green: 245, blue: 230)))
    #expect(state.terminal.theme.name == "light")
    var chosen = ViewerState(theme: themes[2], themes: themes)
    _ = update(&chosen, .background(.rgb(red: 250, green: 245, blue: 230)))
    #expect(chosen.terminal.theme.name == "nord")
  }

  private static let words = String(repeating: "Prose goes on and on. ", count: 40)

  @Test func `prose is at most 100 columns wide, and on wide screens the panes grow`() {
    var script = Script(columns: 200, rows: 60)
    script.play([Run.started] + Run.turn(steps: [.init(text: Self.words, score: 9)]))
    let rows = script.lines.filter { $0.contains("Prose goes") }
    let texts = rows.compactMap { $0.firstMatch(of: /(Prose|goes|on|and)[a-zP. ]*?(?=  |│)/) }
    #expect(texts.count > 5)
    #expect(texts.allSatisfy { $0.0.count <= 100 })
    #expect(script.state.screen.sidePane.map { $0.columns > 60 } ?? false)
  }

  @Test(arguments: 60...140)
  func `the state of a step is told however full its last line is`(columns: Int) {
    var script = Script(columns: columns, rows: 40)
    for length in [40, 90] {
      let text = String(repeating: "x", count: length) + " " + String(repeating: "y", count: 30)
      script.play([Run.started] + Run.turn(steps: [.init(text: text, score: 9)]))
      #expect(script.shows("draft-accepted"))
    }
    for row in script.lines.dropFirst() { #expect(DisplayText(row).width <= columns) }
  }

  @Test func `every line of a step has its bar in the colour of its state`() {
    var script = Script(columns: 80, rows: 24)
    script.play([Run.started] + Run.turn(steps: [.init(text: Self.words, score: 9)]))
    script.press(.tab, .home)
    let canvas = render(script.state)
    let rows = canvas.lines.indices.filter { canvas.lines[$0].contains("Prose") }
    #expect(rows.count > 5)
    for row in rows {
      let bar = Array(canvas.row(row))[6]
      #expect(bar.text == "┃" && bar.style == script.state.terminal.theme[.stepAccepted])
    }
  }

  @Test func `a score is rounded down, so that it never seems to reach a threshold it misses`() {
    #expect(Format.score(8.97) == "8.9" && Format.score(9) == "9.0" && Format.score(8.7) == "8.7")
    for tenth in 0...90 {
      let value = Double(tenth) / 10
      #expect(Format.score(value) == Format.fixed(value, 1))
    }
  }

  @Test func `after a branch the steps and the accepted ones are of that branch`() {
    var script = Script(columns: 120, rows: 36)
    let steps = (1...4).map { Run.Step(text: "Step \($0).", score: 9) }
    script.play([Run.started] + Run.turn(steps: steps))
    let branch = BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 1)
    script.play([Event(time: 20, kind: .branchStarted(branch))])
    script.play(Run.step(2, .init(text: "Another.", score: 9), at: 21))
    #expect(script.shows("2 steps · 2 accepted"))
  }

  /// A turn that a model without tags finished: its last step stands as the answer.
  private static let finished: [Event] = Run.turn(stop: .finished).compactMap { event -> Event? in
    var event = event
    if case .token(let token) = event.kind, token.step == nil { return nil }
    if case .answer(var answer) = event.kind {
      answer.text = "Together that makes 2 + 1 = 3 bolts."
      answer.tokens = 0
      event.kind = .answer(answer)
    }
    return event
  }

  @Test func `a last step that stands as the answer is told once, folded or not`() {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started] + Self.finished)
    func tellings() -> Int { script.lines.count { $0.contains("2 + 1 = 3") && $0.contains("┃") } }
    #expect(tellings() == 1 && !script.shows("■ Answer"))
    #expect(script.shows("⇒ 3"))
    script.press(.tab)
    script.type("f")
    #expect(tellings() == 1)
  }

  @Test func `the content of a box reads as a formula`() {
    var script = Script(columns: 120, rows: 36)
    let boxed = #"x = 2 \text{ and } x = \frac{3}{4}"#
    script.play([Run.started] + Run.turn(boxed: boxed))
    let line = script.lines.first { $0.contains("⇒") } ?? ""
    #expect(line.contains("⇒ x = 2 and x = ³⁄₄"), "\(line)")
  }

  @Test func `nor do lines, branches and comparisons tell it twice`() {
    var teller = LinearTeller()
    let lines = ([Run.started] + Self.finished).flatMap { teller.lines(for: $0) }
    #expect(lines.count { $0.contains("2 + 1 = 3") } == 1)
    #expect(lines.contains("answer: step 3") && lines.contains("result: 3"))
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started] + Self.finished)
    script.send(.loaded(script.state.run))
    #expect(script.shows("the same to the end") && !script.shows("■ Answer"))
    script.press(.escape)
    script.play([
      Event(time: 20, kind: .branchStarted(BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 1)))
    ])
    script.press(.tab)
    script.type("T")
    script.press(.up)
    script.type("c")
    #expect(script.shows("Branch 0 and branch 1") && !script.shows("■ Answer"))
  }

  @Test func `a step that the end cut off is unfinished, not being written`() {
    var script = Script(columns: 120, rows: 36)
    var events = Run.turn(steps: [.init(text: "A draft", score: 1, rewrite: "half", cut: true)])
    events.removeAll { if case .stepCommitted = $0.kind { true } else { false } }
    script.play([Run.started] + events)
    #expect(script.shows("unfinished") && !script.shows("regenerating"))
  }

  @Test func `what is below is told on the border, and hides no text`() {
    var script = Script(columns: 80, rows: 24)
    script.play([Run.started] + Run.turn(steps: [.init(text: Self.words, score: 9)]))
    script.press(.tab, .home)
    let place = script.lines.firstIndex { $0.contains("more · End") }
    #expect(place == script.state.screen.stripRow)
  }

  @Test func `a step that is opened keeps its head in sight`() {
    var script = Script(columns: 80, rows: 14)
    let long = Run.Step(text: Self.words, score: 1, rewrite: Self.words + "Indeed.")
    script.play([Run.started] + Run.turn(steps: [long]))
    script.press(.tab, .up, .enter)
    #expect(script.shows("1┃✗ 1.0"))
  }

  @Test func `folding never hides a reply that stands in the steps alone`() {
    var script = Script(columns: 80, rows: 24)
    var events = Run.turn(steps: [
      .init(text: "Thinking aloud.", score: 9), .init(text: "So it is 3.", score: 9),
    ])
    events.removeAll { event in
      switch event.kind {
      case .answer: true
      case .token(let token): token.step == nil
      default: false
      }
    }
    script.play([Run.started] + events)
    script.press(.tab)
    script.type("f")
    #expect(!script.shows("Thinking aloud.") && script.shows("So it is 3."))
  }

  @Test func `a word diff keeps the lines of code`() {
    let diff = WordDiff(from: "def f():\n    return 1", to: "def f():\n    return 2")
    #expect(diff.new.addedPieces.map(\.text).joined() == "def f():\n    return {+2+}")
  }

  @Test func `broken code goes on behind its bar, a list's item below its text`() {
    func lines(_ text: String) -> [String] {
      TextLayout.lines(text: ReadableText.pieces(text, .text).map(\.span), width: 24).map {
        $0.spans.map(\.text.string).joined()
      }
    }
    #expect(
      lines("```\na = [one, two, three, four, five]\nb\n```")
        == ["▏ a = [one, two, three,", "▏ four, five]", "▏ b"])
    #expect(lines("- one two three four five six") == ["• one two three four", "  five six"])
    #expect(lines("12. one two three four five") == ["12. one two three four", "    five"])
  }
}
