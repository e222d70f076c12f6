import Testing
import Traces

/// A machine on which a pass takes 20 ms, 4 ms for each row, and 1 µs for each row and position.
private struct Machine {
  var speed = 1.0
  var random = SystemSeed(state: 3)

  static func seconds(rows: Int, context: Int) -> Double {
    0.02 + 0.004 * Double(rows) + 1e-6 * Double(rows) * (Double(context) + Double(rows - 1) / 2)
  }

  /// Passes that vary by 3%; one group in ten is five times as slow.
  mutating func passes(_ count: Int, rows: Int, context: Int) -> PassGroup {
    var seconds = Double(count) * Self.seconds(rows: rows, context: context) * speed
    seconds *= 0.97 + 0.06 * random.unit()
    if random.unit() < 0.1 { seconds *= 5 }
    return PassGroup(by: .base, rows: rows, context: context, count: count, seconds: seconds)
  }
}

/// A linear congruential generator, so that each run of a test sees the same noise.
private struct SystemSeed {
  var state: UInt64

  mutating func unit() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(UInt64(1) << 53)
  }
}

@Suite struct `What passes cost is learnt from those that were seen` {
  private func isNear(_ value: Double?, _ expected: Double, within share: Double) throws -> Bool {
    abs(try #require(value) - expected) <= share * expected
  }

  @Test func `decoding and prefill are known in spite of noise and slow passes`() throws {
    var machine = Machine()
    var model = CostModel()
    for step in 0..<60 {
      let context = 100 + 20 * step
      model.add([
        machine.passes(20, rows: 1, context: context),
        machine.passes(1, rows: 45, context: context),
        machine.passes(1, rows: 128, context: context),
      ])
    }
    for context in [100, 700, 1200] {
      #expect(
        try isNear(
          model.secondsPerToken(at: context), Machine.seconds(rows: 1, context: context),
          within: 0.04), "\(context)")
    }
    let prompt = (0..<10).reduce(0) { $0 + Machine.seconds(rows: 128, context: 128 * $1) }
    #expect(try isNear(model.prefill(1280, from: 0), prompt, within: 0.05))
    let answer = (0..<300).reduce(0) { $0 + Machine.seconds(rows: 1, context: 500 + $1) }
    #expect(try isNear(model.decoding(300, from: 500), answer, within: 0.04))
    // Never seen, and between two that were.
    #expect(
      try isNear(
        model.seconds(rows: 80, context: 700), Machine.seconds(rows: 80, context: 700),
        within: 0.05))
  }

  @Test func `a run that contradicts the measurement at its start corrects it`() throws {
    var model = CostModel()
    func group(_ rows: Int, _ count: Int, _ seconds: Double) -> PassGroup {
      PassGroup(by: .base, rows: rows, context: 50, count: count, seconds: seconds)
    }
    // At the start the machine was busy with something else: everything took twice as long.
    model.add(
      [group(1, 200, 200 * 0.06), group(8, 6, 6 * 0.12), group(32, 3, 3 * 0.3)], isProbe: true)
    #expect(try isNear(model.secondsPerToken(at: 50), 0.06, within: 0.01))
    for _ in 0..<6 { model.add([group(1, 8, 8 * 0.03)]) }
    #expect(try isNear(model.secondsPerToken(at: 50), 0.03, within: 0.01))
    // What the run did not show is taken to have been slow then, too.
    #expect(try isNear(model.seconds(rows: 32, context: 50), 0.15, within: 0.1))
  }

  @Test
  func `where the run decodes no single tokens, its checking of several tells how slow they are`()
    throws
  {
    var model = CostModel()
    func group(_ rows: Int, _ count: Int, speed: Double = 1) -> PassGroup {
      let seconds = Double(count) * Machine.seconds(rows: rows, context: 50) * speed
      return PassGroup(by: .base, rows: rows, context: 50, count: count, seconds: seconds)
    }
    model.add([group(1, 20), group(4, 6), group(8, 6), group(32, 3)], isProbe: true)
    for _ in 0..<10 { model.add([group(3, 6, speed: 1.3), group(5, 4, speed: 1.3)]) }
    #expect(
      try isNear(
        model.secondsPerToken(at: 50), 1.3 * Machine.seconds(rows: 1, context: 50), within: 0.04))
  }

  @Test func `more rows never take less time`() throws {
    var machine = Machine()
    var model = CostModel()
    for rows in [1, 2, 3, 4, 5, 6, 9, 14, 20, 33, 47, 64, 100, 128] {
      model.add([machine.passes(1, rows: rows, context: 0)])
    }
    let seconds = try (1...200).map { try #require(model.seconds(rows: $0, context: 100)) }
    #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func `what was never seen is not known`() {
    var model = CostModel()
    #expect(model.secondsPerToken(at: 0) == nil && model.prefill(10, from: 0) == nil)
    #expect(model.prefill(0, from: 0) == 0)
    model.add([PassGroup(by: .base, rows: 60, context: 0, count: 1, seconds: 1)])
    #expect(model.secondsPerToken(at: 0) == nil)
    #expect(model.seconds(rows: 120, context: 0) == 2)
  }

  @Test(arguments: [0.0, 0.2])
  func `bounds hold nine tenths of what passes took`(noise: Double) throws {
    var model = CostModel()
    for place in 0..<90 {
      let seconds = 0.3 * (1 + noise * (Double(place * 37 % 90) / 44.5 - 1))
      model.add([PassGroup(by: .base, rows: 1, context: 10, count: 10, seconds: seconds)])
    }
    let bounds = model.bounds(of: 10)
    // Steady passes still leave 5%: a model's speed alone differs from that beside another.
    let expected = max(0.05, 0.9 * noise)
    #expect(abs(bounds.low - 10 * (1 - expected)) < 0.2)
    #expect(abs(bounds.high - 10 * (1 + expected)) < 0.2)
    #expect(bounds.estimate == 10)
  }
}

