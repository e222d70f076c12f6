import Reasoning
import Testing
import Traces

@Suite struct `Steps overridden by the person` {
  @Test func `a draft that is being judged can be accepted`() {
    var run = MachineRun()
    run.generated("one", tokens: 12)
    run.steered(by: .override(step: 1, verdict: .accepted))
    #expect(run.decided.map(\.by) == [.person])
    #expect(run.committed.map(\.status) == [.draftAccepted])
    #expect(run.totals.accepted == 1 && run.totals.tokens.discarded == 0)
    #expect(run.branches.isEmpty)
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test func `a draft that is being judged can be rejected`() {
    var run = MachineRun()
    run.generated("one", tokens: 12)
    run.steered(by: .override(step: 1, verdict: .rejected))
    #expect(run.decided.map(\.by) == [.person])
    #expect(run.next == NextGeneration(role: .base, step: 1))
    #expect(run.request?.proposal == "one")
    #expect(run.totals.rejected == 1 && run.totals.tokens.discarded == 12)
  }

  @Test func `a rejected draft can be accepted while the base writes the step`() {
    var run = MachineRun()
    run.generated("one", tokens: 12)
    run.judged(0)
    run.steered(by: .override(step: 1, verdict: .accepted), partial: "anoth")
    #expect(run.committed.map(\.text) == ["one"])
    #expect(run.totals.accepted == 1 && run.totals.rejected == 0)
    // What the base model wrote meanwhile is lost, and the draft is not.
    #expect(run.totals.tokens.base == 3 && run.totals.tokens.discarded == 3)
    #expect(run.branches.isEmpty)
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test func `a draft that was rejected long ago can be accepted, in a branch`() {
    var run = MachineRun()
    run.generated("wrong", tokens: 12)
    run.judged(0)
    run.generated("right", tokens: 20)
    let seed = run.request?.seed
    run.generated("two", tokens: 5)
    run.judged(9)
    run.steered(by: .override(step: 1, verdict: .accepted), partial: "thr")
    #expect(
      run.branches == [BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 0)])
    #expect(run.committed.last?.text == "wrong")
    #expect(run.committed.last?.step == 1)
    #expect(run.prefix?.steps == ["wrong"])
    // The rewrite, the step after it and what was being written.
    #expect(run.totals.tokens.discarded == 20 + 5 + 3)
    // Step 2 again, with other random numbers.
    #expect(run.request?.step == 2 && run.request?.seed != seed)
  }

  @Test func `a step that was accepted can be rejected, in a branch`() {
    var run = MachineRun()
    run.generated("one", tokens: 12)
    run.judged(9)
    run.generated("two", tokens: 5)
    run.judged(9)
    run.steered(by: .override(step: 1, verdict: .rejected))
    #expect(run.next == NextGeneration(role: .base, step: 1))
    #expect(run.request?.proposal == "one")
    #expect(run.totals.tokens.discarded == 17)
    #expect(run.branches.map(\.keeps) == [0])
  }

  @Test func `an override ends a finished turn's rest and goes on`() {
    var run = MachineRun()
    run.generated("one")
    run.judged(9)
    run.generated("two", .thinkingEnd)
    run.judged(9)
    run.generated("3", .endOfText)
    #expect(run.stop == .answer)
    run.steered(by: .override(step: 2, verdict: .rejected))
    #expect(run.next == NextGeneration(role: .base, step: 2))
    #expect(run.prefix?.steps == ["one"])
    #expect(run.prefix?.thinkingClosed == false)
  }

  @Test func `what cannot be overridden is refused with a reason`() {
    var run = MachineRun()
    #expect(run.machine.refusal(of: .override(step: 1, verdict: .accepted)) != nil)
    #expect(run.machine.refusal(of: .override(step: 1, verdict: .rejected)) != nil)
    run.generated("one")
    run.judged(9)
    // Its draft was accepted, so there is none beside it.
    #expect(run.machine.refusal(of: .override(step: 1, verdict: .accepted)) != nil)
    for step in [-1, 0, 2, 7] {
      #expect(run.machine.refusal(of: .override(step: step, verdict: .accepted)) != nil)
      #expect(run.machine.refusal(of: .override(step: step, verdict: .rejected)) != nil)
    }
    #expect(run.machine.refusal(of: .edit(step: 2, text: "x")) != nil)
    #expect(run.machine.refusal(of: .edit(step: 1, text: " \n")) != nil)
    #expect(run.machine.refusal(of: .note(after: 2, text: "x")) != nil)
    #expect(run.machine.refusal(of: .note(after: -1, text: "x")) != nil)
    #expect(run.machine.refusal(of: .branch(after: 2)) != nil)
    let alone = MachineRun(RunOptions.published(mode: .base))
    #expect(alone.machine.refusal(of: .override(step: 1, verdict: .rejected)) != nil)
  }
}

