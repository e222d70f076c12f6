import Testing
import Traces

/// Where two turns part, and which turns of two runs belong together.
struct PartingTests {
  private func run(_ turns: [(prompt: String, steps: [String], answer: String)]) -> RunState {
    var run = RunState()
    for (place, turn) in turns.enumerated() {
      var kinds: [Event.Kind] = [
        .turnStarted(TurnStarted(turn: place + 1, prompt: turn.prompt))
      ]
      for (step, text) in turn.steps.enumerated() {
        kinds.append(
          .stepCommitted(
            StepCommitted(
              step: step + 1, by: .base, status: .baseWritten, text: text, tokens: 1, seconds: 1,
              cut: false)))
      }
      kinds.append(
        .answer(Answer(text: turn.answer, boxed: nil, by: .base, tokens: 1, seconds: 1)))
      for kind in kinds { run.apply(Event(time: run.time + 1, kind: kind)) }
    }
    return run
  }

  @Test(
    arguments: [
      (["a", "b"], "x", nil), (["a", "c"], "x", .step(2)), (["a"], "x", .step(2)),
      (["a", "b", "c"], "x", .step(3)), (["a", "b"], "y", .answer), ([], "x", .step(1)),
    ] as [([String], String, Parting?)])
  func `two turns part at the first step that differs`(
    steps: [String], answer: String, parting: Parting?
  ) throws {
    let turns = run([("p", ["a", "b"], "x"), ("p", steps, answer)]).turns
    #expect(Parting(turns[0], turns[1]) == parting)
    #expect(Parting(turns[1], turns[0]) == parting)
  }

  @Test func `turns that ask the same belong together, each once`() {
    func places(_ one: [String], _ other: [String]) -> [[Int]] {
      let runs = [one, other].map { run($0.map { (prompt: $0, steps: [], answer: "") }) }
      return runs[0].turnsAskedAlso(in: runs[1]).map { [$0.own, $0.other] }
    }
    #expect(places(["a", "b"], ["a", "b"]) == [[0, 0], [1, 1]])
    #expect(places(["a", "b", "c"], ["c", "b"]) == [[1, 1], [2, 0]])
    #expect(places(["a", "a"], ["b", "a"]) == [[1, 1]])
    #expect(places(["a", "b"], ["c"]) == [[1, 0]])
    #expect(places([], ["c"]).isEmpty)
  }
}
