import Foundation
import Testing
import Traces

/// What is made of a trace that stops in the middle of a turn, or that has lost a line.
struct BrokenOffTests {
  @Test func `a turn without an end is broken off, wherever the trace stops`() throws {
    let lines = try Self.lines()
    for count in 2..<lines.count {
      let trace = try Self.trace(lines.prefix(count))
      let turn = try #require(trace.run.turns.last)
      let end = try #require(turn.ended)
      let told = try TraceCoding.events(in: lines[..<count].joined(separator: "\n"))
      let isOpen = told.reduce(into: RunState()) { $0.apply($1) }.turns.last?.ended == nil
      #expect(trace.isBrokenOff == isOpen && (end.stop == .brokenOff) == isOpen)
      #expect(isOpen == (trace.warning?.contains("broken off") ?? false))
      #expect(turn.steps.dropLast().allSatisfy { $0.committed != nil })
      #expect(trace.run.time == (try TraceCoding.event(from: lines[count - 1])?.time))
      // What is generated of a step stays, as it does of a cancelled turn.
      if let step = turn.steps.last, !(step.draftText + step.baseText).isEmpty, isOpen,
        step.decided?.verdict != .rejected || !step.baseText.isEmpty
      {
        let kept = try #require(step.committed)
        #expect([step.draftText, step.baseText].contains(kept.text))
      }
    }
  }

  @Test func `a draft in the middle is kept as cut, an undecided one as unjudged`() throws {
    let lines = try Self.lines()
    let drafting = try #require(lines.firstIndex { $0.contains("\"step.drafted\"") })
    let cut = try #require(try Self.trace(lines.prefix(drafting)).run.turns.last?.steps.last)
    #expect(cut.committed?.cut == true && cut.committed?.status == .draftWritten)
    let judging = try Self.trace(lines.prefix(drafting + 1))
    let unjudged = try #require(judging.run.turns.last?.steps.last?.committed)
    #expect(!unjudged.cut && unjudged.status == .draftWritten && unjudged.text == "d1 one")
  }

  @Test func `what the base writes after a cheap judge's no began with that`() throws {
    let judged = StepJudged(
      step: 1, score: 1, greedy: nil, average: nil, probabilities: [], readable: true,
      promptTokens: 9, seconds: 3)
    var kinds: [Event.Kind] = [.turnStarted(TurnStarted(turn: 1, prompt: "How many?"))]
    kinds.append(.stepDrafted(StepDrafted(step: 1, text: "d", tokens: 2, seconds: 1, cut: false)))
    kinds.append(.stepScreened(StepScreened(judged, in: Cascade(.draftItself, low: 3, high: 7))))
    kinds.append(
      .stepDecided(
        StepDecided(step: 1, verdict: .rejected, threshold: 7, by: .rule, reason: "r")))
    kinds += Self.generated(1, by: .base, ["So"])
    // The draft is there after 1 s, the opinion after 4 s, the token after 6 s.
    let lines = try zip([0.0, 1, 4, 4, 6], kinds).map {
      try TraceCoding.line(Event(time: $0, kind: $1))
    }
    let step = try #require(try Self.trace(lines).run.turns.last?.steps.last?.committed)
    #expect(step.status == .baseRegenerated && step.seconds == 2)
  }

  @Test func `version 0.1 reads a broken-off turn as cancelled`() throws {
    let end = TurnEnded(
      turn: 1, stop: .brokenOff, seconds: 1, tokens: TokenCounts(), accepted: 0, rejected: 0,
      estimatedSpeedup: nil)
    let event = Event(time: 1, kind: .turnEnded(end))
    let line = try TraceCoding.line(event)
    #expect(line.contains("\"stop\":\"cancelled\"") && line.contains("\"brokenOff\":true"))
    #expect(try TraceCoding.event(from: line) == event)
  }

  @Test func `a run that was paused at its end does not stand still`() throws {
    let paused = try TraceCoding.line(Event(time: 99, kind: .control(.pause)))
    #expect(try !Self.trace(Self.lines() + [paused]).run.isPaused)
  }

  @Test func `a lost line costs what it said and no other turn, step or answer`() throws {
    let lines = try Self.lines()
    let whole = try Self.trace(lines[...]).run
    for lost in lines.indices {
      var damaged = lines
      damaged[lost] = String(lines[lost].dropFirst(3))
      let trace = try Self.trace(damaged[...])
      #expect(trace.damagedLines == 1 && trace.damage?.line == lost + 1)
      #expect(trace.warning?.hasPrefix("Line \(lost + 1) ") == true)
      #expect(trace.run.turns.count == whole.turns.count, "line \(lost + 1): \(lines[lost])")
      for (turn, other) in zip(trace.run.turns, whole.turns) {
        #expect(turn.prompt == other.prompt || lines[lost].contains("turn.started"))
        #expect(turn.answer?.text == other.answer?.text, "line \(lost + 1): \(lines[lost])")
        let kept = turn.steps.map { $0.committed?.text }
        #expect(kept == other.steps.map { $0.committed?.text }, "line \(lost + 1): \(lines[lost])")
        #expect(turn.branches.count == other.branches.count, "line \(lost + 1): \(lines[lost])")
      }
    }
  }

