import Testing
import Traces

@testable import Viewer

/// Finding, opening, filtering and copying steps.
@Suite struct ReadingTests {
  private func played(columns: Int = 120, rows: Int = 36, turns: Int = 1) -> Script {
    var script = Script(columns: columns, rows: rows)
    script.play([Run.started])
    for turn in 1...turns { script.play(Run.turn(turn, prompt: "Problem \(turn)?")) }
    script.press(.tab)
    return script
  }

  private let long = Run.Step(
    text: "It is a long draft " + String(repeating: "of many words ", count: 20) + "after all.",
    score: 1, rewrite: "It is short after all.")

  @Test func `a rejected draft takes one line until its step is opened`() {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started] + Run.turn(steps: [long]))
    let folded = script.lines.filter { $0.contains("of many words") }
    #expect(folded.count { $0.prefix(82).contains("of many words") } == 1)
    script.press(.tab, .enter)
    let open = script.lines.filter { $0.prefix(82).contains("of many words") }
    #expect(open.count > 3)
    #expect(script.lines.contains { $0.prefix(82).contains("{+short+} after all.") })
    script.press(.enter)
    #expect(script.lines.filter { $0.prefix(82).contains("of many words") }.count == 1)
  }

  @Test func `jumps go to rejected steps, and say when there is none`() {
    var script = played(turns: 3)
    script.press(.home)
    script.type("{")
    #expect(script.state.shownStep?.id == .init(turn: 1, step: 3))
    script.type("{")
    #expect(script.state.shownStep?.id == .init(turn: 0, step: 3))
    script.type("{")
    #expect(script.footer.contains("no earlier rejected step"))
    script.type("}}")
    #expect(script.state.shownStep?.id == .init(turn: 2, step: 3))
    script.type("}")
    #expect(script.footer.contains("no later rejected step"))
  }

  @Test func `steps are visited by score, the lowest first`() {
    var script = played()
    var visited: [Int?] = []
    for _ in 0..<4 {
      script.type("s")
      visited.append(script.state.selection.step?.step)
    }
    #expect(visited == [3, 1, 2, 3])
  }

  @Test func `a score within half a step of the threshold is near`() {
    var script = Script(columns: 120, rows: 36)
    script.play(
      [Run.started]
        + Run.turn(steps: [
          .init(text: "far", score: 9), .init(text: "near", score: 7.2), .init(text: "x", score: 8),
        ]))
    script.press(.tab)
    script.type("(")
    #expect(script.state.selection.step?.step == 2)
    #expect(script.shows("near the threshold"))
  }

  @Test func `search goes from match to match and round again`() {
    var script = played(turns: 2)
    script.press(.home)
    script.type("/")
    script.type("fiber")
    script.press(.enter)
    #expect(script.footer.contains("Match 1 of 4 for \"fiber\""))
    script.type("n")
    #expect(script.footer.contains("Match 2 of 4"))
    script.type("NN")
    #expect(script.footer.contains("Match 4 of 4"))
    script.type("/")
    script.type("no such words")
    script.press(.enter)
    #expect(script.footer.contains("does not occur"))
  }

  @Test func `matches have a look of their own, and capitals count where there are any`() {
    var script = played()
    script.type("/")
    script.type("BOLT")
    script.press(.enter)
    #expect(script.footer.contains("does not occur"))
    script.type("/")
    script.type("bolts of blue")
    script.press(.enter)
    let canvas = render(script.state)
    let row = canvas.lines.firstIndex { $0.contains("bolts of blue") } ?? 0
    let marked = canvas.row(row).filter { $0.style.attributes.contains(.reverse) }
    #expect(marked.map(\.text).joined() == "bolts of blue")
  }

  @Test func `a filter shows only its steps and says so`() {
    var script = played()
    script.press(.tab, .tab)
    script.type("/filter rejected")
    script.press(.enter)
    #expect(script.shows("only draft-rejected steps"))
    #expect(!script.shows("White fiber"))
    #expect(script.shows("3┃✗ 2.4"))
    script.type("/filter score<9")
    script.press(.enter)
    #expect(script.shows("1┃✓ 8.7") && !script.shows("White fiber"))
    script.type("/filter off")
    script.press(.enter)
    #expect(script.shows("White fiber"))
    script.type("/filter what")
    script.press(.enter)
    #expect(script.footer.contains("/filter needs one of"))
  }

  @Test func `steps and answers are copied as they are, without the frame`() {
    var script = played()
    script.type("k")
    script.type("y")
    #expect(script.commands == [.copy("White fiber is half of 2, so 1 bolt.")])
    script.type("vjy")
    #expect(
      script.commands.last
        == .copy("White fiber is half of 2, so 1 bolt.\n\nTogether that makes 2 + 1 = 3 bolts."))
    script.type("Y")
    #expect(script.commands.last == .copy("It takes \\boxed{3} bolts."))
  }

  @Test func `the spine has a cell for every step of the run and keeps the shown one in sight`() {
    var script = Script(columns: 80, rows: 24)
    script.play([Run.started])
    for turn in 1...40 { script.play(Run.turn(turn)) }
    script.press(.tab)
    let row = script.state.terminal.size.rows - 3
    #expect(script.lines[row].contains("‹"))
    #expect(!script.lines[row].contains("›"))
    for _ in 0..<60 { script.type("k") }
    #expect(script.lines[row].contains("‹") && script.lines[row].contains("›"))
    let canvas = render(script.state)
    #expect(canvas.row(row).count { $0.style.attributes.contains(.reverse) } == 1)
    let strip = StripPane(script.state, script.state.screen)
    let column = canvas.row(row).firstIndex { $0.style.attributes.contains(.reverse) } ?? 0
    #expect(
      strip.step(atColumn: column - canvas.row(row).startIndex) == script.state.selection.step)
  }
}
