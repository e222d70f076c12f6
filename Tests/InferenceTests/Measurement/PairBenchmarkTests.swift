import Testing

@testable import Inference

struct SpeculationLimitTests {
  /// A step of 20 tokens: 2 s by the base model, 0.2 s by the draft model, 0.3 s to judge.
  private let limit = SpeculationLimit(
    basePerToken: 0.1, draftPerToken: 0.01, judging: 0.3, catchingUp: 0.05, stepTokens: 20)

  @Test func `the limit is the time of the base model over that of all passes`() {
    #expect(abs(limit.speedup(acceptance: 1) - 4) < 1e-9)
    // 0.5 s for each step, and 2.05 s more for the half that is rejected.
    #expect(abs(limit.speedup(acceptance: 0.5) - 2 / 1.525) < 1e-9)
    #expect(limit.speedup(acceptance: 0) < 1)
  }

  @Test func `at the break-even acceptance nothing is gained or lost`() {
    #expect(abs(limit.speedup(acceptance: limit.breakEven) - 1) < 1e-9)
    var dear = limit
    dear.judging = 3
    #expect(dear.breakEven > 1 && dear.speedup(acceptance: 1) < 1)
  }
}

struct PairBenchmarkTests {
  @Test(arguments: [0, 0.25, 0.5, 1], [PairBenchmark.Judge.wording(tokens: 7), .likelihood])
  func `the given share of steps is accepted, and every pass is timed`(
    acceptance: Double, judge: PairBenchmark.Judge
  ) throws {
    let benchmark = try PairBenchmark(
      base: try RandomModel(architecture: .qwen3, type: .q8_0)
        .load(contextLength: 128, pool: ComputePool(threads: 1)),
      draft: try RandomModel(architecture: .qwen2, type: .f16)
        .load(contextLength: 128, pool: ComputePool(threads: 1)))
    let outcome = try benchmark.measure(
      steps: 8, stepTokens: 5, promptTokens: 10, acceptance: acceptance, judge: judge)
    #expect(outcome.steps == 8 && outcome.accepted == Int(8 * acceptance))
    #expect(outcome.seconds > 0 && outcome.baseSeconds > 0)
  }
}
