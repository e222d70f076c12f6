import Reasoning
import Synchronization
import TestSupport
import Testing
import Traces

@Suite struct `The base model races against the pair` {
  private let backendForTwoTurns: @Sendable (ManualClock) -> ScriptedBackend = { clock in
    ScriptedBackend(
      drafts: [.text("one", .thinkingEnd)],
      base: [
        .text("It is \\boxed{3}.", .endOfText),
        // The race: its own reasoning, then its answer.
        .text("one and two", .thinkingEnd), .text("It is \\boxed{4}.", .endOfText),
      ],
      opinions: [.digit(9)], clock: clock)
  }

  private func raced(
    _ backend: ScriptedBackend, clock: ManualClock, budget: Int = 100,
    before: (Reasoner) async -> Void = { _ in }
  ) async -> (own: [Event], race: [Event], requests: [GenerationRequest]) {
    var options = RunOptions.published()
    options.seed = 5
    options.budget = budget
    let reasoner = Reasoner(
      backend: backend, options: options, version: "test", secondsSinceStart: { clock.seconds })
    await before(reasoner)
    let race = Mutex<[Event]>([])
    await reasoner.race { event in race.withLock { $0.append(event) } }
    await reasoner.finish()
    var own: [Event] = []
    for await event in reasoner.events { own.append(event) }
    return (own, race.withLock { $0 }, await backend.requests)
  }

  @Test func `its seconds over the pair's are the measured speedup`() async throws {
    let clock = ManualClock()
    let result = await raced(backendForTwoTurns(clock), clock: clock) {
      await $0.run(prompt: "How many?")
    }
    let run = result.own.reduce(into: RunState()) { $0.apply($1) }
    let turn = try #require(run.turns.first)
    let race = try #require(turn.race)
    let pair = try #require(turn.ended)
    // Words and one token for each end: 4 tokens of reasoning and 4 of answer.
    #expect(abs(race.seconds - 8 * ScriptedBackend.baseSecondsPerToken) < 1e-9)
    #expect(race.speedup == race.seconds / pair.seconds && race.comparedStep == nil)
    #expect(TurnMetrics(turn: turn, run: run).measuredSpeedup == race.speedup)
    #expect(race.reasoning == "one and two" && race.boxed == "4")
    #expect(run.turns.count == 1)
    let opponent = result.race.reduce(into: RunState()) { $0.apply($1) }
    #expect(opponent.turns.map(\.prompt) == ["How many?"])
    #expect(opponent.turns.first?.mode == .base)
    #expect(result.race.last?.kind.type == "turn.ended")
  }

  @Test func `it draws with the seeds of a base model in that turn`() async {
    let clock = ManualClock()
    let raced = await raced(backendForTwoTurns(clock), clock: clock) {
      await $0.run(prompt: "How many?")
    }
    var options = RunOptions.published(mode: .base)
    options.seed = 5
    let alone = ScriptedBackend(
      base: [.text("one and two", .thinkingEnd), .text("It is \\boxed{4}.", .endOfText)])
    let reasoner = Reasoner(backend: alone, options: options, version: "test")
    await reasoner.run(prompt: "How many?")
    await reasoner.finish()
    #expect(raced.requests.suffix(2).map(\.seed) == (await alone.requests).map(\.seed))
    #expect(raced.requests.suffix(2).map(\.prefix) == (await alone.requests).map(\.prefix))
  }

