import Testing
import Traces

@Suite struct TimelineTests {
  /// A step is accepted, one is rejected and written by the base model; then the answer.
  private static func turn() throws -> TurnState {
    var telling = Telling()
    telling.draft(1, tokens: 5, seconds: 0.5, score: 9)
    telling.draft(2, tokens: 4, seconds: 0.4, score: 2)
    telling.commit(2, .baseRegenerated, by: .base, tokens: 6, seconds: 1.5, after: 1.5)
    telling.tell(
      .answer(Answer(text: "a", boxed: nil, by: .base, tokens: 3, seconds: 0.7)), after: 0.7)
    telling.end(after: 0.2)
    return try #require(telling.run.turns.first)
  }

  private static func seconds(_ timeline: Timeline, _ lane: Timeline.Lane) -> Double {
    timeline.spans.filter { $0.lane == lane }.reduce(0) { $0 + $1.end - $1.start }
  }

  @Test func `a lane's seconds are those of the ledger`() throws {
    let turn = try Self.turn()
    let timeline = Timeline(turn: turn, now: 10)
    let ledger = turn.ledger
    func isNear(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-9 }
    #expect(isNear(Self.seconds(timeline, .draft), ledger.drafting.seconds))
    #expect(isNear(Self.seconds(timeline, .judge), ledger.judging.seconds))
    #expect(
      isNear(
        Self.seconds(timeline, .base) + Self.seconds(timeline, .answer),
        ledger.regenerating.seconds + ledger.writing.seconds))
    let wasted = timeline.spans.filter(\.isDiscarded)
    #expect(wasted.map(\.step) == [2])
    #expect(isNear(wasted.reduce(0) { $0 + $1.end - $1.start }, ledger.discarded.seconds))
    #expect(timeline.seconds == turn.ended?.seconds)
  }

  @Test func `work that was done one after the other never overlaps`() throws {
    let timeline = Timeline(turn: try Self.turn(), now: 10)
    let lanes = timeline.spans.map(\.lane)
    #expect(lanes == [.draft, .judge, .draft, .judge, .base, .answer])
    for (span, next) in zip(timeline.spans, timeline.spans.dropFirst()) {
      #expect(span.start < span.end)
      #expect(span.end <= next.start + 1e-9)
    }
  }

  @Test func `steps that one pass judged were drafted before it and share its time`() throws {
    var telling = Telling()
    func drafted(_ step: Int) -> Event.Kind {
      .stepDrafted(StepDrafted(step: step, text: "d", tokens: 5, seconds: 0.5, cut: false))
    }
    func judged(_ step: Int, seconds: Double, sharesPass: Bool?) -> Event.Kind {
      var judged = StepJudged(
        step: step, score: 9, greedy: nil, average: nil, probabilities: [], readable: true,
        promptTokens: 20, seconds: seconds)
      judged.sharesPass = sharesPass
      return .stepJudged(judged)
    }
    // Written and judged from 0 to 2.1 seconds, told one after the other.
    telling.tell(drafted(1), after: 0.5)
    telling.tell(judged(1, seconds: 0.3, sharesPass: nil), after: 1.6)
    telling.tell(drafted(2), after: 0)
    telling.tell(judged(2, seconds: 0.2, sharesPass: true), after: 0)
    telling.tell(drafted(3), after: 0)
    telling.tell(judged(3, seconds: 0.1, sharesPass: true), after: 0)
    let turn = try #require(telling.run.turns.first)
    let spans = Timeline(turn: turn, now: 2.1).spans
    #expect(spans.map(\.lane) == [.draft, .draft, .draft, .judge, .judge, .judge])
    #expect(spans.map(\.step) == [1, 2, 3, 1, 2, 3])
    for (span, next) in zip(spans, spans.dropFirst()) {
      #expect(abs(span.end - next.start) < 1e-9)
    }
    #expect(turn.ledger.judging.passes == 1)
  }

  @Test func `what is still being written is not in it yet`() {
    var telling = Telling()
    telling.tell(.token(TokenEvent(step: 1, by: .draft, text: "a")), after: 0.3)
    let timeline = telling.run.turns.first.map { Timeline(turn: $0, now: 0.8) }
    #expect(timeline?.spans.isEmpty == true)
    #expect(timeline?.seconds == 0.8)
  }
}

@Suite struct TokenMarkTests {
  private static func write(
    _ telling: inout Telling, _ text: String, by author: Author = .draft, logprob: Double?
  ) {
    telling.tell(.token(TokenEvent(step: 1, by: author, text: text, logprob: logprob)))
  }

  @Test func `a step keeps each token with its probability, whatever its characters`() throws {
    var telling = Telling()
    Self.write(&telling, "e", logprob: 0)
    // A mark that joins the character before it, half a character, and its other half.
    Self.write(&telling, "\u{301}", logprob: -0.5)
    Self.write(&telling, "", logprob: -1)
    Self.write(&telling, "漢", logprob: nil)
    Self.write(&telling, " 👍🏽", by: .base, logprob: 0.1)
    let step = try #require(telling.run.turns.first?.steps.first)
    #expect(
      step.markedDraft.map { Array($0.text.unicodeScalars) }
        == ["e", "\u{301}", "", "漢"].map { Array($0.unicodeScalars) })
    let probabilities = step.markedDraft.map(\.probability)
    #expect(probabilities[0] == 1)
    #expect(abs((probabilities[1] ?? 0) - 0.60653) < 1e-4)
    #expect(probabilities[3] == nil)
    // No probability is above 1, whatever a file says.
    #expect(step.markedBase == [MarkedToken(text: " 👍🏽", probability: 1)])
  }

  @Test func `another draft of a rejected step has tokens of its own`() throws {
    var telling = Telling()
    Self.write(&telling, "first", logprob: -1)
    telling.draft(1, tokens: 1, seconds: 0.1, score: 2)
    Self.write(&telling, "second", logprob: 0)
    let step = try #require(telling.run.turns.first?.steps.first)
    #expect(step.markedDraft == [MarkedToken(text: "second", probability: 1)])
  }
}
