import Testing
import Traces

/// A run that is told event by event, a tenth of a second apart unless said otherwise.
private struct Telling {
  private(set) var run = RunState()
  private var time = 0.0

  init(baseSecondsPerToken: Double? = 0.1) {
    tell(
      .runStarted(
        RunStarted(
          version: "1", base: ModelDescription(name: "b", source: "f"),
          draft: ModelDescription(name: "d", source: "f"), mode: .reason, threshold: 7,
          score: .greedy, judge: .short, firstBaseSteps: 0, seed: 1, sampling: Sampling(),
          budget: 100, machine: "m", baseSecondsPerToken: baseSecondsPerToken)), after: 0)
    tell(.turnStarted(TurnStarted(turn: 1, prompt: "p")), after: 0)
  }

  mutating func tell(_ kind: Event.Kind, after seconds: Double = 0.1) {
    time += seconds
    run.apply(Event(time: time, kind: kind))
  }

  mutating func draft(_ step: Int, tokens: Int, seconds: Double, score: Double) {
    tell(
      .stepDrafted(
        StepDrafted(step: step, text: "d", tokens: tokens, seconds: seconds, cut: false)),
      after: seconds)
    let judged = StepJudged(
      step: step, score: score, greedy: nil, average: nil, probabilities: [], readable: true,
      promptTokens: 20, seconds: 0.2)
    tell(.stepJudged(judged), after: 0.2)
    let verdict = judged.verdict(at: run.threshold)
    tell(
      .stepDecided(
        StepDecided(
          step: step, verdict: verdict, threshold: run.threshold, by: .judge, reason: "r")),
      after: 0)
    if verdict == .accepted {
      commit(step, .draftAccepted, by: .draft, tokens: tokens, seconds: seconds, after: 0)
    }
  }

  mutating func commit(
    _ step: Int, _ status: StepStatus, by author: Author, tokens: Int, seconds: Double,
    after: Double
  ) {
    tell(
      .stepCommitted(
        StepCommitted(
          step: step, by: author, status: status, text: "t", tokens: tokens, seconds: seconds,
          decodeSeconds: seconds / 2, cut: false)), after: after)
  }
}

struct MetricsTests {
  @Test func `tokens, times and rates of a turn are those of its steps`() throws {
    var telling = Telling()
    telling.draft(1, tokens: 10, seconds: 0.3, score: 9)
    telling.draft(2, tokens: 8, seconds: 0.2, score: 3)
    telling.commit(2, .baseRegenerated, by: .base, tokens: 12, seconds: 1.6, after: 1.6)
    let metrics = try #require(telling.run.metrics)
    #expect(metrics.tokens.draft == 18)
    #expect(metrics.tokens.judge == 40)
    #expect(metrics.tokens.base == 12)
    #expect(metrics.tokens.discarded == 8)
    #expect(abs(metrics.seconds.draft - 0.5) < 1e-9)
    #expect(abs(metrics.seconds.judge - 0.4) < 1e-9)
    #expect(abs(metrics.seconds.base - 1.6) < 1e-9)
    #expect(abs(metrics.seconds.discarded - 0.2) < 1e-9)
    #expect(metrics.keptTokens == 22)
    #expect(metrics.acceptanceRate == 0.5)
    #expect(abs(metrics.wallSeconds - 2.5) < 1e-9)
    // 22 tokens kept at 0.1 s each, in 2.5 s.
    #expect(abs(try #require(metrics.estimatedSpeedup) - 0.88) < 1e-9)
    // Drafting and judging took 0.9 s; the base would have taken 18 × 0.1 s for the drafts.
    #expect(abs(try #require(metrics.breakEvenAcceptance) - 0.5) < 1e-9)
  }

  @Test func `the base's own decoding counts once it wrote 16 tokens`() throws {
    var telling = Telling(baseSecondsPerToken: 0.1)
    telling.commit(1, .baseWritten, by: .base, tokens: 15, seconds: 6, after: 6)
    #expect(telling.run.baseSecondsPerToken == 0.1)
    telling.commit(2, .baseWritten, by: .base, tokens: 1, seconds: 0.4, after: 0.4)
    #expect(abs(try #require(telling.run.baseSecondsPerToken) - 0.2) < 1e-9)
  }

  @Test func `without a measurement there is no estimate`() throws {
    var telling = Telling(baseSecondsPerToken: nil)
    telling.draft(1, tokens: 10, seconds: 0.3, score: 9)
    let metrics = try #require(telling.run.metrics)
    #expect(metrics.estimatedSpeedup == nil)
    #expect(metrics.breakEvenAcceptance == nil)
  }

  @Test func `before the first step nothing is known and nothing divides by zero`() throws {
    let metrics = try #require(Telling().run.metrics)
    #expect(metrics.acceptanceRate == nil)
    #expect(metrics.estimatedSpeedup == nil)
    #expect(metrics.breakEvenAcceptance == nil)
    #expect(RunState().metrics == nil)
  }

  @Test func `tokens count while they are written`() throws {
    var telling = Telling()
    for text in ["So", " 3"] {
      telling.tell(.token(TokenWritten(step: 1, by: .base, text: text)))
    }
    let metrics = try #require(telling.run.metrics)
    #expect(metrics.tokens.base == 2)
    #expect(metrics.keptTokens == 2)
    #expect(abs(try #require(metrics.estimatedSpeedup) - 1) < 1e-9)
  }

  @Test func `a token that only closes the reasoning makes no step`() {
    var telling = Telling()
    telling.tell(.token(TokenWritten(step: 1, by: .draft, text: "")))
    #expect(telling.run.turns.first?.steps.isEmpty == true)
  }
}

struct WhatIfTests {
  @Test func `another threshold flips the steps between the two`() throws {
    var telling = Telling()
    for (index, score) in [9.0, 7, 6.5, 2].enumerated() {
      telling.draft(index + 1, tokens: 5, seconds: 0.1, score: score)
    }
    let turn = try #require(telling.run.turns.first)
    #expect(WhatIf(threshold: 7, turn: turn).flips.isEmpty)
    #expect(WhatIf(threshold: 7, turn: turn).divergesAt == nil)
    let looser = WhatIf(threshold: 6.5, turn: turn)
    #expect(looser.flips.map(\.step) == [3])
    #expect(looser.flips.map(\.verdict) == [.accepted])
    let stricter = WhatIf(threshold: 9, turn: turn)
    #expect(stricter.flips.map(\.step) == [2])
    #expect(stricter.flips.map(\.verdict) == [.rejected])
    #expect(stricter.divergesAt == 2)
  }

  @Test func `a decision by rule stands at every threshold`() throws {
    var telling = Telling()
    telling.tell(
      .stepDrafted(StepDrafted(step: 1, text: "d", tokens: 5, seconds: 0.1, cut: true)))
    telling.tell(
      .stepDecided(
        StepDecided(step: 1, verdict: .rejected, threshold: 7, by: .rule, reason: "cut")))
    let turn = try #require(telling.run.turns.first)
    #expect(WhatIf(threshold: 0, turn: turn).flips.isEmpty)
  }

  @Test func `an unreadable judgement accepts at no threshold`() {
    let judged = StepJudged(
      step: 1, score: nil, greedy: nil, average: nil, probabilities: [], readable: false,
      promptTokens: 1, seconds: 0)
    #expect(judged.verdict(at: 0) == .rejected)
  }
}
