import TestSupport
import Testing
import Traces

@testable import Viewer

/// The conversation's lines, of which only those that changed are laid out again.
@Suite struct LayoutTests {
  private func lines(_ layout: ConversationLayout, in range: Range<Int>? = nil) -> [String] {
    layout.lines(in: range ?? 0..<layout.height).map { id, line in
      "\(id) " + line.spans.map(\.text.string).joined()
    }
  }

  /// Texts that leave something open, or depend on what is.
  private static let texts = [
    "some words of a step", "Code:\n```python\nx = 1", "y = 2\n```\nafter", "# no heading",
    "| a | b |\n|---|---|\n| 1 | **2** |", "- one\n  - two", "\\[\nx = 1\n\\]", "~~~\n*z*",
  ]

  @Test func `what is laid out piece by piece is what is laid out at once`() {
    var random = SeededGenerator(seed: 9)
    for _ in 0..<10 {
      var script = Script(columns: 100, rows: 30)
      script.play([Run.started])
      var events: [Event] = []
      for turn in 1...3 {
        let steps = (0..<Int.random(in: 1...6, using: &random)).map { _ in
          let isBad = Bool.random(using: &random)
          let texts = (0..<2).map { _ in Self.texts.randomElement(using: &random) ?? "" }
          return Run.Step(text: texts[0], score: isBad ? 3 : 8, rewrite: isBad ? texts[1] : nil)
        }
        let told = Run.turn(turn, steps: steps)
        events += told
        if Bool.random(using: &random) {
          let time = Double(turn) * 10 + 5
          events.append(
            Event(
              time: time,
              kind: .branchStarted(BranchStarted(turn: turn, branch: 1, parent: 0, keeps: 1))))
          events += Run.step(2, .init(text: "another way", score: 9), at: time + 1)
          events.append(Event(time: time + 2, kind: .warning(Notice(message: "mind"))))
          events += told.suffix(1).map { Event(time: time + 3, kind: $0.kind) }
        }
      }
      for var event in events {
        if case .turnEnded(var ended) = event.kind {
          ended.estimatedSpeedup = 0.5
          event.kind = .turnEnded(ended)
        }
        script.play([event])
        switch Int.random(in: 0..<12, using: &random) {
        case 0: script.send(.event(Event(time: 90, kind: .control(.setThreshold(2)))))
        case 1: script.press(.tab)
        case 2: script.resize(Int.random(in: 60...140, using: &random), 30)
        case 3: script.type("f")
        default: break
        }
        script.state.settle()
        var fresh = ConversationLayout()
        fresh.lay(
          script.state.shownRun, width: script.state.screen.conversation.columns,
          reading: script.state.reading)
        let differences = zip(lines(script.state.layout), lines(fresh)).filter { $0 != $1 }
        #expect(differences.isEmpty, "\(differences.first.map { "\($0)" } ?? "")")
        #expect(script.state.layout.height == fresh.height)
        for (index, turn) in script.state.shownRun.turns.enumerated() {
          let flips = WhatIf.flips(of: turn, at: script.state.shownRun.threshold)
          #expect(
            script.state.layout.flips(ofTurn: index).map { turn.steps[$0].number }
              == flips.map(\.step))
        }
        // From wherever it is looked for, a line is the same.
        let rows = lines(fresh)
        guard let row = rows.indices.randomElement(using: &random) else { continue }
        #expect(lines(fresh, in: row..<(row + 3)) == Array(rows[row...].prefix(3)))
      }
    }
  }
}
