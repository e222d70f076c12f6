import Testing

@testable import Inference

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
