import Backends
import Reasoning
import Traces

/// What the screen estimates of one turn, beside what the base model took for as many tokens meanwhile.
struct Comparison: Encodable {
  var promptTokens: Int?
  /// Tokens that the pair kept.
  var kept: Int
  var stop: String
  /// Seconds that the pair computed.
  var seconds: Double
  /// The share of `kept` that the base model wrote itself; beyond, it goes on at the speed of the
  /// second half of what it wrote.
  var written: Double
  /// The base model's seconds ÷ the pair's, measured, and as estimated with its interval.
  var measured: Double
  var estimated: Double
  var low: Double
  var high: Double
  var measuredBreakEven: Double?
  var estimatedBreakEven: Double?

  /// Lets `pair` and `base` solve `prompt` in turns, both from an empty KV cache; nil where one of them
  /// wrote too little to compare.
  init?(
    _ prompt: String, pair: LocalEngine, base: LocalEngine, options: RunOptions, slice: Double
  ) async throws {
    let alternation = Alternation(slice: slice)
    var alone = options
    alone.mode = .base
    async let together = Self.solve(prompt, pair, options, alternation, number: 0)
    async let single = Self.solve(prompt, base, alone, alternation, number: 1)
    let (run, work) = try await together
    let times = try await single.work.tokenTimes
    guard let turn = run.turns.last, let end = turn.ended, let metrics = run.metrics,
      let expected = end.baseAlone, times.count >= 8
    else { return nil }
    // As the estimate counts them: in the base model's vocabulary.
    kept = turn.steps.reduce(turn.answer?.tokens ?? 0) { sum, step in
      guard let committed = step.committed else { return sum }
      let ofDraft = committed.by == .draft ? step.judged?.stepTokens : nil
      return sum + (ofDraft ?? committed.tokens)
    }
    guard kept > 0 else { return nil }
    promptTokens = turn.promptTokens
    stop = end.stop.rawValue
    seconds = work.seconds
    written = min(1, Double(times.count) / Double(kept))
    measured = Self.seconds(of: kept, in: times) / work.seconds
    let bounds = expected.divided(by: work.seconds)
    (low, estimated, high) = (bounds.low, bounds.estimate, bounds.high)
    if let breakEven = metrics.breakEvenAcceptance, let pace = metrics.baseSecondsPerToken {
      estimatedBreakEven = breakEven
      let decoding = (times[times.count - 1] - times[0]) / Double(times.count - 1)
      measuredBreakEven = breakEven * pace / decoding
    }
  }

  private static func seconds(of tokens: Int, in times: [Double]) -> Double {
    let last = times.count - 1
    if tokens <= times.count { return times[tokens - 1] }
    let half = times.count / 2
    let pace = (times[last] - times[half]) / Double(last - half)
    return times[last] + pace * Double(tokens - times.count)
  }

  private static func solve(
    _ prompt: String, _ engine: LocalEngine, _ options: RunOptions, _ alternation: Alternation,
    number: Int
  ) async throws -> (run: RunState, work: AlternatingBackend) {
    let backend = AlternatingBackend(engine, alternation, number: number)
    let reasoner = Reasoner(backend: backend, options: options, version: "benchmark")
    await engine.forget()
    try await reasoner.start()
    await reasoner.run(prompt: prompt)
    await alternation.finish(number)
    await reasoner.finish()
    return (await reasoner.state, backend)
  }
}
