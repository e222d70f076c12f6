import TestSupport
import Testing
import Traces

@testable import Viewer

/// The conversation's lines, of which only those that changed are laid out again.
@Suite struct LayoutTests {
  private func lines(_ layout: ConversationLayout) -> [String] {
    layout.lines(in: 0..<layout.height).map { id, line in
      "\(id) " + line.spans.map(\.text.string).joined()
    }
  }

  @Test func `what is laid out piece by piece is what is laid out at once`() {
    var random = SeededGenerator(seed: 9)
    for _ in 0..<30 {
      var script = Script(columns: 100, rows: 30)
      script.play([Run.started])
      var events: [Event] = []
      for turn in 1...3 {
        let steps = (0..<Int.random(in: 1...6, using: &random)).map { _ in
          let isBad = Bool.random(using: &random)
          return Run.Step(
            text: "some words of a step", score: isBad ? 3 : 8, rewrite: isBad ? "others" : nil)
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
      }
    }
  }
}
