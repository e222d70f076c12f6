import TestSupport
import Testing
import Traces

@testable import Viewer

@Suite struct ScreenTests {
  @Test func `a solved problem at 120×36`() {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started] + Run.turn())
    let lines = script.lines
    #expect(
      lines[0]
        == " specreason   base demo-base·Q8_0   draft demo-draft·Q8_0"
        + "                          τ 7.0 ▕██▓▓▓▓▓▓▒▒▏   reason   ● idle")
    let conversation = lines[1...16].map { String($0.prefix(83)) }
    #expect(
      conversation == [
        "┌─ Conversation ──────────────────────────────────────────────────────────────────┬",
        "│ You  How many bolts?                                                            │",
        "│                                                                                 │",
        "│ ▾ Thinking  3 steps · 2 accepted · 0.50× (est.)                                 │",
        "│    1┃✓ 8.7 The robe needs 2 bolts of blue fiber.                 draft-accepted │",
        "│    2┃✓ 9.0 White fiber is half of 2, so 1 bolt.                  draft-accepted │",
        "│    3┃✗ 2.4 Together that makes 2 × 1 = 2 bolts.                  draft-rejected │",
        "│     ┃↻     Together that makes 2 + 1 = 3 bolts.                base-regenerated │",
        "│                                                                                 │",
        "│ ■ Answer It takes ⟦3⟧ bolts.                                            by base │",
        "│        ⇒ 3                                                                      │",
        "│   answered · 4.00 s · base alone ≈ 2.00 s (1.70–2.30) · 0.50×                   │",
        "│                                                                                 │",
        "│                                                                                 │",
        "│                                                                                 │",
        "│                                                                                 │",
      ])
    let side = lines[1...20].map { String($0.dropFirst(82)) }
    #expect(
      side == [
        "┬─ Step 3 ───────────────────────────┐",
        "│ ✗ draft-rejected                   │",
        "│ ↻ base-regenerated                 │",
        "│                                    │",
        "│ judge 2.4 of 9                     │",
        "│     ▃  ▇                           │",
        "│  0  1  2  3  4  5  6  7  8  9      │",
        "│ greedy 2 · average 2.4             │",
        "│ score below 7.0                    │",
        "│                                    │",
        "│ draft    10 tok  0.20 s  wasted    │",
        "│ judge    30 tok  0.10 s            │",
        "│ base     10 tok  0.50 s            │",
        "│                                    │",
        "│ draft  Together that makes 2 [-×-] │",
        "│        1 = [-2-] bolts.            │",
        "│ base   Together that makes 2 {+++} │",
        "│        1 = {+3+} bolts.            │",
        "│                                    │",
        "│                                    │",
      ])
    #expect(
      lines[21..<35].map { String($0.suffix(38)) } == [
        "├─ Run ──────────────────────────────┤",
        "│ 4.00 s · base alone ≈ 2.00 s       │",
        "│ (1.70–2.30) · 0.50×                │",
        "│ ███ to 1.00× est.                  │",
        "│ accepted 2/3 (67%)                 │",
        "│ break-even 60%                     │",
        "│ ███▓▓▓████████░░                   │",
        "│ draft 10% judge 8%                 │",
        "│ base 25% wasted 5%                 │",
        "│ tokens 40 kept · 0 wasted          │",
        "│ draft 50 tok/s base 20 tok/s       │",
        "│ a judgement: 2.0 base tokens       │",
        "┴────────────────────────────────────┤",
        "                                     │",
      ])
    #expect(lines[33].hasPrefix("├ ✓✓↻ ──"))
  }

  @Test func `every status has its glyph, its word and its colour`() {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started] + Run.turn())
    let canvas = render(script.state)
    let looks: [(StepLook, row: Int)] = [
      (.accepted, 5), (.rejected, 7), (.regenerated, 8),
    ]
    for (look, row) in looks {
      let cells = canvas.row(row)
      #expect(canvas.lines[row].contains(look.word))
      let glyph = cells.first { $0.text == look.glyph }
      #expect(glyph?.style == Theme.terminal[look.scope])
    }
    #expect(Set(looks.map { Theme.terminal[$0.0.scope] }).count == 3)
  }

  @Test func `at 80×24 the side pane lies over the conversation when asked for`() {
    var script = Script()
    script.play([Run.started] + Run.turn())
    #expect(script.lines[0].contains("base demo-base·Q8_0   draft demo-draft·Q8_0"))
    #expect(script.shows("↻     Together that makes 2 + 1 = 3 bolts."))
    #expect(!script.shows("Step 3"))
    script.control("o")
    #expect(script.shows("┬─ Step 3 ─"))
    #expect(script.shows("accepted 2/3 (67%)"))
    script.press(.escape)
    #expect(!script.shows("Step 3"))
  }

  @Test func `the smallest screen shows the steps, and a smaller one says what it needs`() {
    var script = Script(columns: 40, rows: 10)
    script.play([Run.started] + Run.turn())
    #expect(script.lines[9].hasPrefix("└ WRITE  Tab focus"))
    script.press(.tab)
    script.press(.up, .down)
    #expect(script.shows("✗ 2.4 Together that makes"))
    script.resize(39, 10)
    #expect(script.lines.filter { !$0.isEmpty } == ["Needs 40×10, has 39×10"])
  }

  @Test func `every small size renders a run full of hostile text`() {
    for focus in ["", "?", "/examples"] {
      var script = Script(examples: ["漢字 \u{1B}[2J", ""], isDemoPair: true)
      script.play(Run.hostile)
      script.type(focus)
      if focus.hasPrefix("/") { script.press(.enter) }
      for columns in 0...44 {
        for rows in 0...20 {
          script.resize(columns, rows)
          let canvas = render(script.state)
          #expect(canvas.cells.count == columns * rows)
        }
      }
    }
  }

  @Test func `every prefix of a run renders, and rows are as wide as the screen`() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 10)] {
      var script = Script(columns: columns, rows: rows)
      for event in Run.hostile {
        script.send(.event(event))
        let canvas = render(script.state)
        for row in 0..<rows {
          #expect(canvas.row(row).reduce(0) { $0 + $1.width } == columns)
        }
      }
    }
  }

  @Test func `nothing of a hostile run reaches a cell`() {
    var script = Script(columns: 120, rows: 40)
    script.play(Run.hostile)
    for cell in render(script.state).cells {
      #expect(cell.text.unicodeScalars.allSatisfy { !Sanitizer.isHidden($0) })
    }
    #expect(script.shows("␛]52;c;aGk=␇"))
    #expect(script.shows("<U+202E>evil<U+202C>"))
  }

  @Test func `drawing in pieces gives what drawing at once gives`() {
    var piecewise = Script(columns: 100, rows: 30)
    for event in Run.hostile {
      piecewise.send(.event(event))
      piecewise.state.settle()
    }
    var atOnce = Script(columns: 100, rows: 30)
    atOnce.play(Run.hostile)
    #expect(render(piecewise.state) == render(atOnce.state))
  }

  @Test func `a rewrite that changes nothing is called so`() {
    var script = Script(columns: 120, rows: 36)
    script.play(
      [Run.started] + Run.turn(steps: [.init(text: "So 3.", score: 3, rewrite: "So  3.")]))
    #expect(script.shows("the rewrite says the same"))
  }

  @Test func `the run pane tells the speedup's course and each model's speed`() {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started] + Run.turn())
    // Steps are kept 0.5 s apart, of 10 tokens at 0.05 s each: 1.00×, always.
    #expect(script.shows("███ to 1.00× est."))
    // The draft model wrote 30 tokens in 0.6 s, the base model 20 in 1 s.
    #expect(script.shows("draft 50 tok/s base 20 tok/s"))
    #expect(script.shows("a judgement: 2.0 base tokens"))
  }

  @Test func `a word diff tells the words that one side has not`() {
    func changed(_ runs: [WordDiff.Run]) -> [String] { runs.filter(\.isChanged).map(\.text) }
    let diff = WordDiff(from: "makes 2 × 1 = 2 bolts.", to: "makes 2 + 1 = 3 bolts.")
    #expect(changed(diff.old) == ["×", "2"])
    #expect(changed(diff.new) == ["+", "3"])
    #expect(changed(WordDiff(from: "a b b c", to: "a b c").old) == ["b"])
    #expect(changed(WordDiff(from: "", to: "new words").new) == ["new words"])
    #expect(WordDiff(from: "the same\nwords", to: "the same words").isNone)
  }

  @Test func `both sides of a word diff are the texts themselves`() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let texts = (0..<2).map { _ in
        (0..<Int.random(in: 0..<12, using: &random)).map { _ in
          ["a", "b", "c\n ", "dd"].randomElement(using: &random) ?? ""
        }.joined(separator: " ").trimmingPrefix(while: \.isWhitespace)
      }.map { text in
        String(text.reversed().drop(while: \.isWhitespace).reversed())
      }
      let diff = WordDiff(from: texts[0], to: texts[1])
      #expect(diff.old.map { $0.gap + $0.text }.joined() == texts[0])
      #expect(diff.new.map { $0.gap + $0.text }.joined() == texts[1])
      let kept = [diff.old, diff.new].map { side in
        side.filter { !$0.isChanged }.flatMap { $0.text.split(whereSeparator: \.isWhitespace) }
      }
      #expect(kept[0] == kept[1])
    }
  }

  @Test func `a cut step and an unreadable judge are called so`() {
    var script = Script(columns: 120, rows: 36)
    script.play(
      [Run.started]
        + Run.turn(steps: [
          .init(text: "It goes on and", score: 8, cut: true),
          .init(text: "Odd.", score: nil, rewrite: "Even."),
        ]))
    #expect(script.shows("draft-accepted, cut"))
    #expect(script.shows("judge unreadable"))
    #expect(script.shows("✗  ?  Odd."))
  }

  @Test(arguments: StopReason.allCases)
  func `the reason for a stop is told`(stop: StopReason) {
    var script = Script()
    script.play([Run.started] + Run.turn(stop: stop))
    let cut = stop.isOfBudget ? "; the answer is cut" : ""
    #expect(script.shows("  \(stop.sentence)\(cut) · 4.00 s"))
  }

  @Test func `the header says what goes on`() {
    var script = Script(columns: 120, rows: 36, engine: .loading("demo-base"))
    #expect(script.lines[0].hasSuffix("◐ loading"))
    #expect(script.shows("Loading demo-base …"))
    script.send(.tick)
    #expect(script.lines[0].hasSuffix("◓ loading"))
    script.send(.engine(.ready))
    var seen: [String] = []
    for event in [Run.started] + Run.turn() {
      script.send(.event(event))
      let word = script.lines[0].split(separator: " ").last.map(String.init) ?? ""
      if word != seen.last { seen.append(word) }
    }
    #expect(
      seen == [
        "idle", "thinking", "drafting", "judging", "thinking", "drafting", "judging", "thinking",
        "drafting", "judging", "regenerating", "thinking", "answering", "idle",
      ])
  }

  @Test func `the demo pair's limits are said at the start`() {
    let script = Script(isDemoPair: true)
    #expect(script.shows("/examples shows the word problems that the demo pair solves"))
  }
}
