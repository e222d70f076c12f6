import TestSupport
import Testing
import Traces

@testable import Reports

struct WhatIfTableTests {
  /// A run of two turns, each with one step of the given score that τ 7 accepted.
  private func run(_ scores: [Double]) -> RunState {
    var run = RunState()
    for (index, score) in scores.enumerated() {
      let time = Double(index) * 10
      let kinds: [Event.Kind] = [
        .turnStarted(TurnStarted(turn: index + 1, prompt: "?")),
        .stepDrafted(StepDrafted(step: 1, text: "a", tokens: 10, seconds: 1, cut: false)),
        .stepJudged(
          StepJudged(
            step: 1, score: score, greedy: Int(score), average: score, probabilities: [],
            readable: true, promptTokens: 5, seconds: 0.5)),
        .stepDecided(
          StepDecided(step: 1, verdict: .accepted, threshold: 7, by: .judge, reason: "")),
        .stepCommitted(
          StepCommitted(
            step: 1, by: .draft, status: .draftAccepted, text: "a", tokens: 10, seconds: 1,
            cut: false)),
        .turnEnded(
          TurnEnded(
            turn: index + 1, stop: .answer, seconds: 2, tokens: TokenCounts(), accepted: 1,
            rejected: 0, estimatedSpeedup: nil)),
      ]
      for kind in kinds { run.apply(Event(time: time, kind: kind)) }
    }
    return run
  }

  @Test func `thresholds that change the same stand in one row`() {
    let run = run([8.2])
    let table = WhatIfReport(run.turns[0], in: run).table
    #expect(table.lines.count == 3)
    #expect(table.lines[1].hasPrefix("0.0 to 8.0 (7.0 as run)"))
    #expect(table.lines[2].hasPrefix("8.5 to 9.0"))
  }

  @Test func `the sums are over all turns`() {
    let run = run([7.2, 8.2])
    let table = WhatIfReport.sum(of: run.turns.map { WhatIfReport($0, in: run) })
    let rows = table.lines.dropFirst().map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    #expect(rows == ["0.0 to 7.0 0", "7.5 to 8.0 1", "8.5 to 9.0 2"])
  }

  @Test func `Markdown leaves code as it is, and escapes what is beside it`() {
    var run = RunState()
    let text = "a < b\n```python\nif a < b: <br>\n```\nc < d\n  ```\n<b>\n  ```"
    for kind in [
      Event.Kind.turnStarted(TurnStarted(turn: 1, prompt: "p")),
      .stepCommitted(
        StepCommitted(
          step: 1, by: .base, status: .baseWritten, text: text, tokens: 1, seconds: 1, cut: false)),
    ] { run.apply(Event(time: 0, kind: kind)) }
    let lines = MarkdownExport.document(of: run).split(separator: "\n")
    #expect(lines.contains("> if a < b: <br>"))
    #expect(lines.contains("> a &lt; b") && lines.contains("> c &lt; d"))
    // An indented fence may belong to a list that ends before it: there nothing is trusted.
    #expect(lines.contains("> &lt;b&gt;"))
  }
}
