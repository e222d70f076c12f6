import Reasoning
import TestSupport
import Testing
import Traces

@testable import Evaluation

struct PairTrialTests {
  private static let problem = Problem(problem: "3 + 4?", answer: "7")

  /// A backend whose models write steps of four tokens, as many as `steps`, and then end.
  private static func backend(steps: Int = 1000) -> ScriptedBackend {
    let replies = [ScriptedBackend.Reply](repeating: .text("a b c"), count: steps)
    return ScriptedBackend(drafts: replies, base: replies)
  }

  @Test(arguments: [0, 0.25, 0.5, 1])
  func `what was measured agrees with the formula of the limit`(acceptance: Double) async throws {
    let backend = Self.backend()
    let outcome = try await PairTrial(on: [Self.problem], stepTokens: 35)
      .measure(steps: 8, acceptance: acceptance, judge: .short, on: backend)
    #expect(outcome.steps == 8 && outcome.acceptance == acceptance && outcome.tokens == 32)
    // A token of the draft model takes 0.01 s, one of the base model 0.1 s, a judgement 0.05 s.
    let seconds = 8 * (4 * 0.01 + 0.05) + (1 - acceptance) * 8 * 0.4
    #expect(abs(outcome.seconds - seconds) < 1e-9)
    #expect(abs(outcome.speedup - 8 * 0.4 / seconds) < 1e-9)
    #expect(abs(outcome.limit.speedup(acceptance: acceptance) - outcome.speedup) < 1e-9)
    #expect(outcome.limit.stepTokens == 4 && outcome.limit.catchingUp < 1e-9)
    // A judgement of the script reads 20 tokens, of which the step has four.
    #expect(outcome.wordingTokens == 16)
  }

  @Test func `decisions are spread evenly, and a rejected step is written anew`() async throws {
    let backend = Self.backend()
    _ = try await PairTrial(on: [Self.problem], stepTokens: 35)
      .measure(steps: 4, acceptance: 0.5, judge: .prefix, on: backend)
    let requests = await backend.requests
    // Both read the problem, and the base model begins.
    #expect(requests.prefix(3).map(\.role) == [.draft, .base, .base])
    #expect(requests.prefix(2).allSatisfy { $0.maxTokens == 1 })
    #expect(
      requests.dropFirst(3).map(\.role) == [.draft, .draft, .base, .draft, .draft, .base])
    #expect(requests.dropFirst(3).allSatisfy { $0.maxTokens == 35 })
    #expect(requests.last?.prefix.steps.count == 4)
    let judged = await backend.judgements
    #expect(judged.map(\.prefix.steps.count) == [2, 3, 4, 5])
    #expect(judged.allSatisfy { $0.prefix.rubric != nil })
  }

  @Test func `a text that is over makes room for the next problem`() async throws {
    let ends = ScriptedBackend.Reply.text("a b", .thinkingEnd)
    let backend = ScriptedBackend(
      drafts: [.text("x"), ends, .text("x"), .text("c"), .text("d")],
      base: (0..<10).map { _ in .text("y") })
    let outcome = try await PairTrial(
      on: [Self.problem, Problem(problem: "5?", answer: "5")], stepTokens: 35
    ).measure(steps: 3, acceptance: 1, judge: .short, on: backend)
    #expect(outcome.steps == 3)
    let judged = await backend.judgements
    #expect(judged.map { $0.prefix.messages[0].text } == ["3 + 4?", "5?", "5?"])
  }

  @Test func `a model that writes nothing is told`() async {
    let silent = PairTrial(on: [Self.problem], stepTokens: 35)
    let error = await #expect(throws: PairTrialError.self) {
      try await silent.measure(
        steps: 3, acceptance: 1, judge: .short, on: ScriptedBackend())
    }
    #expect(error?.role == .base)
    await #expect(throws: PairTrialError.self) {
      try await silent.measure(
        steps: 3, acceptance: 1, judge: .short,
        on: ScriptedBackend(base: (0..<9).map { _ in .text("y") }))
    }
  }
}