@Suite struct `The estimate is what the base model alone would have taken` {
  private let probe = [
    PassGroup(by: .base, rows: 1, context: 30, count: 10, seconds: 0.32),
    PassGroup(by: .base, rows: 128, context: 0, count: 2, seconds: 1.8),
    PassGroup(by: .draft, rows: 1, context: 30, count: 10, seconds: 0.16),
    PassGroup(by: .draft, rows: 128, context: 0, count: 2, seconds: 0.6),
  ]

  private func begun(prompt: Int, cached: Int = 0) -> RunState {
    var run = RunState()
    var started = RunStarted(
      version: "1", base: ModelDescription(name: "b", source: "f"),
      draft: ModelDescription(name: "d", source: "f"),
      options: .published(judge: .short, budget: 100, seed: 1), machine: "m",
      baseSecondsPerToken: 0.032)
    started.passes = probe
    run.apply(Event(time: 0, kind: .runStarted(started)))
    var turn = TurnStarted(turn: 1, prompt: "p")
    (turn.promptTokens, turn.cachedTokens) = (prompt, cached)
    run.apply(Event(time: 0, kind: .turnStarted(turn)))
    return run
  }

  /// One draft of 30 tokens that is judged and accepted, after a prompt that both models read first.
  private func longPrompt() -> RunState {
    var run = begun(prompt: 1395)
    var drafted = StepDrafted(step: 1, text: "d", tokens: 30, seconds: 3.3 + 0.48, cut: false)
    drafted.passes = [
      PassGroup(by: .draft, rows: 128, context: 633, count: 11, seconds: 3.3, promptSeconds: 3.3),
      PassGroup(by: .draft, rows: 1, context: 1410, count: 30, seconds: 0.48),
    ]
    run.apply(Event(time: 3.78, kind: .stepDrafted(drafted)))
    var judged = StepJudged(
      step: 1, score: 9, greedy: nil, average: nil, probabilities: [], readable: true,
      promptTokens: 1455, seconds: 9.9 + 0.4)
    judged.stepTokens = 30
    judged.passes = [
      PassGroup(by: .base, rows: 128, context: 576, count: 10, seconds: 9, promptSeconds: 9),
      // The last pass has the end of the prompt in it, too.
      PassGroup(by: .base, rows: 175, context: 1280, count: 1, seconds: 1.3, promptSeconds: 0.9),
    ]
    run.apply(Event(time: 14.08, kind: .stepJudged(judged)))
    run.apply(
      Event(
        time: 14.08,
        kind: .stepDecided(
          StepDecided(step: 1, verdict: .accepted, threshold: 7, by: .judge, reason: "r"))))
    run.apply(
      Event(
        time: 14.08,
        kind: .stepCommitted(
          StepCommitted(
            step: 1, by: .draft, status: .draftAccepted, text: "d", tokens: 30, seconds: 3.78,
            cut: false))))
    return run
  }

  @Test func `a long prompt is read by both, so one accepted step is no loss of 97%`() throws {
    let metrics = try #require(longPrompt().metrics)
    // The base model reads it in about 9.9 s and writes 30 tokens in about 1 s; both took 14.08 s.
    let alone = try #require(metrics.baseAlone)
    #expect(abs(alone.estimate - 10.9) < 0.6)
    #expect(alone.low < alone.estimate && alone.estimate < alone.high)
    #expect(abs(try #require(metrics.estimatedSpeedup) - 10.9 / 14.08) < 0.05)
  }

