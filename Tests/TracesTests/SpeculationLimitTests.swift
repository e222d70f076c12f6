import Testing
import Traces

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
