import Reasoning
import TestSupport
import Testing
import Traces

@Suite struct `Settings changed while a run goes on` {
  /// Two turns of one accepted step each; `change` is asked for while the first step is judged.
  private func run(
    _ changes: [Setting], options: RunOptions = RunOptions.published(),
    opinions: [ScriptedBackend.Opinion] = []
  ) async -> (state: RunState, events: [Event], backend: ScriptedBackend) {
    let backend = ScriptedBackend(
      drafts: [
        .text("one"), .text("two", .thinkingEnd), .text("three"), .text("four", .thinkingEnd),
      ],
      base: [.text("first", .endOfText), .text("second", .endOfText)], opinions: opinions)
    let reasoner = Reasoner(backend: backend, options: options, version: "test")
    let isFirst = Once()
    await backend.beforeEachOpinion {
      guard await isFirst.claim() else { return }
      for change in changes { await reasoner.apply(.set(change)) }
    }
    await reasoner.run(prompt: "a")
    await reasoner.run(prompt: "b")
    await reasoner.finish()
    var events: [Event] = []
    for await event in reasoner.events { events.append(event) }
    return (events.reduce(into: RunState()) { $0.apply($1) }, events, backend)
  }

  private actor Once {
    private var isClaimed = false
    func claim() -> Bool {
      defer { isClaimed = true }
      return !isClaimed
    }
  }

  @Test func `another score method decides the step at hand`() async throws {
    // Greedy says 9; the average says 5.
    var flat = [Double](repeating: 0, count: 10)
    (flat[1], flat[9]) = (0.5, 0.5)
    flat[9] += 0.001
    let opinion = ScriptedBackend.Opinion.gives(.digits(probabilities: flat, readable: true))
    var options = RunOptions.published()
    options.score = .greedy
    let told = await run([.of("score", "average")], options: options, opinions: [opinion])
    let decided = try #require(told.state.turns.first?.steps.first?.decided)
    #expect(decided.verdict == .rejected)
    #expect(told.state.options.score == .average)
  }

  @Test func `temperature counts from the next step on, the seed from the next turn on`() async {
    let plain = await run([])
    let told = await run([.of("temperature", "0"), .of("top-p", "0.5"), .of("seed", "77")])
    let requests = await told.backend.requests
    #expect(requests.map(\.sampling.temperature) == [0.6, 0, 0, 0, 0, 0])
    #expect(requests.map(\.sampling.topP) == [0.95, 0.5, 0.5, 0.5, 0.5, 0.5])
    let seeds = await plain.backend.requests.map(\.seed)
    #expect(requests.prefix(3).map(\.seed) == Array(seeds.prefix(3)))
    #expect(zip(requests, seeds).dropFirst(3).allSatisfy { $0.seed != $1 })
  }

  @Test func `what is changed during a pause counts for the step that waits`() async {
    let backend = ScriptedBackend(drafts: [.text("one"), .text("two", .endOfText)])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await backend.beforeEachOpinion { [weak backend] in
      if await backend?.judgements.count == 1 { await reasoner.apply(.pause) }
    }
    async let turn: Void = reasoner.run(prompt: "problem")
    for await event in reasoner.events {
      switch event.kind {
      case .stepCommitted(let step) where step.step == 1:
        await reasoner.apply(.set(.of("temperature", "0")))
        await reasoner.apply(.set(.of("glimpse", "3")))
        await reasoner.apply(.resume)
      case .turnEnded:
        await turn
        await reasoner.finish()
      default: break
      }
    }
    let requests = await backend.requests
    #expect(requests.map(\.sampling.temperature) == [0.6, 0])
    #expect(requests.map(\.handover?.entropy) == [nil, 3])
  }