  @Test func `a judgement is not charged with the prompt, nor is a draft`() throws {
    let metrics = try #require(longPrompt().metrics)
    // 0.4 s at 32 ms a token.
    #expect(abs(try #require(metrics.judgeCostInBaseTokens) - 12.5) < 0.7)
    #expect(abs(1 / (try #require(metrics.draftSecondsPerToken)) - 62.5) < 4)
    // 0.48 s of drafting and 0.4 s of judging for 30 tokens at 32 ms.
    #expect(abs(try #require(metrics.breakEvenAcceptance) - 0.88 / 0.96) < 0.06)
  }

  @Test func `what the KV cache held is read by neither`() throws {
    let cached = try #require(begun(prompt: 1395, cached: 1395).alone(decoding: 30))
    let read = try #require(begun(prompt: 1395).alone(decoding: 30))
    #expect(read - cached > 9 && cached < 1.2)
  }

  @Test func `of a turn of the base model alone it is the time that it took`() throws {
    var run = begun(prompt: 60)
    var answer = Answer(text: "a", boxed: nil, by: .base, tokens: 200, seconds: 6.8)
    answer.passes = [
      PassGroup(by: .base, rows: 60, context: 0, count: 1, seconds: 0.4, promptSeconds: 0.4),
      PassGroup(by: .base, rows: 1, context: 160, count: 200, seconds: 6.4),
    ]
    run.apply(Event(time: 6.8, kind: .answer(answer)))
    #expect(abs(try #require(run.metrics?.estimatedSpeedup) - 1) < 0.03)
    // The speed that is shown is the one that the estimate is made of.
    #expect(abs(1 / (try #require(run.metrics?.baseSecondsPerToken)) - 200 / 6.4) < 1)
  }

  @Test func `a draft of another vocabulary counts in the base model's tokens`() throws {
    var run = longPrompt()
    let before = try #require(run.metrics?.baseAlone?.estimate)
    var judged = try #require(run.turns.last?.steps.last?.judged)
    judged.stepTokens = 60
    judged.passes = nil
    run.apply(Event(time: 14.08, kind: .stepJudged(judged)))
    #expect(abs(try #require(run.metrics?.baseAlone?.estimate) - before - 30 * 0.032) < 0.06)
  }

  @Test func `what a trace records is what its reader computes`() throws {
    var told = longPrompt()
    let metrics = try #require(told.metrics)
    var ended = TurnEnded(
      turn: 1, stop: .answer, seconds: 14.08, tokens: TokenCounts(), accepted: 1, rejected: 0,
      estimatedSpeedup: metrics.estimatedSpeedup)
    ended.baseAlone = metrics.baseAlone
    told.apply(Event(time: 14.08, kind: .turnEnded(ended)))
    // What later turns show does not change it.
    told.apply(Event(time: 20, kind: .turnStarted(TurnStarted(turn: 2, prompt: "q"))))
    var answer = Answer(text: "a", boxed: nil, by: .base, tokens: 200, seconds: 60)
    answer.passes = [PassGroup(by: .base, rows: 1, context: 0, count: 200, seconds: 60)]
    told.apply(Event(time: 80, kind: .answer(answer)))
    let turn = try #require(told.turns.first)
    #expect(TurnMetrics(turn: turn, run: told).baseAlone == metrics.baseAlone)
  }

  @Test func `passes that cost as much as their rows leave speculation nothing to gain`() throws {
    var costs = PairCosts()
    // A mixture of experts: each row reads experts of its own.
    costs.add(
      [1, 8, 32].flatMap { rows in
        [
          PassGroup(by: .base, rows: rows, context: 0, count: 4, seconds: 0.12 * Double(rows)),
          PassGroup(by: .draft, rows: rows, context: 0, count: 4, seconds: 0.04 * Double(rows)),
        ]
      })
    let limit = try #require(
      costs.speculationLimit(stepTokens: 40, wordingTokens: 30, context: 0))
    #expect(limit.breakEven > 1)
    #expect(try #require(costs.tokenSpeculationSpeedup(acceptance: 0.8, context: 0)) < 1)
    #expect(try #require(costs.gainOfDraftingAhead(tokens: 40, acceptance: 0.9, context: 0)) < 0)
  }
}

extension RunState {
  /// The estimate after an answer of `tokens` tokens.
  fileprivate func alone(decoding tokens: Int) -> Double? {
    var run = self
    run.apply(
      Event(
        time: 1,
        kind: .answer(Answer(text: "a", boxed: nil, by: .base, tokens: tokens, seconds: 1))))
    return run.metrics?.baseAlone?.estimate
  }
}
