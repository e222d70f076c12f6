import Reasoning
import TestSupport
import Testing
import Traces

/// What a person changes while turns run and between them.
struct ReasonerSteeringTests {
  @Test func `a control cuts in on a generation and the turn goes on`() async {
    let backend = ScriptedBackend(
      drafts: [.text("wrong"), .text("two", .endOfText)], base: [.stall(after: "anoth")],
      opinions: [.digit(0), .digit(9)])
    let told = await events(of: backend) { event, reasoner in
      if case .token(let token) = event.kind, token.by == .base {
        await reasoner.apply(.steer(.override(step: 1, verdict: .accepted)))
      }
    }
    let run = state(told)
    #expect(run.turns.first?.steps.map(\.committed?.text) == ["wrong", "two"])
    #expect(run.turns.first?.ended?.stop == .endOfText)
    #expect(run.turns.first?.ended?.tokens.discarded == 1)
    #expect(told.contains { $0.kind == .control(.steer(.override(step: 1, verdict: .accepted))) })
  }

  @Test func `a turn that has ended goes on in a branch`() async {
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("two", .endOfText), .text("2", .endOfText)])
    var ends = 0
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await reasoner.run(prompt: "problem")
    await reasoner.apply(.steer(.branch(after: 1)))
    await reasoner.idle()
    await reasoner.finish()
    var run = RunState()
    for await event in reasoner.events {
      run.apply(event)
      if case .turnEnded = event.kind { ends += 1 }
    }
    #expect(ends == 2)
    #expect(run.turns.count == 1)
    #expect(run.turns.first?.steps.map(\.committed?.text) == ["one", "2"])
    #expect(
      run.turns.first?.leftBranches.map { $0.steps.map(\.committed?.text) } == [["one", "two"]])
    #expect(run.turns.first?.branch == 1)
    let seeds = await backend.requests.map(\.seed)
    #expect(seeds.count == 3 && Set(seeds).count == 3)
  }

  @Test func `a recorded turn goes on in branches as the turn itself would`() async throws {
    func script() -> ScriptedBackend {
      ScriptedBackend(
        drafts: [.text("one"), .text("bad"), .text("end", .thinkingEnd), .text("2", .thinkingEnd)],
        base: [.text("good"), .text("It is 3.", .endOfText), .text("It is 4.", .endOfText)],
        opinions: [.digit(9), .digit(0), .digit(9), .digit(9)])
    }
    let controls: [[Steering]] = [
      [.branch(after: 1)], [.override(step: 2, verdict: .accepted)], [.edit(step: 1, text: "uno")],
      [.note(after: 3, text: "mind")], [.branch(after: 0), .goOn(from: 0)],
      [.branch(after: 9)], [.override(step: 3, verdict: .rejected)], [.answerNow],
    ]
    for steps in controls {
      var options = RunOptions.published(seed: 4)
      options.systemPrompt = "Be brief."
      func end(of reasoner: Reasoner, _ run: RunState = RunState()) async -> RunState {
        for steering in steps {
          await reasoner.apply(.steer(steering))
          await reasoner.idle()
        }
        await reasoner.finish()
        var run = run
        for await event in reasoner.events { run.apply(event) }
        return run
      }
      let backend = script()
      let live = Reasoner(
        backend: backend, options: options, version: "test", secondsSinceStart: { 1 })
      await live.run(prompt: "problem")
      let recorded = await live.state
      let resumed = Reasoner(
        backend: backend, options: options, continuing: recorded, version: "test",
        secondsSinceStart: { 1 })
      try await resumed.start()
      let resumedRun = await end(of: resumed, recorded)
      let resumedRequests = await backend.requests

      let other = script()
      let same = Reasoner(
        backend: other, options: options, version: "test", secondsSinceStart: { 1 })
      await same.run(prompt: "problem")
      let liveRun = await end(of: same)
      #expect(await other.requests == resumedRequests)
      let (left, right) = (resumedRun.turns.last, liveRun.turns.last)
      #expect(left?.steps.map(\.committed?.text) == right?.steps.map(\.committed?.text))
      #expect(left?.leftBranches.count == right?.leftBranches.count)
      #expect(left?.answer?.text == right?.answer?.text)
      #expect(left?.ended?.tokens == right?.ended?.tokens)
      #expect(left?.branch == right?.branch)
    }
  }

  @Test func `a pause begins nothing new until it is over`() async {
    let backend = ScriptedBackend(drafts: [.text("one"), .text("two"), .text("three", .endOfText)])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await backend.beforeEachOpinion { [weak backend] in
      if await backend?.judgements.count == 1 { await reasoner.apply(.pause) }
    }
    async let turn: Void = reasoner.run(prompt: "problem")
    var run = RunState()
    var pauses = 0
    for await event in reasoner.events {
      run.apply(event)
      switch event.kind {
      case .stepCommitted(let step) where step.step == 1:
        #expect(await backend.requests.count == 1)
        await reasoner.apply(.singleStep)
      case .control(.pause):
        pauses += 1
        // The second comes from the single step, once its step is kept.
        if pauses == 2 {
          #expect(await backend.requests.count == 2)
          await reasoner.apply(.resume)
        }
      case .turnEnded:
        await turn
        await reasoner.finish()
      default: break
      }
    }
    #expect(pauses == 2)
    #expect(run.turns.first?.steps.count == 3)
    #expect(!run.isPaused)
  }

  @Test func `an unreadable judgement waits for the person`() async {
    var options = RunOptions.published()
    options.unreadable = .ask
    let backend = ScriptedBackend(
      drafts: [.text("one", .endOfText)], opinions: [.unreadable])
    let told = await events(of: backend, options) { event, reasoner in
      if case .warning = event.kind {
        await reasoner.apply(.steer(.override(step: 1, verdict: .accepted)))
      }
    }
    #expect(state(told).turns.first?.steps.first?.decided?.by == .person)
    #expect(state(told).turns.first?.steps.first?.committed?.text == "one")
  }

  @Test func `what the person cannot do is answered with a warning`() async {
    let backend = ScriptedBackend(drafts: [.text("one", .endOfText)])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await reasoner.apply(.steer(.branch(after: 0)))
    await reasoner.run(prompt: "problem")
    await reasoner.apply(.steer(.edit(step: 5, text: "five")))
    await reasoner.finish()
    var warnings = 0
    for await event in reasoner.events where event.kind.type == "warning" { warnings += 1 }
    #expect(warnings == 2)
  }
}
