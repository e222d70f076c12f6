import TestSupport
import Testing

@testable import Traces

/// Turns whose events come in any order.
struct StepIndexTests {
  private func kept(_ step: Int, tokens: Int) -> Event {
    Event(
      time: 1,
      kind: .stepCommitted(
        StepCommitted(
          step: step, by: .base, status: .baseWritten, text: "t", tokens: tokens, seconds: 0,
          cut: false)))
  }

  private func run(_ events: [Event]) -> RunState {
    let started = Event(time: 0, kind: .turnStarted(TurnStarted(turn: 1, prompt: "p")))
    return ([started] + events).reduce(into: RunState()) { $0.apply($1) }
  }

  @Test func `an event costs the same whichever of very many steps it is about`() {
    // With a look at all steps for each event it would take minutes.
    let count = 20_000
    let run = run(
      (1...count).map { kept($0, tokens: 1) } + (1...count).reversed().map { kept($0, tokens: 2) })
    #expect(run.turns.last?.steps.map(\.number) == Array(1...count))
    #expect(run.metrics?.keptTokens == 2 * count)
  }

  @Test func `the sums are right after every event`() {
    var random = SeededGenerator(seed: 5)
    var events: [Event] = []
    var tokens: [Int: Int] = [:]
    for _ in 0..<300 {
      let step = Int.random(in: 1...20, using: &random)
      tokens[step] = Int.random(in: 0...50, using: &random)
      events.append(kept(step, tokens: tokens[step] ?? 0))
      #expect(run(events).metrics?.keptTokens == tokens.values.reduce(0, +))
    }
  }
}
