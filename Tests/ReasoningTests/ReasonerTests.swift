import Reasoning
import TestSupport
import Testing
import Traces

private struct Broken: Error, CustomStringConvertible {
  let description = "the engine is broken"
}

struct ReasonerTests {
  @Test func `a turn tells every event in the order it happened`() async {
    let backend = ScriptedBackend(
      drafts: [.text("a good step"), .text("a bad step"), .text("the end", .thinkingEnd)],
      base: [.text("a better step"), .text("It is \\boxed{3}.", .endOfText)],
      opinions: [.digit(9), .digit(2), .digit(8)])
    let kinds = await events(of: backend).map(\.kind.type).filter { $0 != "token" }
    #expect(
      kinds == [
        "run.started", "turn.started",
        "step.drafted", "step.judged", "step.decided", "step.committed",
        "step.drafted", "step.judged", "step.decided", "step.committed",
        "step.drafted", "step.judged", "step.decided", "step.committed",
        "answer", "turn.ended",
      ])
  }

  @Test func `a turn's costs are those of its parts`() async throws {
    let clock = ManualClock()
    let backend = ScriptedBackend(
      drafts: [.text("a good step"), .text("a bad step"), .text("the end", .thinkingEnd)],
      base: [.text("one better step"), .text("It is \\boxed{3}.", .endOfText)],
      opinions: [.digit(9), .digit(2), .digit(8)], clock: clock)
    let run = state(await events(of: backend, clock: clock))
    let ended = try #require(run.turns.first?.ended)
    // Words and one token for each end: drafts 4 + 4 + 3, base 4 + 4.
    #expect(ended.tokens.draft == 11)
    #expect(ended.tokens.base == 8)
    #expect(ended.tokens.discarded == 4)
    #expect(ended.tokens.judge == 60)
    #expect(ended.accepted == 2)
    #expect(ended.rejected == 1)
    #expect(ended.stop == .answer)
    // 11 × 0.01 s drafting, 8 × 0.1 s writing, 3 × 0.05 s judging.
    #expect(abs(ended.seconds - 1.06) < 1e-6)
    // Kept 4 + 4 + 3 + 4 tokens, each 0.1 s of the base model.
    #expect(abs(try #require(ended.estimatedSpeedup) - 15 * 0.1 / 1.06) < 1e-5)
    #expect(run.metrics?.estimatedSpeedup == ended.estimatedSpeedup)
  }

  @Test func `each request sees the chat and the steps kept so far`() async {
    let backend = ScriptedBackend(
      drafts: [.text("kept"), .text("wrong", .thinkingEnd)],
      base: [.text("right", .thinkingEnd), .text("3", .endOfText)],
      opinions: [.digit(9), .digit(0)])
    _ = await events(of: backend)
    let prefixes = await backend.requests.map(\.prefix)
    #expect(prefixes.map(\.steps) == [[], ["kept"], ["kept"], ["kept", "right"]])
    #expect(prefixes.map(\.thinkingClosed) == [false, false, false, true])
    #expect(prefixes.allSatisfy { $0.messages == [ChatMessage(.user, "problem")] })
    #expect(await backend.judgements.map(\.prefix.steps) == [["kept"], ["kept", "wrong"]])
  }

  @Test func `the same seed asks the base for a step with the same seed in every mode`() async {
    let alone = ScriptedBackend(base: [.text("one"), .text("two")])
    _ = await events(of: alone, RunOptions.published(mode: .base, seed: 5))
    let pair = ScriptedBackend(drafts: [.text("no")], opinions: [.digit(0)])
    _ = await events(of: pair, RunOptions.published(seed: 5))
    let aloneSeeds = await alone.requests.map(\.seed)
    let pairRequests = await pair.requests
    #expect(Set(aloneSeeds).count == aloneSeeds.count)
    #expect(pairRequests.map(\.role) == [.draft, .base])
    #expect(pairRequests.last?.seed == aloneSeeds.first)
    #expect(pairRequests.first?.seed != aloneSeeds.first)
  }

  @Test func `a later turn sees earlier questions and answers without the reasoning`() async {
    let backend = ScriptedBackend(
      base: [
        .text("one", .thinkingEnd), .text("3", .endOfText),
        .text("two", .thinkingEnd), .text("4", .endOfText),
      ])
    let run = state(
      await events(of: backend, RunOptions.published(mode: .base), prompts: ["first", "second"]))
    #expect(run.turns.map(\.answer?.text) == ["3", "4"])
    #expect(run.turns.map(\.number) == [1, 2])
    #expect(
      await backend.requests.last?.prefix.messages == [
        ChatMessage(.user, "first"), ChatMessage(.assistant, "3"), ChatMessage(.user, "second"),
      ])
  }

  @Test(arguments: [(Mode.reasonDecode, Mode.reason), (.specDecode, .base)])
  func `models of different vocabularies take the next best mode and say why`(
    asked: Mode, taken: Mode
  ) async throws {
    let options = RunOptions.published(mode: asked)
    let refusing = Reasoner(
      backend: ScriptedBackend(vocabularyDifference: "5 is five"), options: options,
      version: "test")
    await #expect(
      throws: ReasoningError(.differentVocabularies(asked, difference: "5 is five"))
    ) { try await refusing.start() }
    let told = await events(
      of: ScriptedBackend(vocabularyDifference: "5 is five"), options, allowsOtherMode: true)
    #expect(state(told).started?.options.mode == taken)
    let warnings = told.compactMap {
      if case .warning(let notice) = $0.kind { notice } else { nil }
    }
    #expect(warnings.count == 1)
    #expect(warnings.first?.message.contains("5 is five") == true)
  }

  @Test func `what keeps the base model from checking tokens is one of three things`() {
    let model = ModelDescription(name: "m", source: "f")
    var pair = PairDescription(
      base: model, draft: model, machine: "", baseSecondsPerToken: nil)
    #expect(pair.speculationObstacle == nil)
    pair.vocabularyDifference = "5 is five"
    #expect(pair.speculationObstacle == .vocabularies(difference: "5 is five"))
    pair.checksTokens = false
    #expect(pair.speculationObstacle == .behindServer)
    pair.draft = nil
    #expect(pair.speculationObstacle == .noDraftModel)
  }

  @Test func `a pair without a draft model may fall back on the base alone`() async {
    let told = await events(
      of: ScriptedBackend(hasDraft: false), .published(mode: .reasonDecode),
      allowsOtherMode: true)
    #expect(state(told).started?.options.mode == .base)
  }

  @Test func `a second judge is asked first and recorded beside the deciding one`() async {
    var options = RunOptions.published(threshold: 7, judge: .short)
    options.secondJudge = .likelihood
    let backend = ScriptedBackend(
      drafts: [.text("one", .endOfText)],
      opinions: [.gives(.likelihood(tokens: [-9], best: [0])), .digit(8)])
    let told = await events(of: backend, options)
    let judged = told.compactMap {
      if case .stepJudged(let judged) = $0.kind { judged } else { nil }
    }
    #expect(judged.map(\.score) == [8])
    #expect(judged.first?.second?.judge == .likelihood)
    #expect(judged.first?.second?.score == 0)
    #expect(await backend.judgements.map(\.judge) == [.likelihood, Prompts.judge(.short)])
    #expect(state(told).turns.first?.ended?.tokens.judge == ScriptedBackend.judgeTokens)
  }

  @Test func `a rubric is in the base's prefix only where a judge needs it`() async {
    for (judge, second, needs) in [
      (JudgeKind.short, nil, false), (.prefix, nil, true), (.short, JudgeKind.prefix, true),
    ] {
      var options = RunOptions.published(judge: judge)
      options.secondJudge = second
      let backend = ScriptedBackend(drafts: [.text("one", .endOfText)])
      _ = await events(of: backend, options)
      #expect(await backend.judgements.allSatisfy { ($0.prefix.rubric != nil) == needs })
    }
  }

  @Test func `speculation that cannot pay is told once`() async {
    let clock = ManualClock()
    // A draft of one word costs 0.02 s, its judgement 0.05 s; the base writes it in 0.2 s. A longer
    // judgement makes it dear.
    let backend = ScriptedBackend(
      drafts: (0..<6).map { .text("step\($0)") }, clock: clock)
    await backend.judgeTakes(1)
    let told = await events(of: backend, clock: clock)
    let warnings = told.compactMap {
      if case .warning(let notice) = $0.kind { notice } else { nil }
    }
    #expect(warnings.count == 1)
    #expect(warnings.first?.message.contains("cannot pay") == true)
    let cheap = ScriptedBackend(drafts: (0..<6).map { .text("step\($0)") }, clock: clock)
    #expect(await events(of: cheap, clock: clock).allSatisfy { $0.kind.type != "warning" })
  }

  // MARK: Ahead

  /// Asks for opinions only when `count` requests were asked for.
  private func ahead(_ backend: ScriptedBackend, once counts: [Int]) async -> [Event] {
    var options = RunOptions.published()
    options.draftsAhead = true
    await backend.beforeEachOpinion { [weak backend] in
      let judged = await backend?.judgements.count ?? 1
      guard counts.indices.contains(judged - 1) else { return }
      while await backend?.requests.count ?? .max < counts[judged - 1] { await Task.yield() }
    }
    return await events(of: backend, options)
  }

  @Test func `the next step is drafted while one is judged`() async {
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("two"), .text("three", .endOfText)], overlaps: true)
    let told = await ahead(backend, once: [2, 3])
    #expect(state(told).turns.first?.steps.map(\.committed?.text) == ["one", "two", "three"])
    #expect(state(told).turns.first?.ended?.tokens.discarded == 0)
    #expect(await backend.requests.count == 3)
    // Each step's tokens come after the decision about the one before.
    let order = told.compactMap { event -> String? in
      switch event.kind {
      case .token(let token): token.text.isEmpty ? nil : "token \(token.step ?? 0)"
      case .stepDecided(let decided): "decided \(decided.step)"
      default: nil
      }
    }
    #expect(
      order == ["token 1", "decided 1", "token 2", "decided 2", "token 3", "decided 3"])
  }

  @Test func `what was drafted ahead of a rejected step is discarded and counted`() async {
    let backend = ScriptedBackend(
      drafts: [.text("wrong"), .text("a step in vain"), .text("two", .endOfText)],
      base: [.text("right")], opinions: [.digit(0), .digit(9)], overlaps: true)
    let told = await ahead(backend, once: [2])
    let turn = state(told).turns.first
    #expect(turn?.steps.map(\.committed?.text) == ["right", "two"])
    #expect(turn?.ended?.tokens.draft == 2 + 5 + 2)
    #expect(turn?.ended?.tokens.discarded == 2 + 5)
    #expect(
      !told.contains {
        if case .token(let token) = $0.kind { token.text == " vain" } else { false }
      })
  }

  @Test func `one machine drafts nothing ahead and says so`() async {
    var options = RunOptions.published()
    options.draftsAhead = true
    let backend = ScriptedBackend(drafts: [.text("one"), .text("two", .endOfText)])
    let told = await events(of: backend, options)
    #expect(told.count { $0.kind.type == "warning" } == 1)
    #expect(state(told).turns.first?.steps.count == 2)
  }

  // MARK: Controls

  @Test func `a threshold changed while a step is judged decides that step`() async {
    let backend = ScriptedBackend(drafts: [.text("one", .endOfText)], opinions: [.digit(5)])
    let reasoner = Reasoner(
      backend: backend, options: RunOptions.published(threshold: 7), version: "test")
    await backend.beforeEachOpinion { await reasoner.apply(.setThreshold(4)) }
    await reasoner.run(prompt: "problem")
    await reasoner.finish()
    var told: [Event.Kind] = []
    for await event in reasoner.events { told.append(event.kind) }
    let control = told.firstIndex(of: .control(.setThreshold(4)))
    let decision = told.firstIndex { $0.type == "step.decided" }
    #expect(control != nil && decision != nil && control ?? 0 < decision ?? 0)
    guard let decision, case .stepDecided(let decided) = told[decision] else { return }
    #expect(decided.verdict == .accepted)
    #expect(decided.threshold == 4)
  }

  @Test func `a threshold before the turn decides its steps, and one outside 0 to 9 is refused`()
    async
  {
    let backend = ScriptedBackend(drafts: [.text("one", .endOfText)], opinions: [.digit(8)])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await reasoner.apply(.setThreshold(9))
    await reasoner.apply(.setThreshold(40))
    await reasoner.apply(.setThreshold(.nan))
    await reasoner.run(prompt: "problem")
    await reasoner.finish()
    var decided: [StepDecided] = []
    for await event in reasoner.events {
      if case .stepDecided(let decision) = event.kind { decided.append(decision) }
    }
    #expect(decided.first?.threshold == 9)
    #expect(decided.first?.verdict == .rejected)
  }

  @Test func `a mode changed during a turn counts from the next turn on`() async {
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("two", .endOfText)], base: [.text("three", .endOfText)])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await backend.beforeEachOpinion { await reasoner.apply(.setMode(.base)) }
    await reasoner.run(prompt: "first")
    await reasoner.run(prompt: "second")
    await reasoner.finish()
    var run = RunState()
    for await event in reasoner.events { run.apply(event) }
    #expect(run.turns.map(\.mode) == [.reason, .base])
    #expect(await backend.requests.map(\.role) == [.draft, .draft, .base])
  }

  @Test func `a mode the pair cannot do is answered with a warning`() async throws {
    let reasoner = Reasoner(
      backend: ScriptedBackend(hasDraft: false), options: RunOptions.published(mode: .base),
      version: "test")
    try await reasoner.start()
    await reasoner.apply(.setMode(.reason))
    await reasoner.finish()
    var types: [String] = []
    for await event in reasoner.events { types.append(event.kind.type) }
    #expect(types == ["run.started", "warning"])
  }

  @Test func `a cancelled step is kept as cut, and the next turn works`() async throws {
    let backend = ScriptedBackend(
      drafts: [.text("one"), .stall(after: "two and"), .text("again", .endOfText)])
    let run = state(
      await events(of: backend, prompts: ["first", "second"]) { event, reasoner in
        if case .token(let token) = event.kind, token.text == " and" {
          await reasoner.apply(.cancel)
        }
      })
    let first = try #require(run.turns.first)
    #expect(first.ended?.stop == .cancelled)
    #expect(first.steps.map(\.committed?.text) == ["one", "two and"])
    #expect(first.steps.map(\.committed?.cut) == [false, true])
    #expect(run.turns.last?.ended?.stop == .endOfText)
    #expect(run.turns.last?.answer?.text == "again")
    #expect(await backend.requests.last?.prefix.messages == [ChatMessage(.user, "second")])
  }

  @Test func `judging can be cancelled`() async throws {
    let backend = ScriptedBackend(drafts: [.text("one")], opinions: [.stall])
    let run = state(
      await events(of: backend) { event, reasoner in
        if case .stepDrafted = event.kind { await reasoner.apply(.cancel) }
      })
    #expect(run.turns.first?.ended?.stop == .cancelled)
    #expect(run.turns.first?.steps.first?.committed?.status == .draftWritten)
  }

  @Test func `cancelling the task that runs a turn ends the turn`() async {
    let backend = ScriptedBackend(drafts: [.stall(after: "one")])
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    let task = Task { await reasoner.run(prompt: "problem") }
    var stop: StopReason?
    for await event in reasoner.events {
      if case .token = event.kind { task.cancel() }
      if case .turnEnded(let ended) = event.kind {
        stop = ended.stop
        break
      }
    }
    await task.value
    #expect(stop == .cancelled)
  }

  @Test func `with no turn running there is nothing to cancel`() async {
    let reasoner = Reasoner(
      backend: ScriptedBackend(), options: RunOptions.published(), version: "test")
    await reasoner.apply(.cancel)
    await reasoner.finish()
    var count = 0
    for await _ in reasoner.events { count += 1 }
    #expect(count == 0)
  }

  // MARK: Failures

  @Test func `an error of the backend ends the turn, keeps what was written, and the next works`()
    async throws
  {
    let backend = ScriptedBackend(
      drafts: [.failure(after: "half a", Broken()), .text("whole", .endOfText)])
    let run = state(await events(of: backend, prompts: ["first", "second"]))
    let first = try #require(run.turns.first)
    #expect(first.notices == [Notice(message: "the engine is broken", step: 1)])
    #expect(first.ended?.stop == .error)
    #expect(first.steps.map(\.committed?.text) == ["half a"])
    #expect(run.turns.last?.answer?.text == "whole")
  }

  @Test func `an error of the judge keeps the unjudged draft`() async {
    let backend = ScriptedBackend(drafts: [.text("one")], opinions: [.failure(Broken())])
    let run = state(await events(of: backend))
    #expect(run.turns.first?.ended?.stop == .error)
    #expect(run.turns.first?.steps.first?.committed?.status == .draftWritten)
  }

  @Test func `a judgement that finds no room ends the turn as context-full`() async {
    let full = ReasoningError(.contextFull(limit: 64))
    let backend = ScriptedBackend(drafts: [.text("one")], opinions: [.failure(full)])
    let run = state(await events(of: backend))
    #expect(run.turns.first?.ended?.stop == .contextFull)
    #expect(run.turns.first?.notices.isEmpty == true)
    #expect(run.turns.first?.steps.first?.committed?.text == "one")
  }

  @Test func `a chat can be limited to its last turns`() async {
    var options = RunOptions.published()
    options.earlierTurns = 1
    let backend = ScriptedBackend(
      drafts: (1...3).map { .text("answer \($0)", .endOfText) })
    _ = await events(of: backend, options, prompts: ["one", "two", "three"])
    let seen = await backend.requests.last?.prefix.messages.map(\.text)
    #expect(seen == ["two", "answer 2", "three"])
  }

  @Test func `a mode that needs a draft model is refused without one`() async throws {
    let backend = ScriptedBackend(hasDraft: false)
    let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
    await #expect(throws: ReasoningError(.noDraftModel(.reason))) { try await reasoner.start() }
    let run = state(await events(of: ScriptedBackend(hasDraft: false)))
    #expect(run.turns.first?.ended?.stop == .error)
    #expect(run.turns.first?.notices.count == 1)
  }

  @Test(arguments: [
    ("judge", "likelihood-mean"), ("second-judge", "likelihood"), ("cascade", "likelihood,2,8"),
  ])
  func `a judge by likelihoods is refused where the base cannot tell them`(
    name: String, value: String
  ) async {
    var options = RunOptions.published()
    options.apply(.of(name, value))
    let reasoner = Reasoner(
      backend: ScriptedBackend(likelihoodObstacle: "a server"), options: options, version: "test")
    await #expect(throws: ReasoningError(.noLikelihood("a server"))) {
      try await reasoner.start()
    }
  }

  @Test(arguments: [
    ("judge", "confidence"), ("judge", "self"), ("judge", "nobody"), ("cascade", "confidence,2,8"),
  ])
  func `a judge that asks the base nothing needs none of its likelihoods`(
    name: String, value: String
  ) async throws {
    var options = RunOptions.published()
    options.apply(.of(name, value))
    let reasoner = Reasoner(
      backend: ScriptedBackend(likelihoodObstacle: "a server"), options: options, version: "test")
    try await reasoner.start()
  }

  @Test(arguments: [
    RunOptions.published(threshold: 9.5), RunOptions.published(threshold: .nan),
    RunOptions.published(firstBaseSteps: -1), RunOptions.published(budget: 0),
    RunOptions.published(stepLimit: 0), RunOptions.published(sampling: Sampling(temperature: -1)),
    RunOptions.published(sampling: Sampling(topP: 0)),
    RunOptions.published(sampling: Sampling(topK: -1)),
    RunOptions.published(sampling: Sampling(minP: 1)),
  ])
  func `an option out of range is refused`(options: RunOptions) {
    #expect(throws: OptionError.self) { try options.validate() }
  }

  // MARK: Properties

  @Test func `no random script overshoots its budget or leaves a turn open`() async throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let options = RunOptions.published(
        mode: Mode.allCases.randomElement(using: &random) ?? .reason,
        threshold: Double(Int.random(in: 0...9, using: &random)),
        firstBaseSteps: Int.random(in: 0...2, using: &random),
        budget: Int.random(in: 1...60, using: &random),
        stepLimit: Int.random(in: 1...12, using: &random))
      let backend = ScriptedBackend(
        drafts: randomReplies(&random), base: randomReplies(&random),
        opinions: randomOpinions(&random))
      let all = await events(of: backend, options, prompts: ["first", "second"])
      let run = state(all)
      #expect(run.turns.count == 2)
      for turn in run.turns {
        let ended = try #require(turn.ended)
        let kept = turn.steps.reduce(turn.answer?.tokens ?? 0) { $0 + ($1.committed?.tokens ?? 0) }
        #expect(kept <= options.budget)
        #expect(ended.tokens.draft + ended.tokens.base <= options.workLimit)
        if ended.stop.isOfBudget { #expect(turn.answer != nil || turn.steps.isEmpty) }
        #expect(ended.tokens.discarded <= ended.tokens.draft)
        let decided = turn.steps.compactMap(\.decided)
        #expect(decided.count == ended.accepted + ended.rejected)
        #expect(zip(turn.steps, turn.steps.dropFirst()).allSatisfy { $0.number < $1.number })
      }
      let lines = try all.map { try TraceCoding.line($0) }
      #expect(try TraceCoding.events(in: lines.joined(separator: "\n")) == all)
      #expect(zip(all, all.dropFirst()).allSatisfy { $0.time <= $1.time })
    }
  }

  private func randomReplies(_ random: inout SeededGenerator) -> [ScriptedBackend.Reply] {
    (0..<Int.random(in: 0...12, using: &random)).map { _ in
      let words = (0..<Int.random(in: 0...10, using: &random)).map { _ in
        ["a", "b", "\\boxed{3}", "é"].randomElement(using: &random) ?? "a"
      }
      let text = words.joined(separator: " ")
      switch Int.random(in: 0..<12, using: &random) {
      case 0: return .failure(after: text, Broken())
      case 1: return .text(text, .thinkingEnd)
      case 2: return .text(text, .endOfText)
      case 3: return .text(text, .contextFull)
      default: return .text(text)
      }
    }
  }

  private func randomOpinions(_ random: inout SeededGenerator) -> [ScriptedBackend.Opinion] {
    (0..<12).map { _ in
      switch Int.random(in: 0..<12, using: &random) {
      case 0: .unreadable
      case 1: .failure(Broken())
      default: .digit(Int.random(in: 0...9, using: &random))
      }
    }
  }
}
