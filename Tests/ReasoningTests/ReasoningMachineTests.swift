import Reasoning
import Testing
import Traces

@Suite struct `Judging, step by step` {
  @Test func `a turn begins with a draft of step 1`() {
    let run = MachineRun()
    #expect(run.next == NextGeneration(role: .draft, step: 1))
  }

  @Test func `a drafted step is judged after the steps before it`() {
    var run = MachineRun()
    run.generated("one")
    run.judged(9)
    run.generated("two")
    guard case .judge(step: 2, let prefix, _, _) = run.action else {
      Issue.record("step 2 must be judged")
      return
    }
    #expect(prefix.steps == ["one", "two"])
  }

  @Test func `a score that reaches the threshold keeps the draft`() {
    var run = MachineRun(RunOptions.published(threshold: 7))
    run.generated("one")
    run.judged(7)
    #expect(run.committed.map(\.status) == [.draftAccepted])
    #expect(run.committed.first?.by == .draft)
    #expect(run.decided.first?.reason == "score 7.0 reached 7.0")
    #expect(run.decided.first?.by == .judge)
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test func `a score below the threshold lets the base write the same step again`() {
    var run = MachineRun(RunOptions.published(threshold: 7))
    run.generated("wrong", tokens: 12)
    run.judged(6.5)
    #expect(run.decided.first?.reason == "score 6.5 below 7.0")
    #expect(run.next == NextGeneration(role: .base, step: 1))
    run.generated("right")
    #expect(run.committed.map(\.text) == ["right"])
    #expect(run.committed.map(\.status) == [.baseRegenerated])
    #expect(run.totals.tokens.discarded == 12)
    #expect(run.totals.rejected == 1)
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test func `a rejected step is not in the prefix of its regeneration`() {
    var run = MachineRun()
    run.generated("kept")
    run.judged(9)
    run.generated("wrong")
    run.judged(0)
    #expect(run.next == NextGeneration(role: .base, step: 2))
    #expect(run.prefix?.steps == ["kept"])
  }

  @Test func `a reason shows enough decimals to tell score and threshold apart`() {
    var run = MachineRun(RunOptions.published(threshold: 7))
    run.generated("one")
    run.judged(6.98)
    #expect(run.decided.first?.reason == "score 6.98 below 7.0")
  }

  @Test func `a changed threshold counts from the next decision on`() {
    var run = MachineRun(RunOptions.published(threshold: 7))
    run.generated("one")
    run.machine.threshold = 5
    run.judged(6)
    #expect(run.decided.first?.verdict == .accepted)
    #expect(run.decided.first?.threshold == 5)
  }

  @Test func `an unreadable judge rejects by rule and warns`() {
    var run = MachineRun(RunOptions.published(threshold: 0))
    run.generated("one")
    run.judged(nil)
    #expect(run.decided.first?.verdict == .rejected)
    #expect(run.decided.first?.by == .rule)
    #expect(run.decided.first?.reason == "unreadable judge")
    let warnings = run.events.filter { if case .warning = $0 { true } else { false } }
    #expect(warnings.count == 1)
    #expect(run.next == NextGeneration(role: .base, step: 1))
  }

  @Test func `a cut draft is never judged and never kept`() {
    var run = MachineRun(RunOptions.published(threshold: 0))
    run.generated("endless", .limit, tokens: 512)
    #expect(run.decided.first?.by == .rule)
    #expect(run.decided.first?.reason == "cut at 512 tokens")
    #expect(run.next == NextGeneration(role: .base, step: 1))
  }

  @Test func `an empty draft is rejected by rule`() {
    var run = MachineRun(RunOptions.published(threshold: 0))
    run.generated("", .endOfText)
    #expect(run.decided.first?.by == .rule)
    #expect(run.decided.first?.reason == "empty step")
    #expect(run.next == NextGeneration(role: .base, step: 1))
  }

  @Test func `a cut step of the base is kept and shown as cut`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("endless", .limit)
    #expect(run.committed.map(\.cut) == [true])
    #expect(run.next == NextGeneration(role: .base, step: 2))
  }
}

@Suite struct `Modes` {
  @Test func `the base writes the first steps when asked to`() {
    var run = MachineRun(RunOptions.published(firstBaseSteps: 2))
    #expect(run.next == NextGeneration(role: .base, step: 1))
    run.generated("one")
    #expect(run.next == NextGeneration(role: .base, step: 2))
    run.generated("two")
    #expect(run.committed.map(\.status) == [.baseWritten, .baseWritten])
    #expect(run.next == NextGeneration(role: .draft, step: 3))
  }

  @Test func `in mode base the base writes everything`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("one")
    run.generated("two", .thinkingEnd)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    run.generated("It is \\boxed{3}.", .endOfText)
    #expect(run.stop == .answer)
    #expect(run.committed.map(\.status) == [.baseWritten, .baseWritten])
    #expect(run.answer?.boxed == "3")
    #expect(run.totals.tokens.draft == 0)
  }