@Suite struct `Texts of the person` {
  @Test func `an edited step stands in the old one's place`() {
    var run = MachineRun()
    run.generated("one")
    run.judged(9)
    run.generated("two")
    run.judged(9)
    run.steered(by: .edit(step: 1, text: "ONE"))
    #expect(run.committed.last?.status == .edited)
    #expect(run.committed.last?.by == .person)
    #expect(run.prefix?.steps == ["ONE"])
    #expect(run.branches.map(\.keeps) == [0])
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test func `a waiting draft can be edited, and is lost`() {
    var run = MachineRun()
    run.generated("one", tokens: 12)
    run.steered(by: .edit(step: 1, text: "ONE"))
    #expect(run.prefix?.steps == ["ONE"])
    #expect(run.branches.isEmpty)
    #expect(run.totals.tokens.discarded == 12)
  }

  @Test func `a note stands between the steps`() {
    var run = MachineRun()
    run.generated("one")
    run.judged(9)
    run.steered(by: .note(after: 1, text: "Mind the units."), partial: "tw")
    #expect(run.committed.last?.status == .note)
    #expect(run.prefix?.steps == ["one", "Mind the units."])
    #expect(run.branches.isEmpty)
    #expect(run.totals.tokens.draft == 13 && run.totals.tokens.discarded == 3)
    run.steered(by: .note(after: 0, text: "First."))
    #expect(run.prefix?.steps == ["First."])
    #expect(run.branches.map(\.keeps) == [0])
  }

  @Test func `a branch goes on anew with other random numbers`() {
    var run = MachineRun()
    run.generated("one")
    run.judged(9)
    let before = run.request
    run.steered(by: .branch(after: 1), partial: "tw")
    #expect(run.request?.seed != before?.seed)
    #expect(run.request?.prefix == before?.prefix)
    #expect(run.branches == [BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 1)])
    run.steered(by: .branch(after: 0))
    #expect(run.branches.last == BranchStarted(turn: 1, branch: 2, parent: 1, keeps: 0))
    #expect(run.prefix?.steps.isEmpty == true)
  }
}

@Suite struct `The answer now` {
  @Test func `it is written after what there is of the base's step`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("one")
    run.steered(by: .answerNow, partial: "tw")
    #expect(run.committed.map(\.text) == ["one", "tw"])
    #expect(run.committed.last?.cut == true)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    run.generated("3", .endOfText)
    #expect(run.stop == .answer)
    #expect(run.answer?.forced == .person)
  }

  @Test func `a draft that nobody judged does not count`() {
    var run = MachineRun()
    run.generated("one", tokens: 12)
    run.steered(by: .answerNow)
    #expect(run.prefix?.steps.isEmpty == true)
    #expect(run.prefix?.thinkingClosed == true)
    #expect(run.totals.tokens.discarded == 12)
    #expect(run.machine.refusal(of: .answerNow) != nil)
  }

  @Test func `a branch back into the reasoning takes the force away`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    run.generated("one")
    run.steered(by: .answerNow)
    run.steered(by: .branch(after: 1), partial: "3")
    #expect(run.prefix?.thinkingClosed == false)
    run.generated("two", .thinkingEnd)
    run.generated("3", .endOfText)
    #expect(run.answer?.forced == nil)
  }
}

@Suite struct `Rules beside judging` {
  @Test func `a thinking budget ends the reasoning with an answer`() {
    var options = RunOptions.published(mode: .base)
    options.thinkingBudget = 25
    var run = MachineRun(options)
    #expect(run.maxTokens == 25)
    run.generated("one", tokens: 20)
    #expect(run.maxTokens == 5)
    run.generated("tw", .limit, tokens: 5)
    #expect(run.committed.last?.cut == true)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    #expect(run.maxTokens ?? 0 > 25)
    run.generated("3", .endOfText)
    #expect(run.answer?.forced == .thinkingBudget)
    #expect(run.stop == .answer)
  }

  @Test func `a branch has the thinking budget of what it keeps`() {
    var options = RunOptions.published(mode: .base)
    options.thinkingBudget = 50
    var run = MachineRun(options)
    run.generated("one", tokens: 20)
    run.generated("two", tokens: 20)
    run.steered(by: .branch(after: 1))
    #expect(run.maxTokens == 30)
  }

  @Test(arguments: 1...4)
  func `steps that go round three times end the turn`(period: Int) {
    var run = MachineRun(RunOptions.published(mode: .base))
    for round in 0..<3 {
      for step in 0..<period {
        #expect(run.stop == nil, "round \(round), step \(step)")
        run.generated("step \(step)")
      }
    }
    #expect(run.stop == .repetition)
  }

