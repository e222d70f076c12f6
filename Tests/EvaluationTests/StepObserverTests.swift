import Foundation
import Reasoning
import TestSupport
import Testing
import Traces

@testable import Evaluation

struct StepObserverTests {
  @Test func `at each step of the base model the draft model writes one, and judges score both`()
    async throws
  {
    let backend = ScriptedBackend(
      drafts: [.text("It is 3 + 4 = 8"), .text("So it is 7.")],
      base: [.text("First 3 + 4 = 7"), .text("The result is 7", .thinkingEnd)],
      opinions: [9, 2, 8, 8].map(ScriptedBackend.Opinion.digit))
    let steps = try await StepObserver(judges: [.short], options: RunOptions.published())
      .observe(Problem(problem: "3 + 4?", answer: "7"), number: 5, on: backend)
    #expect(steps.map(\.step) == [1, 2] && steps.allSatisfy { $0.problem == 5 })
    #expect(steps.map(\.saysSame) == [false, true])
    #expect(steps.map { $0.ownScores.map(\.greedy) } == [[9], [8]])
    #expect(steps.map { $0.draftScores.map(\.greedy) } == [[2], [8]])
    let requests = await backend.requests
    // Both write from the base model's own steps.
    #expect(requests.map(\.role) == [.draft, .base, .draft, .base])
    #expect(requests[2].prefix.steps == ["First 3 + 4 = 7"])
    let judged = await backend.judgements
    #expect(judged.map(\.alternatives) == [["It is 3 + 4 = 8"], ["So it is 7."]])
  }

  @Test func `a rubric changes the prompt once, after all steps were written`() async throws {
    let backend = ScriptedBackend(
      drafts: [.text("a"), .text("b")], base: [.text("c"), .text("d", .thinkingEnd)])
    let steps = try await StepObserver(judges: [.prefix, .short], options: RunOptions.published())
      .observe(Problem(problem: "p", answer: "7"), number: 1, on: backend)
    #expect(steps.allSatisfy { $0.draftScores.map(\.judge) == [.short, .prefix] })
    #expect(await backend.judgements.map { $0.prefix.rubric != nil } == [false, false, true, true])
  }

  @Test func `what was observed is kept, and a line that was cut is observed again`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/steps.jsonl"
    let observed = ObservedStep.samples(own: [2, 4], draft: [1, 5], same: [false, true])
    var log = try ObservationLog(path: path)
    try log.append(observed, of: 1)
    try log.append([], of: 2)
    var content = try Data(contentsOf: URL(filePath: path))
    content.removeLast(4)
    try content.write(to: URL(filePath: path))
    var reopened = try ObservationLog(path: path)
    #expect(reopened.problems.map(\.problem) == [1] && reopened.steps == observed)
    try reopened.append([], of: 2)
    #expect(try ObservationLog(path: path).problems.map(\.problem) == [1, 2])
  }
}
