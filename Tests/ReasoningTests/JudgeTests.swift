import Reasoning
import Testing
import Traces

struct JudgeTests {
  private func judged(
    _ opinion: Judgement.Opinion, _ method: ScoreMethod = .greedy
  ) -> StepJudged {
    Judge.judged(
      step: 4, Judgement(opinion: opinion, promptTokens: 30, seconds: 0.2), method: method)
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
