import TestSupport
import Testing
import Traces

@testable import Reasoning

/// Thresholds that are a share of the base model's own steps.
struct OwnStepTests {
  private func options(_ share: String, firstBaseSteps: Int = 100) -> RunOptions {
    var options = RunOptions.published(judge: .short, firstBaseSteps: firstBaseSteps)
    options.apply(.of("threshold", share))
    return options
  }

  private func scores(_ events: [Event]) -> [StepScored] {
    events.compactMap { if case .stepScored(let scored) = $0.kind { scored } else { nil } }
  }

  private func adapted(_ events: [Event]) -> [ThresholdAdapted] {
    events.compactMap { if case .thresholdAdapted(let it) = $0.kind { it } else { nil } }
  }

  private func steps(_ count: Int) -> [ScriptedBackend.Reply] {
    (1...count).map { .text("step \($0)") }
  }

  @Test func `a wording judges the first five own steps and then every fourth, and it is paid for`()
    async
  {
    let backend = ScriptedBackend(
      base: steps(14), opinions: [3, 8, 5, 6, 7, 9, 2].map(ScriptedBackend.Opinion.digit))
    let events = await events(of: backend, options("80%"))
    #expect(scores(events).map(\.step) == [1, 2, 3, 4, 5, 9, 13])
    #expect(scores(events).compactMap(\.score) == [3, 8, 5, 6, 7, 9, 2])
    // Of 3 5 6 7 8 four in five pass at 5; of seven scores one may fail.
    #expect(adapted(events).map(\.threshold) == [5, 3])
    let run = state(events)
    #expect(run.threshold == 3 && run.options.thresholdShare == 0.8)
    #expect(run.turns[0].ended?.tokens.judge == 7 * ScriptedBackend.judgeTokens)
    // What is asked is what a draft in the step's place would be asked.
    let asked = await backend.judgements
    #expect(asked[1].prefix.steps == ["step 1", "step 2"])
  }

  @Test func `without a share a wording judges no own step`() async {
    let backend = ScriptedBackend(base: steps(8))
    let events = await events(of: backend, options("7"))
    #expect(scores(events).isEmpty && adapted(events).isEmpty)
    #expect(await backend.judgements.isEmpty)
  }

  @Test func `a trace with a share is read as it was told`() async throws {
    let backend = ScriptedBackend(
      base: steps(6), opinions: [3, 8, 5, 6, 7].map(ScriptedBackend.Opinion.digit))
    let events = await events(of: backend, options("80%"))
    let text = try events.map { try TraceCoding.line($0) + "\n" }.joined()
    #expect(text.contains(#""threshold":"80%""#))
    #expect(try TraceCoding.events(in: text) == events)
  }

  @Test func `scores of a calibration put the threshold from the start`() async {
    let known = OwnScores(judge: .short, method: .greedy, scores: [1, 2, 3, 4, 5])
    let other = OwnScores(judge: .short, method: .average, scores: [9, 9, 9, 9, 9])
    let reasoner = Reasoner(
      backend: ScriptedBackend(), options: options("80%"), calibrated: [other, known],
      version: "test")
    try? await reasoner.start()
    #expect(await reasoner.state.threshold == 2)
    await reasoner.apply(.setThreshold(share: 1))
    #expect(await reasoner.state.threshold == 1)
    await reasoner.apply(.setThreshold(6.5))
    #expect(await reasoner.state.threshold == 6.5)
    #expect(await reasoner.state.thresholdReason == nil)
    await reasoner.finish()
  }

  @Test func `a run that goes on knows its own scores`() async {
    let first = await events(
      of: ScriptedBackend(
        base: steps(5), opinions: [3, 8, 5, 6, 7].map(ScriptedBackend.Opinion.digit)),
      options("60%"))
    let run = state(first)
    #expect(run.threshold == 6)
    let next = Reasoner(
      backend: ScriptedBackend(), options: run.options, continuing: run, version: "test")
    try? await next.start()
    #expect(await next.state.threshold == 6)
    await next.apply(.setThreshold(share: 0.8))
    #expect(await next.state.threshold == 5)
    await next.finish()
  }

  @Test func `the decision tells the threshold that a share came to`() async {
    let known = OwnScores(judge: .short, method: .greedy, scores: [1, 2, 3, 4, 5])
    let reasoner = Reasoner(
      backend: ScriptedBackend(drafts: [.text("a")], opinions: [.digit(2)]),
      options: options("80%", firstBaseSteps: 0), calibrated: [known], version: "test")
    await reasoner.run(prompt: "problem")
    let decided = await reasoner.state.turns[0].steps[0].decided
    #expect(decided?.threshold == 2 && decided?.verdict == .accepted)
    await reasoner.finish()
  }
}
