import Testing
import Traces

@testable import Evaluation

struct StatisticsTests {
  /// Expected values: all pairs and the covariance formula in Python.
  @Test func `the area under the curve and its interval are those of DeLong`() throws {
    let accuracy = try #require(
      RankAccuracy([7, 6.5, 8, 5, 9, 6.5], above: [4, 6.5, 5, 7.5, 3]))
    #expect(abs(accuracy.area - 0.783_333_333) < 1e-8)
    #expect(abs(accuracy.interval.lower - 0.488_251_876) < 1e-8)
    #expect(accuracy.interval.upper == 1)
  }

  @Test func `scores that are alike tell nothing, and those apart all`() throws {
    #expect(RankAccuracy([5, 5, 5], above: [5, 5])?.area == 0.5)
    #expect(RankAccuracy([8, 9], above: [1, 2])?.area == 1)
    #expect(RankAccuracy([1, 2], above: [8, 9])?.area == 0)
    #expect(RankAccuracy([1], above: [8, 9]) == nil)
  }

  /// Expected values: Agresti and Min's formula in Python.
  @Test(arguments: [
    (20, 2, 1, 0.194_147_882), (20, 0, 0, 0.074_772_727), (60, 5, 2, 0.122_747_690),
    (4, 0, 0, 0.274_166_667),
  ])
  func `a loss has an upper bound that so many problems leave`(
    count: Int, lost: Int, gained: Int, bound: Double
  ) {
    let comparison = PairedComparison(with: "base", of: count, better: gained, worse: lost)
    #expect(abs(comparison.loss - Double(lost - gained) / Double(count)) < 1e-12)
    #expect(abs(comparison.greatestLoss - bound) < 1e-8)
  }

  /// From `proportion_confint(right, count, method="wilson")` of statsmodels 0.15.
  @Test(arguments: [
    (0, 10, 0.0, 0.27753279986288926), (1, 10, 0.017876213095072924, 0.40415002679523854),
    (7, 10, 0.39677814746114537, 0.8922087325936989), (10, 10, 0.7224672001371106, 1.0),
    (295, 300, 0.9615846051669054, 0.9928605226493666),
    (500, 1319, 0.3532795982803646, 0.40557283420660417),
  ])
  func `an interval is Wilson's`(right: Int, count: Int, lower: Double, upper: Double) throws {
    let interval = try #require(
      ConfidenceInterval(share: Double(right) / Double(count), of: count))
    #expect(abs(interval.lower - lower) < 1e-12 && abs(interval.upper - upper) < 1e-12)
    #expect(ConfidenceInterval(share: 0, of: 0) == nil)
  }

  /// From `mcnemar([[0, better], [worse, 0]], exact=True)` of statsmodels 0.15.
  @Test(arguments: [
    (0, 0, 1.0), (5, 0, 0.0625), (3, 1, 0.625), (10, 4, 0.1795654296875),
    (40, 22, 0.030015864349067285), (600, 500, 0.0028195449914364284), (1, 1, 1),
  ])
  func `the test of two configurations is McNemar's, exact`(
    better: Int, worse: Int, value: Double
  ) {
    for comparison in [
      PairedComparison(with: "base", of: 2000, better: better, worse: worse),
      PairedComparison(with: "base", of: 2000, better: worse, worse: better),
    ] {
      #expect(abs(comparison.pValue - value) <= 1e-9 * value)
    }
  }

  /// By counting all choices of k solutions out of n of which c are right.
  @Test(arguments: [
    (10, 3, 1, 0.3), (10, 3, 5, 0.9166666666666666), (10, 0, 5, 0), (10, 10, 3, 1), (6, 2, 5, 1),
    (12, 1, 4, 0.3333333333333333),
  ])
  func `pass@k is the share of choices with a right solution`(
    count: Int, right: Int, k: Int, share: Double
  ) throws {
    let estimate = try #require(PassAt(k, of: [(count, right)]))
    #expect(abs(estimate.share - share) < 1e-12)
    #expect(PassAt(count + 1, of: [(count, right)]) == nil)
  }

  private func solution(
    right: Bool = false, stop: StopReason = .answer, answer: String? = nil, boxed: Bool? = nil,
    written: Int = 10, _ configuration: EvaluationConfiguration = .init(mode: .base)
  ) -> EvaluationRound.Solution {
    var tokens = TokenCounts()
    tokens.base = written
    return .init(
      configuration: configuration, sample: 1, answer: answer, boxed: boxed, right: right,
      stop: stop, seconds: 1, tokens: tokens, accepted: 0, rejected: 0)
  }

  @Test func `a problem without room, a cut solution and a wrong answer are told apart`() {
    let outcomes = Outcomes([
      solution(right: true, answer: "1"), solution(right: true, stop: .budget, answer: "1"),
      solution(answer: "2"), solution(stop: .endOfText), solution(stop: .budget),
      solution(stop: .contextFull), solution(stop: .contextFull, written: 0),
      solution(stop: .error),
    ])
    #expect(outcomes.right == 2 && outcomes.wrong == 1 && outcomes.withoutAnswer == 1)
    #expect(outcomes.cut == 2 && outcomes.noRoom == 1 && outcomes.failed == 1)
  }

  @Test func `configurations are compared problem by problem with the first`() throws {
    let (base, draft) = (
      EvaluationConfiguration(mode: .base), EvaluationConfiguration(mode: .draft)
    )
    // The draft model is right where the base model is wrong once, the other way round twice.
    let rounds = [(true, false), (true, false), (false, true), (true, true), (false, false)]
      .enumerated().map { index, right in
        EvaluationRound(
          problem: index + 1, seed: 1,
          solutions: [
            solution(right: right.0, answer: "1", boxed: false, base),
            solution(right: right.1, answer: "1", boxed: true, draft),
          ])
      }
    var told = rounds
    told[0].solutions[1].compared = .text
    told[1].solutions[1].compared = .mathematics
    let summaries = EvaluationSummary.summaries(of: told, for: [base, draft])
    #expect(summaries.map(\.comparedAsText) == [0, 1])
    #expect(summaries[0].comparison == nil && summaries[0].withoutBox == 5)
    #expect(summaries[1].comparison == PairedComparison(with: "base", of: 5, better: 1, worse: 2))
    #expect(summaries[1].withoutBox == 0 && summaries[1].passAt == nil)
    #expect(summaries[0].interval == ConfidenceInterval(share: 0.6, of: 5))
    #expect(summaries[0].tokensPerSolution == 10)
  }
}