  @Test func `a system prompt goes before the chat, another one from the next turn on`() async {
    var options = RunOptions.published()
    options.systemPrompt = "Be brief."
    let told = await run([.of("system", "Be long.")], options: options)
    #expect(told.state.started?.options.systemPrompt == "Be brief.")
    #expect(told.state.options.systemPrompt == "Be long.")
    let requests = await told.backend.requests
    #expect(
      requests.map { $0.prefix.messages.first }
        == [.init(.system, "Be brief.")].repeated(3) + [.init(.system, "Be long.")].repeated(3))
    #expect(requests[5].prefix.messages.map(\.speaker) == [.system, .user, .assistant, .user])
    let judged = await told.backend.judgements
    #expect(judged.first?.prefix.messages.first == .init(.system, "Be brief."))
  }

  @Test func `budgets count from the next step on`() async {
    let told = await run([.of("thinking-budget", "4")])
    let requests = await told.backend.requests
    // "one" and its end took 2 tokens.
    #expect(requests[1].maxTokens == 2)
    let spent = await run([.of("budget", "2")])
    #expect(spent.state.turns.first?.ended?.stop == .budget)
  }

  @Test func `the judge's wording and first base steps count from the next turn on`() async {
    let told = await run([.of("judge", "short"), .of("first-base-steps", "1")])
    let questions = await told.backend.judgements.map(\.judge)
    #expect(questions.prefix(2).allSatisfy { $0 == Prompts.judge(.reference) })
    #expect(questions.dropFirst(2).allSatisfy { $0 == Prompts.judge(.short) })
    #expect(told.state.turns.map { $0.steps.first?.committed?.by } == [.draft, .base])
  }

  @Test func `an unreadable judgement is left to the person once that is the rule`() async throws {
    let backend = ScriptedBackend(
      drafts: [.text("one", .thinkingEnd)], base: [.text("1", .endOfText)],
      opinions: [.unreadable])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await reasoner.apply(.set(.of("unreadable", "ask")))
    let turn = Task { await reasoner.run(prompt: "a") }
    while await !reasoner.waitsForPerson { await Task.yield() }
    await reasoner.apply(.steer(.override(step: 1, verdict: .accepted)))
    await turn.value
    await reasoner.finish()
    var run = RunState()
    for await event in reasoner.events { run.apply(event) }
    #expect(run.turns.first?.steps.first?.decided?.by == .person)
  }

  @Test func `a threshold begins to adapt, and stops`() async {
    let told = await run([.of("adapt", "acceptance=0.5")])
    #expect(told.events.contains { if case .thresholdAdapted = $0.kind { true } else { false } })
    var options = RunOptions.published()
    options.adapt = .acceptance(0.5)
    let still = await run([.of("adapt", "off")], options: options)
    #expect(!still.events.contains { if case .thresholdAdapted = $0.kind { true } else { false } })
  }

  @Test(arguments: [JudgeKind.reference, .confidenceMean])
  func `the speedup that a threshold adapts to is the one that readers of the trace see`(
    judge: JudgeKind
  ) async throws {
    var options = RunOptions.published(judge: judge)
    options.adapt = .speedup(2)
    let clock = ManualClock()
    let backend = ScriptedBackend(
      drafts: [.text("one and two"), .text("three"), .text("four", .thinkingEnd)],
      base: [.text("4", .endOfText)], clock: clock, logprob: -0.01)
    var (run, awaited, compared) = (RunState(), String?.none, 0)
    for event in await events(of: backend, options, clock: clock) {
      run.apply(event)
      switch event.kind {
      case .thresholdAdapted(let adapted): awaited = adapted.reason
      case .stepCommitted:
        guard let reason = awaited else { break }
        let speedup = try #require(run.metrics?.estimatedSpeedup)
        #expect(reason == "speedup \((speedup * 100).rounded() / 100), target 2.0")
        (awaited, compared) = (nil, compared + 1)
      default: break
      }
    }
    #expect(compared == 3)
  }

  @Test func `a value out of range changes nothing and is answered with a warning`() async throws {
    let topP = try #require(RunOption.named("top-p"))
    let told = await run([Setting(topP, .number(7))])
    #expect(told.state.options.sampling.topP == 0.95)
    let warnings = told.events.filter { if case .warning = $0.kind { true } else { false } }
    #expect(warnings.count == 1)
    #expect(await told.backend.requests.allSatisfy { $0.sampling.topP == 0.95 })
  }

  @Test func `a race is run with the settings of its turn`() async {
    let backend = ScriptedBackend(
      drafts: [.text("one", .thinkingEnd)],
      base: [.text("1", .endOfText), .text("alone", .thinkingEnd), .text("1", .endOfText)],
      opinions: [.digit(9)])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await reasoner.run(prompt: "a")
    await reasoner.apply(.set(.of("temperature", "2")))
    await reasoner.apply(.set(.of("seed", "99")))
    await reasoner.race { _ in }
    await reasoner.finish()
    let requests = await backend.requests
    #expect(requests.count == 4)
    #expect(requests.allSatisfy { $0.sampling.temperature == 0.6 })
  }
}

@Suite struct `Going on from a branch that was left` {
  /// Two steps, a branch after none with another first step.
  private func branched() -> MachineRun {
    var run = MachineRun()
    run.generated("one")
    run.judged(9)
    run.generated("two")
    run.judged(9)
    run.steered(by: .branch(after: 0))
    run.generated("other", tokens: 4)
    run.judged(9)
    return run
  }

  @Test func `its steps are the prefix again, and only what is left counts as discarded`() {
    var run = branched()
    #expect(run.totals.tokens.discarded == 20)
    run.steered(by: .goOn(from: 0))
    #expect(run.prefix?.steps == ["one", "two"])
    #expect(run.next == NextGeneration(role: .draft, step: 3))
    #expect(run.branches.last == BranchStarted(turn: 1, branch: 2, parent: 0, keeps: 2))
    #expect(run.totals.tokens.discarded == 4)
    run.steered(by: .goOn(from: 1))
    #expect(run.prefix?.steps == ["other"])
    #expect(run.totals.tokens.discarded == 20)
  }

  @Test func `one that had its answer gets another`() {
    var run = MachineRun()
    run.generated("one", .thinkingEnd)
    run.judged(9)
    let seed = run.request?.seed
    run.generated("1", .endOfText)
    run.steered(by: .branch(after: 0))
    run.steered(by: .goOn(from: 0), partial: "o")
    #expect(run.next == NextGeneration(role: .base, step: nil))
    #expect(run.prefix?.thinkingClosed == true)
    #expect(run.request?.seed != seed)
  }

  @Test func `one that is not there is refused`() {
    let run = branched()
    #expect(run.machine.refusal(of: .goOn(from: 0)) == nil)
    for branch in [-1, 1, 2] {
      #expect(run.machine.refusal(of: .goOn(from: branch)) != nil)
    }
  }
}

extension Array {
  fileprivate func repeated(_ count: Int) -> [Element] {
    (0..<count).flatMap { _ in self }
  }
}