  @Test func `in mode draft the draft writes everything and nothing is judged`() {
    var run = MachineRun(RunOptions.published(mode: .draft))
    run.generated("one")
    #expect(run.next == NextGeneration(role: .draft, step: 2))
    run.generated("two", .thinkingEnd)
    #expect(run.next == NextGeneration(role: .draft, step: nil))
    run.generated("3", .endOfText)
    #expect(run.stop == .answer)
    #expect(run.answer?.by == .draft)
    #expect(run.committed.map(\.status) == [.draftWritten, .draftWritten])
    #expect(run.totals.tokens.base == 0)
  }
}

@Suite struct `Draft tokens` {
  private let proposed = TokenSpeculation(proposed: 8, accepted: 6, passes: 4, draftSeconds: 0.1)

  @Test func `in mode spec-decode the base writes everything with draft tokens`() {
    var run = MachineRun(RunOptions.published(mode: .specDecode))
    #expect(run.next == NextGeneration(role: .base, step: 1))
    #expect(run.request?.isSpeculative == true)
    run.generated("one", .thinkingEnd)
    #expect(run.committed.map(\.status) == [.baseWritten])
    #expect(run.next == NextGeneration(role: .base, step: nil))
    #expect(run.request?.isSpeculative == true)
  }

  @Test func `in mode reason+decode draft tokens serve wherever the base writes`() {
    var run = MachineRun(RunOptions.published(mode: .reasonDecode, firstBaseSteps: 1))
    #expect(run.next == NextGeneration(role: .base, step: 1))
    #expect(run.request?.isSpeculative == true)
    run.generated("one")
    #expect(run.next == NextGeneration(role: .draft, step: 2))
    #expect(run.request?.isSpeculative == false)
    run.generated("wrong")
    run.judged(0)
    #expect(run.next == NextGeneration(role: .base, step: 2))
    #expect(run.request?.isSpeculative == true)
    run.generated("two", .thinkingEnd)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    #expect(run.request?.isSpeculative == true)
  }

  @Test(arguments: [Mode.base, .draft, .reason])
  func `in other modes there are none`(mode: Mode) {
    var run = MachineRun(RunOptions.published(mode: mode))
    while let request = run.request, run.totals.rejected < 2 {
      #expect(!request.isSpeculative)
      run.generated("a step", request.step == 2 ? .thinkingEnd : .stepEnd)
      if case .judge = run.action { run.judged(0) }
    }
  }

  @Test func `a rejected draft is proposed for its rewrite and for nothing else`() {
    var run = MachineRun(RunOptions.published(firstBaseSteps: 1))
    #expect(run.request?.proposal == nil)
    run.generated("one")
    #expect(run.request?.proposal == nil)
    run.generated("wrong")
    run.judged(0)
    #expect(run.request?.proposal == "wrong")
    run.generated("right", .thinkingEnd)
    #expect(run.request?.proposal == nil)
  }

  @Test func `a rewrite that equals the rejected draft is counted`() {
    var run = MachineRun()
    run.generated("same")
    run.judged(0)
    run.generated("same")
    run.generated("wrong")
    run.judged(0)
    run.generated("right")
    run.generated("good")
    run.judged(9)
    #expect(run.committed.map(\.identical) == [true, false, nil])
    #expect(run.totals.identicalRewrites == 1)
  }

  @Test func `draft tokens are counted apart, and their time is no decoding token by token`() {
    var run = MachineRun(RunOptions.published(mode: .specDecode))
    run.generated("one", tokens: 10, speculation: proposed)
    run.generated("two", .thinkingEnd, tokens: 10)
    run.generated("3", .endOfText, tokens: 5, speculation: proposed)
    #expect(run.totals.tokens.base == 25 && run.totals.tokens.draft == 0)
    #expect(run.totals.tokens.proposed == 16 && run.totals.tokens.proposedKept == 12)
    #expect(run.committed.map(\.decodeSeconds) == [nil, 0.5])
    #expect(run.committed.first?.speculation == proposed)
    #expect(run.answer?.decodeSeconds == nil && run.answer?.speculation == proposed)
  }
}

@Suite struct `The end of the reasoning` {
  @Test func `a draft that closes the reasoning is judged, and the base writes the answer`() {
    var run = MachineRun()
    run.generated("last", .thinkingEnd)
    #expect(run.prefix?.thinkingClosed == false)
    run.judged(8)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    #expect(run.prefix?.thinkingClosed == true)
    #expect(run.prefix?.steps == ["last"])
  }

  @Test func `a rejected draft does not close the reasoning`() {
    var run = MachineRun()
    run.generated("last", .thinkingEnd)
    run.judged(1)
    run.generated("more")
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test func `a draft that only closes the reasoning leaves the next step to the base`() {
    var run = MachineRun()
    run.generated("", .thinkingEnd, tokens: 1)
    #expect(run.next == NextGeneration(role: .base, step: 1))
    // The trace tells its token, and no step.
    #expect(run.events.map(\.type) == ["generation.dropped"])
    #expect(run.totals.tokens.discarded == 1)
    run.generated("not yet")
    #expect(run.committed.map(\.status) == [.baseWritten])
    #expect(run.totals.rejected == 0)
  }

  @Test func `a base that only closes the reasoning gives those tokens to the answer`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("one")
    run.generated("", .thinkingEnd, tokens: 1)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    run.generated("3", .endOfText, tokens: 2)
    #expect(run.committed.count == 1)
    #expect(run.answer?.tokens == 3)
    #expect(run.answer?.seconds == 2)
  }