  private static func trace(_ lines: ArraySlice<String>) throws -> TraceFile {
    try TraceFile(Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  private static func trace(_ lines: [String]) throws -> TraceFile { try trace(lines[...]) }

  /// Two turns: the first with an accepted and a rejected step and a branch, the second with an
  /// accepted one, one given to the base model, and one that a cheap judge accepts; both with an
  /// answer.
  private static func lines() throws -> [String] {
    var kinds: [Event.Kind] = [.warning(Notice(message: "careful"))]
    kinds.append(.turnStarted(TurnStarted(turn: 1, prompt: "How many?")))
    kinds += drafted(1, accepted: true) + drafted(2, accepted: false)
    kinds += generated(2, by: .base, ["b2", " two"])
    kinds.append(
      .stepCommitted(
        StepCommitted(
          step: 2, by: .base, status: .baseRegenerated, text: "b2 two", tokens: 2, seconds: 0.2,
          cut: false)))
    kinds += answered(1)
    kinds.append(.control(.steer(.branch(after: 1))))
    kinds.append(.branchStarted(BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 1)))
    kinds += drafted(2, accepted: true) + answered(1)
    kinds.append(.turnStarted(TurnStarted(turn: 2, prompt: "And now?")))
    kinds += drafted(1, accepted: true) + routed(2) + screened(3) + answered(2)
    return try kinds.enumerated().map {
      try TraceCoding.line(Event(time: Double($0) / 8, kind: $1))
    }
  }

  private static func generated(
    _ step: Int?, by author: Author, _ texts: [String]
  ) -> [Event.Kind] {
    texts.map { .token(TokenEvent(step: step, by: author, text: $0)) }
  }

  private static func drafted(_ step: Int, accepted: Bool) -> [Event.Kind] {
    let text = "d\(step) one"
    var kinds = generated(step, by: .draft, ["d\(step)", " one"])
    kinds.append(
      .stepDrafted(StepDrafted(step: step, text: text, tokens: 2, seconds: 0.1, cut: false)))
    kinds.append(
      .stepJudged(
        StepJudged(
          step: step, score: accepted ? 9 : 2, greedy: nil, average: nil, probabilities: [],
          readable: true, promptTokens: 20, seconds: 0.2)))
    kinds.append(
      .stepDecided(
        StepDecided(
          step: step, verdict: accepted ? .accepted : .rejected, threshold: 7, by: .judge,
          reason: "r")))
    guard accepted else { return kinds }
    return kinds + [
      .stepCommitted(
        StepCommitted(
          step: step, by: .draft, status: .draftAccepted, text: text, tokens: 2, seconds: 0.1,
          cut: false))
    ]
  }

  /// A step that is given to the base model.
  private static func routed(_ step: Int) -> [Event.Kind] {
    var kinds: [Event.Kind] = [
      .stepRouted(StepRouted(step: step, cause: .returns, reason: "r"))
    ]
    kinds += generated(step, by: .base, ["b\(step)", " two"])
    kinds.append(
      .stepCommitted(
        StepCommitted(
          step: step, by: .base, status: .baseWritten, text: "b\(step) two", tokens: 2,
          seconds: 0.2, cut: false)))
    return kinds
  }

  /// A step that a cascade's cheap judge accepts.
  private static func screened(_ step: Int) -> [Event.Kind] {
    let text = "d\(step) one"
    let judged = StepJudged(
      step: step, score: 9, greedy: nil, average: nil, probabilities: [], readable: true,
      promptTokens: 20, seconds: 0.2)
    var decided = StepDecided(
      step: step, verdict: .accepted, threshold: 7, by: .rule, reason: "r")
    decided.unasked = true
    return generated(step, by: .draft, ["d\(step)", " one"]) + [
      .stepDrafted(StepDrafted(step: step, text: text, tokens: 2, seconds: 0.1, cut: false)),
      .stepScreened(StepScreened(judged, in: Cascade(.draftItself, low: 3, high: 7))),
      .stepDecided(decided),
      .stepCommitted(
        StepCommitted(
          step: step, by: .draft, status: .draftUnasked, text: text, tokens: 2, seconds: 0.1,
          cut: false)),
    ]
  }

  private static func answered(_ turn: Int) -> [Event.Kind] {
    generated(nil, by: .base, ["It is", " \\boxed{4}."]) + [
      .answer(
        Answer(text: "It is \\boxed{4}.", boxed: "4", by: .base, tokens: 2, seconds: 0.1)),
      .turnEnded(
        TurnEnded(
          turn: turn, stop: .answer, seconds: 2, tokens: TokenCounts(), accepted: 1, rejected: 0,
          estimatedSpeedup: nil)),
    ]
  }
}
