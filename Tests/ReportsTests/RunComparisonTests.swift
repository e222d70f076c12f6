import Foundation
import TestSupport
import Testing
import Traces

@testable import Reports

/// Two runs beside each other as text and JSON.
struct RunComparisonTests {
  /// A run of one question with a step and an answer.
  private func run(_ prompt: String, step: String, answer: String, isAccepted: Bool) -> RunState {
    let model = ModelDescription(name: "m", source: "f")
    var options = RunOptions()
    options.mode = .reason
    let kept =
      isAccepted
      ? StepCommitted(
        step: 1, by: .draft, status: .draftAccepted, text: step, tokens: 4, seconds: 0.5, cut: false
      )
      : StepCommitted(
        step: 1, by: .base, status: .baseRegenerated, text: step, tokens: 5, seconds: 2, cut: false)
    var tokens = TokenCounts()
    tokens.draft = 4
    tokens.judge = 20
    tokens.base = isAccepted ? 3 : 8
    tokens.discarded = isAccepted ? 0 : 4
    let kinds: [Event.Kind] = [
      .runStarted(
        RunStarted(
          version: "1", base: model, draft: model, options: options, machine: "",
          baseSecondsPerToken: nil)),
      .turnStarted(TurnStarted(turn: 1, prompt: prompt)),
      .stepDrafted(
        StepDrafted(
          step: 1, text: isAccepted ? step : "draft", tokens: 4, seconds: 0.5, cut: false)),
      .stepJudged(
        StepJudged(
          step: 1, score: isAccepted ? 8 : 3, greedy: nil, average: nil, probabilities: [],
          readable: true, promptTokens: 20, seconds: 0.25)),
      .stepDecided(
        StepDecided(
          step: 1, verdict: isAccepted ? .accepted : .rejected, threshold: 7, by: .judge,
          reason: "r")),
      .stepCommitted(kept),
      .answer(
        Answer(
          text: "It is \\boxed{\(answer)}.", boxed: answer, by: .base, tokens: 3, seconds: 1)),
      .turnEnded(
        TurnEnded(
          turn: 1, stop: .answer, seconds: isAccepted ? 2 : 4, tokens: tokens,
          accepted: isAccepted ? 1 : 0, rejected: isAccepted ? 0 : 1, estimatedSpeedup: nil)),
    ]
    return kinds.reduce(into: RunState()) { $0.apply(Event(time: $0.time + 0.5, kind: $1)) }
  }

  @Test func `the text tells where they part, who is right, and what each cost`() {
    let comparison = RunComparison(
      [
        ("one", run("2+2?", step: "two and two", answer: "4", isAccepted: true)),
        ("two", run("2+2?", step: "two and three", answer: "5", isAccepted: false)),
      ]) { $0 == "2+2?" ? "4" : nil }
    let text = comparison.lines.joined(separator: "\n")
    for part in [
      "part at step 1", "A draft-accepted, score 8.0", "B base-regenerated, score 3.0",
      "two and [-two-]", "two and {+three+}", "answer 4 (right)", "answer 5 (wrong)",
      "expected 4", "1 of 1 (100%)", "0 of 1 (0%)",
    ] {
      #expect(text.contains(part), "\(part) is not in\n\(text)")
    }
    func cells(_ name: String) -> [Substring]? {
      comparison.lines.first { $0.hasPrefix(name) }?.dropFirst(name.count).split(separator: " ")
    }
    #expect(cells("tokens: wasted") == ["0", "4"])
    #expect(cells("tokens: base model") == ["3", "8"])
    #expect(cells("seconds: judging") == ["0.25", "0.25"])
  }

  @Test func `JSON has the same, and what is unknown is not in it`() throws {
    let same = run("2+2?", step: "two and two", answer: "4", isAccepted: true)
    let comparison = RunComparison([("one", same), ("two", same)]) { _ in nil }
    let object = try #require(
      try JSONSerialization.jsonObject(with: try JSONEncoder().encode(comparison))
        as? [String: Any])
    let question = try #require((object["questions"] as? [[String: Any]])?.first)
    #expect(question["isSame"] as? Bool == true && question["answersAgree"] as? Bool == true)
    #expect(question["partsAtStep"] == nil && question["expected"] == nil)
    let side = try #require((object["sides"] as? [[String: Any]])?.last)
    #expect(side["seconds"] as? Double == 2 && side["acceptance"] as? Double == 1)
    #expect(comparison.lines.contains { $0.contains("the same text to the end") })
  }

  @Test func `runs of different questions are told to be so`() {
    let comparison = RunComparison(
      [
        ("one", run("a", step: "s", answer: "1", isAccepted: true)),
        ("two", run("b", step: "s", answer: "1", isAccepted: true)),
      ]) { _ in "1" }
    #expect(comparison.lines.contains { $0.contains("asked different things") })
    #expect(comparison.sides.allSatisfy { $0.name == "one" || $0.name == "two" })
  }
}