  @Test func `a boxed answer inside the reasoning does not end it`() {
    var run = MachineRun()
    run.generated("maybe \\boxed{3}")
    run.judged(9)
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test func `a text that ends inside the reasoning gives its last step as the answer`() {
    var run = MachineRun()
    run.generated("So it is \\boxed{3}.", .endOfText)
    run.judged(9)
    #expect(run.stop == .answer)
    #expect(run.answer?.text == "So it is \\boxed{3}.")
    #expect(run.answer?.boxed == "3")
    #expect(run.answer?.tokens == 0)
    #expect(run.answer?.by == .draft)
  }

  @Test func `a text that ends without any boxed answer stops as end of text`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("Who knows.", .endOfText)
    #expect(run.stop == .endOfText)
    #expect(run.answer?.text == "Who knows.")
  }

  @Test func `a model without tags that stops by itself has finished`() {
    for text in ["It is a list.", "It is \\boxed{3}."] {
      var run = MachineRun(RunOptions.published(mode: .base))
      run.machine.untagged = [.base]
      run.generated("First.")
      run.generated(text, .endOfText)
      #expect(run.stop == .finished)
      #expect(run.answer?.text == text)
    }
    var pair = MachineRun()
    pair.machine.untagged = [.base]
    pair.generated("The draft model has tags.", .endOfText)
    pair.judged(9)
    #expect(pair.stop == .endOfText)
  }

  @Test func `an empty answer stops as end of text`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("one", .thinkingEnd)
    run.generated("", .endOfText)
    #expect(run.stop == .endOfText)
    #expect(run.answer == nil)
  }

  @Test func `an empty step of the base ends the turn`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("", .stepEnd, tokens: 0)
    #expect(run.stop == .endOfText)
  }

  @Test func `the same step three times running ends the turn`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("again")
    run.generated("again")
    #expect(run.stop == nil)
    run.generated("again")
    #expect(run.stop == .repetition)
    #expect(run.committed.count == 3)
  }

  @Test func `the same step twice and once more later goes on`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    for text in ["again", "again", "other", "again"] { run.generated(text) }
    #expect(run.stop == nil)
  }

  @Test func `a draft that says the last two steps again ends the turn unjudged`() {
    var run = MachineRun()
    run.generated("again")
    run.judged(9)
    run.generated("again")
    run.judged(9)
    run.generated("again")
    #expect(run.stop == .repetition)
    #expect(run.committed.count == 2)
    #expect(run.decided.last?.by == .rule)
  }
}

@Suite struct `A full context` {
  @Test func `a full context ends the turn and keeps what was written`() {
    var base = MachineRun(RunOptions.published(mode: .base))
    base.generated("half", .contextFull)
    #expect(base.stop == .contextFull)
    #expect(base.committed.map(\.cut) == [true])
    var draft = MachineRun()
    draft.generated("half", .contextFull)
    #expect(draft.stop == .contextFull)
    #expect(draft.committed.map(\.status) == [.draftWritten])
  }
}

@Suite struct `Interruptions` {
  @Test func `a draft interrupted while it is written is kept as a cut, unjudged step`() {
    var run = MachineRun()
    run.interrupted(by: .cancelled, partial: "half")
    #expect(run.stop == .cancelled)
    #expect(run.committed.map(\.status) == [.draftWritten])
    #expect(run.committed.map(\.cut) == [true])
    #expect(run.totals.tokens.draft == 3)
  }

  @Test func `a draft interrupted while it is judged is kept whole`() {
    var run = MachineRun()
    run.generated("whole")
    run.interrupted(by: .cancelled)
    #expect(run.committed.map(\.cut) == [false])
    #expect(run.committed.map(\.status) == [.draftWritten])
  }

  @Test func `an interrupted regeneration is kept as a cut step`() {
    var run = MachineRun()
    run.generated("wrong")
    run.judged(0)
    run.interrupted(by: .error, partial: "half")
    #expect(run.stop == .error)
    #expect(run.committed.map(\.status) == [.baseRegenerated])
    #expect(run.committed.map(\.cut) == [true])
  }

  @Test func `an interrupted answer is kept`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("one", .thinkingEnd)
    run.interrupted(by: .cancelled, partial: "It is")
    #expect(run.stop == .cancelled)
    #expect(run.answer?.text == "It is")
  }

  @Test func `an interruption before the first token keeps nothing`() {
    var run = MachineRun()
    run.interrupted(by: .cancelled)
    #expect(run.events.isEmpty)
    #expect(run.stop == .cancelled)
  }
}
