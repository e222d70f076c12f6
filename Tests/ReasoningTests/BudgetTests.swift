import Reasoning
import TestSupport
import Testing
import Traces

@Suite struct `What a budget counts` {
  @Test func `a step may take its limit, or what the reasoning has left`() {
    // A quarter of 100 is kept back for the answer.
    var run = MachineRun(RunOptions.published(budget: 100, stepLimit: 60))
    #expect(run.maxTokens == 60)
    run.generated("one", tokens: 60)
    run.judged(9)
    #expect(run.maxTokens == 15)
  }

  @Test func `no more than 256 tokens are kept back`() {
    let run = MachineRun(RunOptions.published(budget: 8192, stepLimit: 100_000))
    #expect(run.maxTokens == 8192 - 256)
  }

  @Test func `a rejected draft is no part of what is kept`() {
    var run = MachineRun(RunOptions.published(budget: 100))
    run.generated("one", tokens: 70)
    run.judged(0)
    #expect(run.next == NextGeneration(role: .base, step: 1))
    #expect(run.maxTokens == 75)
  }

  @Test(arguments: [Mode.base, .draft, .specDecode, .reason, .reasonDecode], [true, false])
  func `every mode may keep the same`(mode: Mode, acceptsAll: Bool) {
    var options = RunOptions.published(mode: mode, threshold: 5, budget: 100, stepLimit: 10)
    options.workBudget = 100_000
    var run = MachineRun(options)
    var number = 0
    while run.stop == nil {
      if case .judge = run.action {
        run.judged(acceptsAll ? 9 : 0)
      } else {
        number += 1
        run.generated("step \(number)", tokens: min(10, run.maxTokens ?? 0))
      }
    }
    #expect(run.committed.reduce(0) { $0 + $1.tokens } == 75)
    #expect(run.answer?.tokens == 10)
    #expect(run.stop == .budget)
  }

  @Test func `an answer after a closed reasoning may take all that is left`() {
    var run = MachineRun(RunOptions.published(mode: .base, budget: 40, stepLimit: 15))
    run.generated("one", .thinkingEnd)
    #expect(run.maxTokens == 30)
    run.generated("The answer is", .limit, tokens: 30)
    #expect(run.stop == .budget)
    #expect(run.answer?.text == "The answer is")
    #expect(run.answer?.forced == nil)
  }
}

@Suite struct `The end of a budget` {
  @Test func `the reasoning is closed, and an answer is asked for`() {
    var run = MachineRun(RunOptions.published(mode: .base, budget: 100))
    run.generated("endless", .limit, tokens: 75)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    #expect(run.prefix?.thinkingClosed == true)
    #expect(run.maxTokens == 25)
    run.generated("It is \\boxed{3}.", .endOfText, tokens: 5)
    #expect(run.answer?.boxed == "3")
    #expect(run.answer?.forced == .budget)
    #expect(run.stop == .budget)
  }

  @Test func `a draft as long as the budget leaves an answer`() {
    // Seen: the draft took all of the budget, and there was not a word of an answer.
    var run = MachineRun(RunOptions.published(budget: 100))
    run.generated("endless", .limit, tokens: run.maxTokens ?? 0)
    run.generated("endless too", .limit, tokens: run.maxTokens ?? 0)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    run.generated("3", .endOfText, tokens: 5)
    #expect(run.answer?.text == "3")
    #expect(run.stop == .budget)
  }

  @Test func `the work budget bounds what both models write, and leaves an answer`() {
    var options = RunOptions.published(budget: 1000, stepLimit: 100)
    options.workBudget = 400
    var run = MachineRun(options)
    var written = 0
    var number = 0
    while run.stop == nil {
      if case .judge = run.action {
        run.judged(0)
      } else {
        number += 1
        let tokens = min(90, run.maxTokens ?? 0)
        written += tokens
        run.generated("step \(number)", tokens: tokens)
      }
    }
    #expect(run.stop == .workBudget)
    #expect(run.answer?.forced == .workBudget)
    #expect((300...400).contains(written))
  }

  @Test func `both models may write four times the budget`() {
    #expect(RunOptions.published(budget: 100).workLimit == 400)
    var run = MachineRun(RunOptions.published(budget: 100, stepLimit: 70))
    var written = 0
    while run.stop == nil, run.request?.step != nil {
      run.generated("step \(written)", tokens: min(70, run.maxTokens ?? 0))
      written = run.totals.tokens.draft + run.totals.tokens.base
      if case .judge = run.action { run.judged(0) }
    }
    #expect(written <= 400)
  }

