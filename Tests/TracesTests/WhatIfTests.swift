import Testing
import Traces

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

  @Test func `what a cheap judge decided stands at every threshold, and teaches nothing`() throws {
    var telling = Telling()
    telling.draft(1, tokens: 5, seconds: 0.1, score: 9)
    for step in 2...5 {
      telling.tell(
        .stepDrafted(StepDrafted(step: step, text: "d", tokens: 5, seconds: 0.1, cut: false)))
      var judged = StepJudged(
        step: step, score: 8.5, greedy: nil, average: nil, probabilities: [], readable: true,
        promptTokens: 0, seconds: 0)
      judged.by = .draft
      telling.tell(
        .stepScreened(StepScreened(judged, in: Cascade(.confidence, low: 2, high: 8))), after: 0)
      var decided = StepDecided(
        step: step, verdict: .accepted, threshold: 7, by: .rule, reason: "confidence 8.5 above 8.0")
      decided.unasked = true
      telling.tell(.stepDecided(decided), after: 0)
      telling.commit(step, .draftUnasked, by: .draft, tokens: 5, seconds: 0.1, after: 0)
    }
    let turn = try #require(telling.run.turns.first)
    for threshold in WhatIf.thresholds.dropLast() {
      #expect(WhatIf(threshold: threshold, turn: turn).flips.isEmpty)
    }
    // One score of the deciding judge is too few to say anything.
    #expect(Coach(telling.run) == nil)
    #expect(turn.unaskedSteps == 4 && turn.unreadTokens == 20)
    // The cheap judge took no time and no passes; only the deciding one is counted.
    #expect(turn.ledger.selfJudging == Work())
    #expect(turn.ledger.judging.tokens == 20 && turn.ledger.judging.passes == 1)
    #expect(turn.acceptedSteps == 5)
    let judging = Timeline(turn: turn, now: 9).spans.filter { $0.lane == .judge }
    #expect(judging.map(\.step) == [1])
  }

  @Test func `an unreadable judgement accepts at no threshold`() {
    let judged = StepJudged(
      step: 1, score: nil, greedy: nil, average: nil, probabilities: [], readable: false,
      promptTokens: 1, seconds: 0)
    #expect(judged.verdict(at: 0) == .rejected)
  }

  /// Four steps of 5 tokens, scores 9, 7, 6.5 and 2, at τ 7: two accepted, then two rejected and
  /// written anew in 1 s each. The base model takes 0.1 s a token, the turn 4 s.
  private func turn(rewrites: [String] = ["t", "t"]) throws -> TurnState {
    var telling = Telling()
    for (index, score) in [9.0, 7, 6.5, 2].enumerated() {
      telling.draft(index + 1, tokens: 5, seconds: 0.1, score: score)
      guard score < 7 else { continue }
      telling.commit(
        index + 1, .baseRegenerated, by: .base, tokens: 5, seconds: 1, after: 1,
        text: rewrites[index - 2])
    }
    telling.end(after: 0.8)
    return try #require(telling.run.turns.first)
  }

  private func expect(
    _ bounds: Bounds?, _ low: Double, _ estimate: Double, _ high: Double,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let bounds = try #require(bounds, sourceLocation: location)
    let differences = [bounds.low - low, bounds.estimate - estimate, bounds.high - high]
    #expect(
      differences.allSatisfy { abs($0) < 1e-9 }, "\(bounds)", sourceLocation: location)
  }

  @Test func `at the run's own threshold nothing flips and nothing is uncertain`() throws {
    let same = WhatIf(threshold: 7, turn: try turn(), baseSecondsPerToken: 0.1)
    #expect(same.flips.isEmpty)
    try expect(same.acceptance, 0.5, 0.5, 0.5)
    try expect(same.seconds, 4, 4, 4)
  }

  @Test func `after the first flip everything may have been otherwise`() throws {
    // At 6.5 the third step is accepted, and its second of rewriting saved; the fourth could have
    // been accepted too (another second less), or rejected as it was.
    let looser = WhatIf(threshold: 6.5, turn: try turn(), baseSecondsPerToken: 0.1)
    try expect(looser.acceptance, 0.75, 0.75, 1)
    try expect(looser.seconds, 2, 3, 3)
    // At 8 the second step is rejected: 5 tokens at 0.1 s more.
    let stricter = WhatIf(threshold: 8, turn: try turn(), baseSecondsPerToken: 0.1)
    try expect(stricter.acceptance, 0.25, 0.25, 0.75)
    try expect(stricter.seconds, 2.5, 4.5, 4.5)
  }

  @Test func `without the base model's speed, or before the end, no time is guessed`() throws {
    #expect(WhatIf(threshold: 8, turn: try turn()).seconds == nil)
    var telling = Telling()
    telling.draft(1, tokens: 5, seconds: 0.1, score: 8)
    let running = try #require(telling.run.turns.first)
    #expect(WhatIf(threshold: 9, turn: running, baseSecondsPerToken: 0.1).seconds == nil)
    let unjudged = try #require(Telling().run.turns.first)
    let empty = WhatIf(threshold: 9, turn: unjudged)
    #expect(empty.acceptance == nil)
  }

  @Test func `a sweep goes over half steps, and its estimates lie within their bounds`() throws {
    let sweep = WhatIf.sweep(try turn(), baseSecondsPerToken: 0.1)
    #expect(sweep.map(\.threshold) == (0...18).map { Double($0) / 2 })
    for other in sweep {
      for bounds in [try #require(other.acceptance), try #require(other.seconds)] {
        #expect(bounds.low <= bounds.estimate && bounds.estimate <= bounds.high)
      }
    }
    let estimates = try sweep.map { try #require($0.acceptance).estimate }
    #expect(estimates == estimates.sorted(by: >))
  }

  @Test func `a rewrite of the same words speaks for a lower threshold`() throws {
    // Other words are no evidence.
    #expect(WhatIf.suggestedThreshold(for: try turn()) == nil)
    // The third step, of score 6.5, came back word for word; the fourth, of 2, did not.
    #expect(WhatIf.suggestedThreshold(for: try turn(rewrites: ["d", "t"])) == 6.5)
    #expect(WhatIf.suggestedThreshold(for: try turn(rewrites: ["d", "d"])) == 2)
    #expect(WhatIf.suggestedThreshold(for: try turn(rewrites: ["t", "d"])) == 2)
    let unjudged = try #require(Telling().run.turns.first)
    #expect(WhatIf.suggestedThreshold(for: unjudged) == nil)
  }
}
