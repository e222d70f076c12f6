import Reasoning
import TestSupport
import Testing
import Traces

/// Several drafts of a step, judged together.
@Suite struct CandidateTests {
  private func run(_ candidates: Int, _ change: (inout RunOptions) -> Void = { _ in })
    -> MachineRun
  {
    var options = RunOptions.published(threshold: 7)
    options.candidates = candidates
    change(&options)
    return MachineRun(options)
  }

  private func events(_ run: MachineRun) -> RunState {
    var state = RunState()
    state.apply(Event(time: 0, kind: .turnStarted(TurnStarted(turn: 1, prompt: "problem"))))
    for kind in run.events { state.apply(Event(time: 1, kind: kind)) }
    return state
  }

  /// What `reasoner` told, once it has ended.
  private func state(of reasoner: Reasoner) async -> RunState {
    await reasoner.finish()
    var state = RunState()
    for await event in reasoner.events { state.apply(event) }
    return state
  }

  @Test func `a cut draft gives way to the base, also where it repeats`() {
    var run = run(1)
    for _ in 0..<2 {
      run.generated("again")
      run.judged(9)
    }
    run.generated("again", .limit)
    #expect(run.next == NextGeneration(role: .base, step: 3))
  }

  @Test func `all are drafted before any is judged`() {
    var run = run(3)
    var seeds: Set<UInt64> = []
    for text in ["a", "b", "c"] {
      #expect(run.next == NextGeneration(role: .draft, step: 1))
      seeds.insert(run.request?.seed ?? 0)
      run.generated(text)
    }
    // Each draws random numbers of its own.
    #expect(seeds.count == 3)
    #expect(run.judgedTexts == ["a", "b", "c"])
  }

  @Test func `the best is accepted`() {
    var run = run(3)
    for text in ["a", "b", "c"] { run.generated(text) }
    run.judged(each: [7.5, 8.5, 8])
    #expect(run.committed.map(\.text) == ["b"])
    #expect(run.decided.map(\.candidate) == [1])
    #expect(run.decided.map(\.reason) == ["score 8.5 reached 7.0, the best of 3"])
    #expect(run.totals.tokens.discarded == 20)
    #expect(run.totals.tokens.judge == 60)
    // The next step has its own three.
    #expect(run.next == NextGeneration(role: .draft, step: 2))
    #expect(run.alternatives.count == 2)
  }

  @Test func `of equals the first is taken, and one below the threshold is none`() {
    var run = run(2)
    for text in ["a", "b"] { run.generated(text) }
    run.judged(each: [8, 8])
    #expect(run.committed.map(\.text) == ["a"])
    for text in ["c", "d"] { run.generated(text) }
    run.judged(each: [3, 6.5])
    #expect(run.decided.last?.verdict == .rejected)
    #expect(run.next == NextGeneration(role: .base, step: 2))
    // The base's rewrite begins with what is best.
    #expect(run.request?.proposal == "d")
    #expect(run.totals.tokens.discarded == 30)
    #expect((run.totals.accepted, run.totals.rejected) == (1, 1))
  }

  @Test func `what says the same, or a rule rejects, is not judged`() {
    var run = run(5)
    run.generated("a")
    run.generated("a")
    run.generated("", .limit)
    run.generated("half of", .limit)
    run.generated("b")
    #expect(run.judgedTexts == ["a", "b"])
    run.judged(each: [1, 9])
    #expect(run.committed.map(\.text) == ["b"])
    #expect(run.decided.map(\.candidate) == [4])
    #expect(run.totals.tokens.discarded == 40)
  }

  @Test func `where a rule rejects all, the base writes`() {
    var run = run(2)
    run.generated("half of", .limit)
    run.generated("another half", .limit)
    #expect(run.next == NextGeneration(role: .base, step: 1))
    #expect(run.decided.map(\.by) == [.rule])
    #expect(run.totals.tokens.discarded == 20)
  }

  @Test func `one that cannot be judged gives way to one that can`() {
    var run = run(2)
    for text in ["a", "b"] { run.generated(text) }
    run.judged(each: [8, nil])
    #expect(run.committed.map(\.text) == ["a"])
  }

  @Test(arguments: [UnreadableRule.reject, .accept, .ask])
  func `where none can be judged, the rule for it holds`(_ rule: UnreadableRule) {
    var run = run(2) { $0.unreadable = rule }
    for text in ["a", "b"] { run.generated(text) }
    run.judged(each: [nil, nil])
    switch rule {
    case .reject: #expect(run.next == NextGeneration(role: .base, step: 1))
    case .accept: #expect(run.committed.map(\.text) == ["b"])
    case .ask: #expect(run.action == .ask(step: 1))
    }
  }

  @Test func `a budget that ends among the drafts lets those there be judged`() {
    var run = run(3) { $0.workBudget = 26 }
    run.generated("a")
    run.generated("b")
    #expect(run.judgedTexts == ["a", "b"])
  }

  @Test func `a full context lets those there be judged`() {
    var run = run(4)
    run.generated("a")
    run.generated("b", .contextFull)
    #expect(run.judgedTexts == ["a"])
  }