  @Test func `without tags there is nothing to close: the text so far is the answer`() {
    var run = MachineRun(RunOptions.published(mode: .base, budget: 100, stepLimit: 60))
    run.machine.untagged = [.base]
    run.generated("A list:", tokens: 60)
    // Nothing is kept back.
    #expect(run.maxTokens == 40)
    run.generated("first, second, th", .limit, tokens: 40)
    #expect(run.stop == .budget)
    #expect(run.answer?.text == "first, second, th")
    #expect(run.answer?.forced == .budget)
    #expect(run.answer?.tokens == 0)
    #expect(run.committed.last?.cut == true)
  }

  @Test func `a budget lowered below what is kept still leaves an answer`() async {
    let backend = ScriptedBackend(
      drafts: [.text("one two three"), .text("four")], base: [.text("3", .endOfText)])
    let all = await events(of: backend) { event, reasoner in
      guard case .stepDrafted(let drafted) = event.kind, drafted.step == 1 else { return }
      await reasoner.apply(.set(.of("budget", "2")))
    }
    let turn = state(all).turns.first
    #expect(turn?.answer?.text == "3")
    #expect(turn?.ended?.stop == .budget)
  }
}

@Suite struct `As much budget again` {
  /// A turn of the base model that its budget of 100 ended after steps of 75 tokens.
  private static func stopped() -> MachineRun {
    var run = MachineRun(RunOptions.published(mode: .base, budget: 100))
    run.generated("one", tokens: 40)
    run.generated("two", .limit, tokens: 35)
    run.generated("cut off", .limit, tokens: 25)
    return run
  }

  @Test func `the kept steps are gone on from, with twice the budget`() {
    var run = Self.stopped()
    #expect(run.stop == .budget)
    run.steered(by: .extend)
    #expect(run.branches.map(\.keeps) == [2])
    #expect(run.prefix?.steps == ["one", "two"])
    #expect(run.prefix?.thinkingClosed == false)
    #expect(run.maxTokens == 100)
    run.generated("three", .thinkingEnd, tokens: 20)
    run.generated("\\boxed{3}", .endOfText, tokens: 5)
    #expect(run.stop == .answer)
    #expect(run.machine.turn.answer?.forced == nil)
    // And again.
    #expect(run.machine.refusal(of: .extend) != nil)
  }

  @Test func `each time gives as much again`() {
    var run = Self.stopped()
    run.steered(by: .extend)
    run.generated("three", .limit, tokens: 100)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    run.generated("4", .endOfText, tokens: 2)
    #expect(run.stop == .budget)
    run.steered(by: .extend)
    #expect(run.maxTokens == 100)
  }

  @Test func `an answer that was cut is given anew, and the closed reasoning stays closed`() {
    var run = MachineRun(RunOptions.published(mode: .base, budget: 40))
    run.generated("one", .thinkingEnd, tokens: 10)
    run.generated("It is", .limit, tokens: 30)
    run.steered(by: .extend)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    #expect(run.maxTokens == 70)
  }

  @Test func `a turn that ended by itself, or runs, does not go on so`() {
    var run = MachineRun(RunOptions.published(mode: .base))
    #expect(run.machine.refusal(of: .extend) != nil)
    run.generated("one", .thinkingEnd)
    run.generated("3", .endOfText)
    #expect(run.machine.refusal(of: .extend) != nil)
  }

  @Test func `a saved run goes on so, and a second time`() async throws {
    let options = RunOptions.published(mode: .base, budget: 8)
    let script: [ScriptedBackend.Reply] = [
      .text("a b c"), .text("d e f"), .text("g h"), .text("i"),
    ]
    var saved = await events(of: ScriptedBackend(base: script), options)
    for kept in [1, 2] {
      let run = state(saved)
      let turn = try #require(run.turns.last)
      #expect(turn.ended?.stop == .budget)
      #expect(turn.extensions == kept - 1)
      let backend = ScriptedBackend(base: [.text("h i j"), .text("k l m n o p"), .text("q")])
      let reasoner = Reasoner(
        backend: backend, options: options, continuing: run, version: "test",
        secondsSinceStart: { run.time })
      try await reasoner.start()
      await reasoner.apply(.steer(.extend))
      await reasoner.idle()
      await reasoner.finish()
      for await event in reasoner.events { saved.append(event) }
      let requests = await backend.requests
      #expect(requests.first?.prefix.steps == turn.steps.compactMap(\.committed?.text))
    }
    let turn = try #require(state(saved).turns.last)
    #expect(turn.extensions == 2)
    #expect((9...24).contains(turn.steps.reduce(0) { $0 + ($1.committed?.tokens ?? 0) }))
  }
}