  @Test func `runs of different lengths are compared at the last step that both completed`()
    async throws
  {
    let clock = ManualClock()
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("two"), .text("three", .thinkingEnd)],
      base: [
        .text("It is 3.", .endOfText),
        .text("one"), .text("two and more", .thinkingEnd), .text("It is 4.", .endOfText),
      ],
      opinions: [.digit(9), .digit(9), .digit(9)], clock: clock)
    let result = await raced(backend, clock: clock) { await $0.run(prompt: "How many?") }
    let run = result.own.reduce(into: RunState()) { $0.apply($1) }
    let race = try #require(run.turns.first?.race)
    #expect(race.comparedStep == 2 && race.cutBy == nil)
    // The base wrote 2 + 4 tokens, the pair 2 + 2 with two judgements.
    let pair = 4 * ScriptedBackend.draftSecondsPerToken + 2 * ScriptedBackend.judgeSeconds
    let speedup = try #require(race.speedup)
    #expect(abs(speedup - 6 * ScriptedBackend.baseSecondsPerToken / pair) < 1e-6)
  }

  @Test func `a run that its budget cut is not compared`() async throws {
    let clock = ManualClock()
    let result = await raced(
      ScriptedBackend(
        drafts: [.text("one", .thinkingEnd)],
        base: [
          .text("It is 3.", .endOfText), .text("one two three four", .thinkingEnd),
          .text("five six seven eight nine", .endOfText),
        ],
        opinions: [.digit(9)], clock: clock), clock: clock, budget: 8
    ) { await $0.run(prompt: "How many?") }
    let run = result.own.reduce(into: RunState()) { $0.apply($1) }
    let race = try #require(run.turns.first?.race)
    #expect(race.stop == .budget && race.cutBy == .budget)
    #expect(race.speedup == nil && run.metrics?.measuredSpeedup == nil)
  }

  @Test func `without a finished turn there is no race`() async {
    let clock = ManualClock()
    let result = await raced(backendForTwoTurns(clock), clock: clock)
    #expect(result.race.isEmpty && result.requests.isEmpty)
  }

  @Test func `a cancelled race records nothing`() async {
    let clock = ManualClock()
    let backend = ScriptedBackend(
      drafts: [.text("one", .thinkingEnd)],
      base: [.text("It is \\boxed{3}.", .endOfText), .stall(after: "one ")],
      opinions: [.digit(9)], clock: clock)
    let reasoner = Reasoner(
      backend: backend, options: RunOptions.published(), version: "test",
      secondsSinceStart: { clock.seconds })
    await reasoner.run(prompt: "How many?")
    await reasoner.race { event in
      if case .token = event.kind { Task { await reasoner.apply(.cancel) } }
    }
    await reasoner.finish()
    for await event in reasoner.events {
      if case .raceEnded = event.kind { Issue.record("the race was recorded") }
    }
  }
}

@Suite struct `A run that goes on from an earlier one` {
  @Test func `sees its chat, counts its turns and goes on with its clock`() async {
    let clock = ManualClock()
    func turn(_ answer: String) -> ScriptedBackend {
      ScriptedBackend(
        drafts: [.text("thought", .thinkingEnd)], base: [.text(answer, .endOfText)],
        opinions: [.digit(9)], clock: clock)
    }
    let first = Reasoner(
      backend: turn("It is 3."), options: RunOptions.published(), version: "test",
      secondsSinceStart: { clock.seconds })
    await first.run(prompt: "How many?")
    await first.finish()
    var events: [Event] = []
    for await event in first.events { events.append(event) }
    let earlier = events.reduce(into: RunState()) { $0.apply($1) }

    let backend = turn("It is 4.")
    let second = Reasoner(
      backend: backend, options: RunOptions.published(), continuing: earlier, version: "test",
      secondsSinceStart: { clock.seconds })
    await second.run(prompt: "And one more?")
    await second.finish()
    for await event in second.events { events.append(event) }
    let run = events.reduce(into: RunState()) { $0.apply($1) }
    #expect(run.turns.map(\.number) == [1, 2])
    #expect(run.turns.map(\.answerText) == ["It is 3.", "It is 4."])
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
    let messages = await backend.requests.first?.prefix.messages.map(\.text)
    #expect(messages == ["How many?", "It is 3.", "And one more?"])
  }
}

@Suite struct `Time that waits for the person` {
  @Test func `is no wall time of the turn, live or at its end`() async throws {
    let clock = ManualClock()
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("two", .endOfText)], opinions: [.digit(9), .digit(9)],
      clock: clock)
    let reasoner = Reasoner(
      backend: backend, options: RunOptions.published(), version: "test",
      secondsSinceStart: { clock.seconds })
    await backend.beforeEachOpinion { [weak backend] in
      if await backend?.judgements.count == 1 { await reasoner.apply(.pause) }
    }
    async let turn: Void = reasoner.run(prompt: "problem")
    var run = RunState()
    for await event in reasoner.events {
      run.apply(event)
      switch event.kind {
      case .stepCommitted(let step) where step.step == 1:
        // The reasoner waits once it has nothing left to say.
        while await !reasoner.waitsForPerson { await Task.yield() }
        clock.advance(by: 100)
        await reasoner.apply(.resume)
      case .turnEnded:
        await turn
        await reasoner.finish()
      default: break
      }
    }
    let ended = try #require(run.turns.first?.ended)
    #expect(ended.seconds < 1)
    #expect(run.time > 100)
    #expect(abs((run.time - (run.turns.first?.startedAt ?? 0)) - ended.seconds) < 1e-6)
  }

  @Test func `a pause with nothing running counts for the next turn`() async {
    let backend = ScriptedBackend(drafts: [.text("one", .endOfText)])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await reasoner.apply(.pause)
    async let turn: Void = reasoner.run(prompt: "problem")
    while await !reasoner.waitsForPerson { await Task.yield() }
    #expect(await backend.requests.isEmpty)
    await reasoner.apply(.resume)
    await turn
    #expect(await backend.requests.count == 1)
    await reasoner.finish()
  }
}
