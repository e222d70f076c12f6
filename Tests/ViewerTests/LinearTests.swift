import Testing
import Traces

@testable import Viewer

@Suite struct LinearTests {
  private func told(_ events: [Event]) -> [String] {
    var teller = LinearTeller()
    return events.flatMap { teller.lines(for: $0) }
  }

  @Test func `a turn is told in words, a line for each thing that happened`() {
    let lines = told([Run.started] + Run.turn())
    #expect(
      lines == [
        "base model demo-base, draft model demo-draft, mode reason, threshold 7.0",
        "step 1, draft: The robe needs 2 bolts of blue fiber.",
        "step 1: draft accepted, score 8.7, threshold 7.0",
        "step 2, draft: White fiber is half of 2, so 1 bolt.",
        "step 2: draft accepted, score 9.0, threshold 7.0",
        "step 3, draft: Together that makes 2 × 1 = 2 bolts.",
        "step 3: draft rejected, score 2.4, threshold 7.0",
        "step 3, base rewrite: Together that makes 2 + 1 = 3 bolts.",
        "answer: It takes \\boxed{3} bolts.", "result: 3",
        "answered, 2 of 3 drafts accepted, 4.0 seconds",
      ])
  }

  @Test func `every event that changes the run's text is told on lines of its own`() {
    for line in told(Run.hostile) { #expect(!line.contains { $0.isNewline }) }
    #expect(told(Run.hostile).contains { $0.contains("judge unreadable") })
  }

  private func viewer(examples: [String] = []) -> LinearViewer {
    LinearViewer(
      ViewerState(
        themes: [.terminal, Theme(name: "other", styles: [:])], examples: examples, engine: .ready))
  }

  @Test func `a line is a problem or a command of the action table`() {
    var viewer = viewer()
    #expect(viewer.enter("How many?").commands == [.submit("How many?")])
    let threshold = viewer.enter("/threshold 6.5")
    #expect(threshold.commands == [.control(.setThreshold(6.5))])
    #expect(threshold.lines == ["threshold 6.5"])
    #expect(viewer.enter("/threshold x").lines.count == 1)
    #expect(viewer.enter("/nothing").lines.first?.contains("no command /nothing") == true)
    #expect(viewer.enter("/quit").commands == [.quit])
    let help = viewer.enter("/help").lines
    let onScreen = [
      "what-if", "waterfall", "race", "branches", "settings", "theme", "mouse", "raw", "tokens",
      "fold", "panes", "search", "filter", "compare", "copy",
    ]
    for name in viewer.state.terminal.keys.commandNames where !onScreen.contains(name) {
      #expect(help.contains { $0.hasPrefix("/\(name)") }, "\(name)")
    }
    #expect(viewer.enter("  ") == LinearViewer.Outcome())
  }

  @Test func `a list is told with numbers, and a number chooses`() {
    var viewer = viewer(examples: ["First?", "Second?", "Third?"])
    let list = viewer.enter("/examples").lines
    #expect(list.contains("2. Second?"))
    #expect(viewer.enter("7").lines.first == "There is no number 7 in the list.")
    #expect(viewer.enter("thi").lines.contains("1. Third?"))
    #expect(viewer.enter("1").lines.first == "Third?")
    #expect(viewer.enter("").commands == [.submit("Third?")])
    #expect(viewer.enter("/theme").lines.contains { $0.contains("other") })
    #expect(viewer.enter("").lines == [])
    #expect(viewer.enter("hm").commands.isEmpty)
  }

  @Test func `work that takes long is said once`() {
    var viewer = LinearViewer(ViewerState())
    func take(_ share: Double?) -> [String] {
      viewer.update(
        .progress(share.map { WorkProgress(label: "prefill of 4000 tokens", share: $0) })
      ).lines
    }
    #expect(take(0.1) == ["prefill of 4000 tokens"])
    #expect(take(0.4) == [])
    #expect(take(nil) == [])
    #expect(take(0.1) == ["prefill of 4000 tokens"])
  }

  @Test func `a problem that comes too early is kept and said`() {
    var viewer = LinearViewer(ViewerState())
    let outcome = viewer.enter("How many?")
    #expect(outcome.commands.isEmpty)
    #expect(outcome.lines.contains { $0.contains("It waits") })
    let ready = viewer.update(.engine(.ready))
    #expect(ready.lines == ["ready"])
    #expect(ready.commands == [.submit("How many?")])
  }
}