  @Test func `the person decides about the last draft`() {
    var run = run(3)
    for text in ["a", "b", "c"] { run.generated(text) }
    run.steered(by: .override(step: 1, verdict: .accepted))
    #expect(run.committed.map(\.text) == ["c"])
    #expect(run.totals.tokens.discarded == 20)
    #expect(events(run).turns[0].steps[0].drafted?.text == "c")
  }

  @Test func `a stop among the drafts counts the others as discarded`() {
    var run = run(3)
    run.generated("a")
    run.generated("b")
    run.interrupted(by: .cancelled, partial: "part")
    #expect(run.committed.map(\.text) == ["part"])
    #expect(run.totals.tokens.discarded == 20)
  }

  @Test func `nothing is drafted ahead of several`() {
    var run = run(2)
    run.generated("a")
    run.generated("b")
    #expect(run.machine.ahead() == nil)
  }

  @Test func `what was written beside a stopped draft is counted`() async throws {
    var options = RunOptions.published(threshold: 7, judge: .short)
    options.candidates = 3
    let backend = ScriptedBackend(drafts: [
      .text("one"), .text("two words"), .stall(after: "a b c"),
    ])
    let reasoner = Reasoner(backend: backend, options: options, version: "test")
    try await reasoner.start()
    let turn = Task { await reasoner.run(prompt: "problem") }
    while await backend.requests.count < 3 { await Task.yield() }
    await reasoner.apply(.cancel)
    await turn.value
    let state = await state(of: reasoner)
    let ended = try #require(state.turns.first)
    #expect(ended.ended?.stop == .cancelled)
    // Three of the second draft, of the third what came before the stop.
    #expect(ended.droppedAhead.tokens == 3 + 3)
    #expect(ended.ended?.tokens.discarded == 6)
    #expect(ended.steps.map(\.committed?.text) == ["one"])
  }

  @Test func `drafts that a smaller budget forbids are dropped`() async throws {
    var options = RunOptions.published(threshold: 7, judge: .short)
    options.candidates = 3
    options.workBudget = 7
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("two words"), .text("not in the budget"), .text("anew")])
    let reasoner = Reasoner(backend: backend, options: options, version: "test")
    try await reasoner.start()
    await reasoner.run(prompt: "problem")
    let state = await state(of: reasoner)
    let turn = try #require(state.turns.first)
    let tokens = try #require(turn.ended?.tokens)
    #expect(tokens.draft == turn.ledger.drafting.tokens)
    #expect(tokens.discarded == turn.ledger.discarded.tokens)
    #expect(tokens.draft - turn.droppedAhead.tokens + tokens.base <= options.workLimit)
  }

  @Test func `a trace keeps every draft and counts what each cost`() async throws {
    var options = RunOptions.published(threshold: 7, judge: .short)
    options.candidates = 3
    options.secondJudge = .likelihood
    let clock = ManualClock()
    let likely = ScriptedBackend.Opinion.gives(.likelihood(tokens: [0], best: [0]))
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("two words"), .text("three words now")],
      base: [.text("the end", .endOfText)],
      opinions: [likely, likely, likely, .digit(3), .digit(8), .digit(5)], clock: clock)
    let reasoner = Reasoner(
      backend: backend, options: options, version: "test", secondsSinceStart: { clock.seconds })
    try await reasoner.start()
    await reasoner.run(prompt: "problem")
    let state = await state(of: reasoner)
    let turn = try #require(state.turns.first)
    let step = try #require(turn.steps.first)
    #expect(step.drafted?.text == "two words")
    #expect(step.judged?.score == 8)
    #expect(step.committed?.text == "two words")
    #expect(Set(step.otherDrafts.compactMap(\.drafted?.text)) == ["one", "three words now"])
    #expect(Set(step.otherDrafts.compactMap(\.judged?.score)) == [3, 5])
    // Tokens of the three drafts, and of those two that were not taken.
    #expect(step.ledger.drafting.tokens == 2 + 3 + 4)
    #expect(step.ledger.discarded.tokens == 2 + 4)
    // One pass for all three.
    #expect(step.ledger.judging.passes == 1)
    #expect(step.ledger.judging.tokens == 3 * ScriptedBackend.judgeTokens)
    #expect(abs(step.ledger.judging.seconds - ScriptedBackend.judgeSeconds) < 1e-5)
    #expect(step.ledger.secondJudging.passes == 1)
    #expect(step.ledger.secondJudging.tokens == 3 * ScriptedBackend.judgeTokens)
    #expect(turn.ended?.tokens.discarded == turn.ledger.discarded.tokens)
    #expect(turn.ended?.tokens.draft == turn.ledger.drafting.tokens)
    let requests = await backend.judgements
    #expect(
      requests.map(\.alternatives) == [
        ["two words", "three words now"], ["two words", "three words now"],
      ])
    // Nothing that a model did is left out: the turn took as long as its parts.
    let seconds = try #require(turn.ended?.seconds)
    #expect(abs(turn.ledger.seconds - seconds) < 1e-3)
  }
}
