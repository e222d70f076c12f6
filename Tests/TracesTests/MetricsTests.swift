import Testing
import Traces

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

  @Test func `the base's own decoding counts once it wrote more than was measured`() throws {
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
      telling.tell(.token(TokenEvent(step: 1, by: .base, text: text)))
    }
    let metrics = try #require(telling.run.metrics)
    #expect(metrics.tokens.base == 2)
    #expect(metrics.keptTokens == 2)
    #expect(abs(try #require(metrics.estimatedSpeedup) - 1) < 1e-9)
  }

  @Test func `a token that only closes the reasoning makes no step`() {
    var telling = Telling()
    telling.tell(.token(TokenEvent(step: 1, by: .draft, text: "")))
    #expect(telling.run.turns.first?.steps.isEmpty == true)
  }

  @Test func `what one judgement costs is told in tokens of the base model`() throws {
    var telling = Telling()
    telling.draft(1, tokens: 10, seconds: 0.3, score: 9)
    telling.draft(2, tokens: 10, seconds: 0.3, score: 9)
    // 0.2 s each, at 0.1 s a token.
    let metrics = try #require(telling.run.metrics)
    #expect(abs(try #require(metrics.judgeCostInBaseTokens) - 2) < 1e-9)
    let unjudged = try #require(Telling().run.metrics)
    #expect(unjudged.judgeCostInBaseTokens == nil)
  }

  @Test func `opinions of a cascade's cheap judge are judgements where they asked a model`() throws
  {
    var telling = Telling()
    for step in 1...3 { telling.screen(step, tokens: 10, seconds: 0.3, promptTokens: 20) }
    telling.draft(4, tokens: 10, seconds: 0.3, score: 9)
    // Four of 0.2 s each, at 0.1 s a token.
    let asked = try #require(telling.run.metrics?.judgeCostInBaseTokens)
    #expect(abs(asked - 2) < 1e-9)
    // The draft's own probabilities cost nothing, and make no judgement cheaper.
    telling.screen(5, tokens: 10, seconds: 0.3, promptTokens: 0)
    let told = try #require(telling.run.metrics?.judgeCostInBaseTokens)
    #expect(abs(told - 2) < 1e-9)
  }

  @Test func `time in which no model worked is told apart`() throws {
    var telling = Telling()
    telling.draft(1, tokens: 10, seconds: 0.3, score: 9)
    telling.end(after: 0.5)
    let metrics = try #require(telling.run.metrics)
    #expect(abs(metrics.wallSeconds - 1) < 1e-9)
    #expect(abs(metrics.otherSeconds - 0.5) < 1e-9)
  }
}

struct LedgerTests {
  private func expect(
    _ work: Work, tokens: Int, passes: Int, seconds: Double,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(work.tokens == tokens && work.passes == passes, "\(work)", sourceLocation: location)
    #expect(abs(work.seconds - seconds) < 1e-9, "\(work)", sourceLocation: location)
  }

  @Test func `work is kept apart by model and purpose`() throws {
    var telling = Telling()
    telling.commit(1, .baseWritten, by: .base, tokens: 6, seconds: 0.7, after: 0.7)
    telling.draft(2, tokens: 10, seconds: 0.3, score: 9)
    telling.draft(3, tokens: 8, seconds: 0.2, score: 3)
    telling.commit(3, .baseRegenerated, by: .base, tokens: 12, seconds: 1.6, after: 1.6)
    telling.tell(
      .answer(Answer(text: "5", boxed: "5", by: .base, tokens: 4, seconds: 0.5)), after: 0.5)
    let turn = try #require(telling.run.turns.first)
    let ledger = turn.ledger
    expect(ledger.drafting, tokens: 18, passes: 18, seconds: 0.5)
    expect(ledger.judging, tokens: 40, passes: 2, seconds: 0.4)
    expect(ledger.regenerating, tokens: 12, passes: 12, seconds: 1.6)
    expect(ledger.writing, tokens: 10, passes: 10, seconds: 1.2)
    expect(ledger.discarded, tokens: 8, passes: 8, seconds: 0.2)
    expect(ledger.proposing, tokens: 0, passes: 0, seconds: 0)
    #expect(ledger.identicalRewrites == 0)
    #expect(abs(ledger.seconds - 3.7) < 1e-9)
    #expect(telling.run.ledger == ledger)
    let third = turn.steps[2].ledger
    expect(third.drafting, tokens: 8, passes: 8, seconds: 0.2)
    expect(third.judging, tokens: 20, passes: 1, seconds: 0.2)
    expect(third.regenerating, tokens: 12, passes: 12, seconds: 1.6)
  }

  @Test func `proposed tokens are the draft model's work, and their checks are passes`() throws {
    var telling = Telling()
    telling.draft(1, tokens: 8, seconds: 0.2, score: 3)
    telling.commit(
      1, .baseRegenerated, by: .base, tokens: 12, seconds: 0.9, after: 0.9,
      speculation: TokenSpeculation(proposed: 16, accepted: 9, passes: 4, draftSeconds: 0.1))
    let ledger = try #require(telling.run.turns.first).ledger
    expect(ledger.proposing, tokens: 16, passes: 16, seconds: 0.1)
    expect(ledger.regenerating, tokens: 12, passes: 4, seconds: 0.8)
    let seconds = try #require(telling.run.metrics).seconds
    #expect(abs(seconds.draft - 0.3) < 1e-9 && abs(seconds.base - 0.8) < 1e-9)
  }

  @Test func `a rewrite of the same words is counted`() throws {
    var telling = Telling()
    telling.draft(1, tokens: 8, seconds: 0.2, score: 3)
    telling.commit(1, .baseRegenerated, by: .base, tokens: 8, seconds: 1, after: 1, text: "d")
    #expect(telling.run.ledger.identicalRewrites == 1)
  }
}