  @Test func `steps that differ now and then do not`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    for step in ["a", "b", "a", "b", "c", "a", "b", "a", "b", "c", "a", "a"] { run.generated(step) }
    #expect(run.stop == nil)
  }

  @Test func `an unreadable judgement accepts where the rule says so`() {
    var options = RunOptions.published()
    options.unreadable = .accept
    var run = MachineRun(options)
    run.generated("one")
    run.judged(nil)
    #expect(run.decided.map(\.verdict) == [.accepted])
    #expect(run.decided.map(\.by) == [.rule])
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test(arguments: [Verdict.accepted, .rejected])
  func `an unreadable judgement asks the person where the rule says so`(verdict: Verdict) {
    var options = RunOptions.published()
    options.unreadable = .ask
    var run = MachineRun(options)
    run.generated("one")
    run.judged(nil)
    #expect(run.action == .ask(step: 1))
    run.steered(by: .override(step: 1, verdict: verdict))
    #expect(run.decided.map(\.by) == [.person])
    #expect(run.committed.count == (verdict == .accepted ? 1 : 0))
  }

  @Test func `a turn that is stopped while it asks keeps the draft as unjudged`() {
    var options = RunOptions.published()
    options.unreadable = .ask
    var run = MachineRun(options)
    run.generated("one")
    run.judged(nil)
    run.interrupted(by: .cancelled)
    #expect(run.committed.map(\.status) == [.draftWritten])
  }
}

@Suite struct `A threshold that adapts` {
  private func run(_ target: ThresholdTarget, within bounds: ClosedRange<Double> = 0...9)
    -> MachineRun
  {
    var options = RunOptions.published(threshold: 5)
    options.adapt = target
    options.thresholdBounds = ThresholdBounds(bounds)
    return MachineRun(options)
  }

  private func adapted(_ run: MachineRun) -> [Double] {
    run.events.compactMap {
      if case .thresholdAdapted(let adapted) = $0 { adapted.threshold } else { nil }
    }
  }

  /// Drafts a step, and the base's where it is needed; the texts differ.
  private func step(_ run: inout MachineRun, _ score: Double, probabilities: [Double] = []) {
    run.generated("draft \(run.events.count)")
    run.judged(score, probabilities: probabilities)
    if run.next?.role == .base { run.generated("base \(run.events.count)") }
  }

  @Test func `it moves up at an accepted draft and down at a rejected one`() {
    var run = run(.acceptance(0.8))
    step(&run, 9)
    #expect(run.machine.threshold == 5.1)
    step(&run, 0)
    #expect(run.machine.threshold == 4.7)
    #expect(adapted(run) == [5.1, 4.7])
  }

  @Test func `it finds the score that the wanted share of drafts reaches`() {
    var run = run(.acceptance(0.75))
    // Scores 0 to 9 in a mixed order, over and over: three quarters of them are 2.25 or more.
    for index in 0..<400 { step(&run, Double(index * 7 % 10)) }
    #expect(abs(run.machine.threshold - 2.5) < 1)
    let rate =
      Double(run.totals.accepted) / Double(run.totals.accepted + run.totals.rejected)
    #expect(abs(rate - 0.75) < 0.05)
  }

  @Test func `it keeps within its bounds`() {
    var run = run(.acceptance(0.5), within: 4.5...5.5)
    for _ in 0..<10 { step(&run, 9) }
    #expect(run.machine.threshold == 5.5)
    for _ in 0..<10 { step(&run, 0) }
    #expect(run.machine.threshold == 4.5)
  }

  @Test func `too slow a turn lowers it, and a fast one raises it`() {
    for (speedup, threshold) in [(1.9, 4.75), (2.1, 5.25)] {
      var run = run(.speedup(2))
      run.machine.estimatedSpeedup = { _ in speedup }
      step(&run, 9)
      #expect(run.machine.threshold == threshold)
    }
    var unknown = run(.speedup(2))
    step(&unknown, 9)
    #expect(unknown.machine.threshold == 5)
  }

  @Test func `accepted drafts that the judge holds for wrong raise it`() {
    var doubtful = [Double](repeating: 0, count: 10)
    (doubtful[2], doubtful[9]) = (0.4, 0.6)
    var sure = [Double](repeating: 0, count: 10)
    sure[9] = 1
    var run = run(.error(0.1))
    step(&run, 6.2, probabilities: doubtful)
    #expect(run.machine.threshold == 5.25)
    for _ in 0..<4 { step(&run, 9, probabilities: sure) }
    // The mean error is 0.4, 0.2, 0.13, 0.1, 0.08: twice more above the target, twice not.
    #expect(run.machine.threshold == 5.25)
  }
}
