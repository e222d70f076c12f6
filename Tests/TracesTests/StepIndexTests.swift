import Foundation
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

  @Test func `branches without number do not fill the memory with their steps`() {
    let steps = (1...400).map { kept($0, tokens: 1) }
    // Each begins with all steps of the one before and leaves them behind.
    let branches = (1...600).map { branch in
      Event(
        time: 2,
        kind: .branchStarted(BranchStarted(turn: 1, branch: branch, parent: branch - 1, keeps: 399))
      )
    }
    let turn = run(steps + branches).turns.last
    #expect(turn?.branches.count == 601)
    #expect(turn?.branches.reduce(0) { $0 + $1.steps.count } ?? 0 <= 201_000)
    #expect(turn?.leftBranches.last?.steps.count == 399)
  }

  @Test func `turns without number that have no end are each ended at once`() throws {
    let lines = try (1...3_000).flatMap { turn in
      [
        Event(time: 0, kind: .turnStarted(TurnStarted(turn: turn, prompt: "p"))),
        kept(1, tokens: 1),
      ]
    }.map { try TraceCoding.line($0) }
    // With a copy of all turns for each it would take minutes.
    let trace = try TraceFile(Data(lines.joined(separator: "\n").utf8))
    #expect(trace.run.turns.count == 3_000)
    #expect(trace.run.turns.allSatisfy { $0.ended?.stop == .brokenOff })
  }
}
