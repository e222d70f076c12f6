import Foundation
import Reasoning
import Testing
import Traces

struct JudgeTests {
  private func judged(
    _ opinion: Judgement.Opinion, _ method: ScoreMethod = .greedy
  ) -> StepJudged {
    let kind: JudgeKind = if case .digits = opinion { .short } else { .likelihood }
    return judged(opinion, by: kind, method)
  }

  private func judged(
    _ opinion: Judgement.Opinion, by kind: JudgeKind, _ method: ScoreMethod = .greedy
  ) -> StepJudged {
    Judge.judged(
      step: 4, Judgement(opinion: opinion, promptTokens: 30, seconds: 0.2), by: kind,
      method: method)
  }

  @Test func `greedy is the most probable digit`() {
    let probabilities = [0, 0, 0.2, 0, 0, 0.1, 0, 0, 0, 0.21]
    #expect(judged(.digits(probabilities: probabilities, readable: true)).score == 9)
  }

  @Test func `average is the mean digit under normalised probabilities`() throws {
    // Mass 0.5; the mean is (2 · 0.2 + 5 · 0.1 + 9 · 0.2) / 0.5 = 5.4.
    let probabilities = [0, 0, 0.2, 0, 0, 0.1, 0, 0, 0, 0.2]
    let result = judged(.digits(probabilities: probabilities, readable: true), .average)
    let score = try #require(result.score)
    #expect(abs(score - 5.4) < 1e-12)
    #expect(result.average == score)
    for (given, right) in zip(result.probabilities, [0, 0, 0.4, 0, 0, 0.2, 0, 0, 0, 0.4]) {
      #expect(abs(given - right) < 1e-12)
    }
  }

  @Test func `an answer that is no digit has no score but shows its digits`() {
    let probabilities = [0, 0, 0.2, 0, 0, 0.1, 0, 0, 0, 0.21]
    let result = judged(.digits(probabilities: probabilities, readable: false))
    #expect(result.score == nil)
    #expect(!result.readable)
    #expect(result.greedy == 9)
  }

  @Test(arguments: [
    [], [1.0], Array(repeating: 0.0, count: 10), Array(repeating: Double.nan, count: 10),
    [-1, 2, 0, 0, 0, 0, 0, 0, 0, 0], Array(repeating: Double.infinity, count: 10),
  ])
  func `probabilities that are none are unreadable`(probabilities: [Double]) {
    let result = judged(.digits(probabilities: probabilities, readable: true), .average)
    #expect(result.score == nil)
    #expect(!result.readable)
    #expect(result.probabilities.isEmpty)
  }

  struct Likelihood: Sendable {
    var tokens: [Double]
    var best: [Double]
    var score: Double
  }

  // ln 10 = 2.302585092994046
  @Test(arguments: [
    Likelihood(tokens: [-0.1, -0.5], best: [-0.1, -0.5], score: 9),
    Likelihood(tokens: [-0.1, -2.402585092994046], best: [-0.1, -0.1], score: 6),
    Likelihood(tokens: [-4.605170185988092, -0.3], best: [0, -0.3], score: 3),
    Likelihood(tokens: [-60], best: [0], score: 0),
    Likelihood(tokens: [-Double.infinity], best: [0], score: 0),
    Likelihood(tokens: [-0.1], best: [-0.2], score: 9),
  ])
  func `each factor of ten behind the best token costs three points`(
    example: Likelihood
  ) throws {
    let result = judged(.likelihood(tokens: example.tokens, best: example.best))
    #expect(abs(try #require(result.score) - example.score) < 1e-9)
    #expect(result.greedy == nil && result.average == nil && result.probabilities.isEmpty)
  }

  /// Scores of a step whose tokens have the probabilities 0.5, 0.5, 0.25 and 0.8, where the best had
  /// 0.5, 0.5, 0.5 and 0.8.
  private static let measured: [(JudgeKind, Double)] = [
    (.likelihood, 8.096910013008056),  // 9 + 3 · log₁₀ (0.25 / 0.5)
    (.likelihoodMean, 7.875),  // 9 · (1 + 1 + 0.5 + 1) / 4
    (.likelihoodShare, 6.75),  // 9 · 3 / 4
    (.likelihoodNormalised, 4.255837240514291),  // 9 · ⁴√0.05
    (.confidence, 7.193820026016113),  // 9 + 3 · log₁₀ 0.25
    (.confidenceMean, 4.6125),  // 9 · 2.05 / 4
    (.confidenceShare, 6.75),
  ]

  @Test(arguments: measured)
  func `each measure of probabilities has its formula`(kind: JudgeKind, score: Double) throws {
    let tokens = [0.5, 0.5, 0.25, 0.8].map { log($0) }
    let best = [0.5, 0.5, 0.5, 0.8].map { log($0) }
    let result = judged(.likelihood(tokens: tokens, best: best), by: kind)
    #expect(abs(try #require(result.score) - score) < 1e-9)
    #expect(result.by == (kind.asksBase ? nil : .draft))
  }

  @Test(arguments: JudgeKind.allCases.filter { !$0.hasDigits && $0 != .nobody })
  func `first choices that are certain score 9, and what cannot be measured has no score`(
    kind: JudgeKind
  ) {
    #expect(judged(.likelihood(tokens: [0, 0], best: [0, 0]), by: kind).score == 9)
    for tokens in [[], [Double.nan]] {
      #expect(judged(.likelihood(tokens: tokens, best: tokens), by: kind).score == nil)
    }
  }

  @Test func `likelihoods that do not match are unreadable`() {
    #expect(judged(.likelihood(tokens: [], best: [])).score == nil)
    #expect(judged(.likelihood(tokens: [0], best: [0, 0])).score == nil)
    #expect(judged(.likelihood(tokens: [.nan], best: [0])).score == nil)
  }

  @Test func `the wordings are those the judges were made for`() {
    guard case .wording(let question, let opening) = Prompts.judge(.reference) else {
      Issue.record("the reference judge asks")
      return
    }
    #expect(question.hasPrefix("Evaluate the last reasoning step solely based on factual"))
    #expect(question.contains("overall usefulness—only judge whether the step is objectively"))
    #expect(question.hasSuffix("Assign a score from 0 to 9."))
    #expect(!question.contains("\n"))
    #expect(opening == "<think>I think the quality score is: ")
    #expect(
      Prompts.judge(.short)
        == .wording(question: "Score the last step, 0 to 9.", opening: "Score: "))
    #expect(Prompts.judge(.likelihood) == .likelihood)
  }
}
