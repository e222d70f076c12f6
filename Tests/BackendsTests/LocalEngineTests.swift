import DemoPair
import Reasoning
import Synchronization
import Testing
import Traces

@testable import Backends

/// The engine on the demo pair, without the reasoner: writing and judging.
struct LocalEngineTests: DemoEngine {
  @Test(arguments: [JudgeKind.short, .reference, .likelihood])
  func `a wrong sum scores below the threshold and a right one above`(kind: JudgeKind) async throws
  {
    let engine = try engine()
    for (step, accepted) in [(Self.right, true), (Self.wrong, false)] {
      let request = JudgeRequest(prefix: prefix(step), judge: Prompts.judge(kind))
      let judgement = try await engine.opinion(request)
      let judged = Judge.judged(step: 1, judgement, by: kind, method: .average)
      let score = try #require(judged.score)
      #expect((score >= 7) == accepted, "\(kind) gives \(score)")
    }
  }

  @Test func `a draft model that is alone here judges its own steps`() async throws {
    let pair = try DemoPair.locate()
    let engine = LocalEngine(
      files: .init(base: pair.draft.path, draft: nil), soleRole: .draft, threads: 1)
    var prefix = prefix(Self.right)
    prefix.rubric = "Be strict."
    let judgements = try await engine.judge(
      JudgeRequest(prefix: prefix, judge: Prompts.judge(.draftItself), by: .draft))
    // Its tokens are not those in which steps are counted.
    #expect(judgements.count == 1 && judgements[0].stepTokens == nil)
    let asked = JudgeRequest(prefix: prefix, judge: Prompts.judge(.short), by: .base)
    await #expect(throws: LocalEngineError.noDraftModel) { try await engine.judge(asked) }
  }

  @Test func `loading ends where its task is cancelled, and can begin anew`() async throws {
    let engine = try engine()
    let loading = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await engine.open()
    }
    await #expect(throws: CancellationError.self) { try await loading.value }
    try await engine.open()
  }

  @Test func `what was computed before does not change an opinion`() async throws {
    let fresh = try engine()
    let used = try engine()
    _ = try await used.generate(request(.base, prefix())) { _ in }
    _ = try await used.opinion(
      JudgeRequest(prefix: prefix(Self.wrong), judge: Prompts.judge(.reference)))
    _ = try await used.generate(request(.base, prefix(Self.wrong))) { _ in }
    let question = JudgeRequest(prefix: prefix(Self.right), judge: Prompts.judge(.short))
    let opinions = (
      try await fresh.opinion(question).opinion, try await used.opinion(question).opinion
    )
    #expect(opinions.0 == opinions.1)
  }

  @Test func `an accepted step costs the base model nothing more`() async throws {
    let engine = try engine()
    let first = try await engine.opinion(
      JudgeRequest(prefix: prefix(Self.right), judge: Prompts.judge(.short)))
    let second = "So the answer is 11."
    let again = try await engine.opinion(
      JudgeRequest(prefix: prefix(Self.right, second), judge: Prompts.judge(.short)))
    // The first judgement paid for the prompt; the second only for its own step and the wording.
    #expect(again.promptTokens < first.promptTokens / 2)
    #expect(again.promptTokens < 40)
  }

  @Test(arguments: [Role.base, .draft])
  func `a step streams as the text that is kept`(role: Role) async throws {
    let collected = Collected()
    let generated = try await engine().generate(request(role, prefix())) { collected.add($0.text) }
    #expect(generated.stop == .stepEnd)
    #expect(collected.text == generated.text)
    #expect(!generated.text.isEmpty && !generated.text.contains("\n\n"))
    #expect(generated.tokens > 10 && generated.decodeSeconds <= generated.seconds)
  }

  @Test(arguments: [0.0, 0.6, 1.2])
  func `the base writes the same text with draft tokens and without`(temperature: Double)
    async throws
  {
    let engine = try engine()
    for seed in 0..<4 as Range<UInt64> {
      var request = request(.base, prefix(), seed: seed)
      request.sampling = Sampling(temperature: temperature)
      let plain = try await engine.generate(request) { _ in }
      #expect(plain.speculation == nil)
      request.isSpeculative = true
      let speculative = try await engine.generate(request) { _ in }
      #expect(speculative.text == plain.text && speculative.tokens == plain.tokens)
      request.proposal = Self.wrong
      let regenerated = try await engine.generate(request) { _ in }
      #expect(regenerated.text == plain.text && regenerated.tokens == plain.tokens)
    }
  }

  @Test func `a rewrite begins with what the judgement knows`() async throws {
    let engine = try engine()
    let plain = try await engine.generate(request(.base, prefix())) { _ in }
    for kind in [JudgeKind.short, .likelihood] {
      _ = try await engine.opinion(
        JudgeRequest(prefix: prefix(plain.text), judge: Prompts.judge(kind)))
      var rewrite = request(.base, prefix())
      rewrite.proposal = plain.text
      let generated = try await engine.generate(rewrite) { _ in }
      #expect(generated.text == plain.text)
      // Another step than the one proposed is generated as well.
      #expect(try #require(generated.speculation).passes <= 2)
      rewrite.proposal = Self.wrong
      #expect(try await engine.generate(rewrite) { _ in }.text == plain.text)
    }
  }

  @Test(arguments: [false, true], [0, 0.8])
  func `the pass that writes a step knows what its judge would say`(
    isSpeculative: Bool, temperature: Double
  ) async throws {
    let (writer, judge) = (try engine(), try engine())
    var prefix = prefix()
    for _ in 0..<3 {
      var request = request(.base, prefix, seed: 7)
      request.sampling.temperature = temperature
      request.isSpeculative = isSpeculative
      let written = try await writer.generate(request) { _ in }
      guard written.stop == .stepEnd else { break }
      prefix.steps.append(written.text)
      let judged = try await judge.opinion(JudgeRequest(prefix: prefix, judge: .likelihood))
      guard case .likelihood(let known, let best) = try #require(written.likelihood),
        case .likelihood(let tokens, let most) = judged.opinion
      else { return }
      #expect(known.count == tokens.count)
      for (one, other) in zip(known + best, tokens + most) { #expect(abs(one - other) < 0.02) }
    }
    #expect(!prefix.steps.isEmpty)
    let drafted = try await writer.generate(self.request(.draft, prefix, maxTokens: 2)) { _ in }
    #expect(drafted.likelihood == nil)
  }

  @Test func `steps judged in one pass are judged as one by one`() async throws {
    let steps = [Self.right, "So the answer is 11.", Self.wrong, "Let us see."]
    let one = try engine()
    var apart: [Judgement] = []
    for count in 1...steps.count {
      let prefix = Prefix(messages: [Self.problem], steps: Array(steps.prefix(count)))
      apart.append(try await one.opinion(JudgeRequest(prefix: prefix, judge: .likelihood)))
    }
    let prefix = Prefix(messages: [Self.problem], steps: steps)
    for kept in 0..<steps.count {
      let engine = try engine()
      if kept > 0 {
        let known = Prefix(messages: [Self.problem], steps: Array(steps.prefix(kept)))
        _ = try await engine.opinion(JudgeRequest(prefix: known, judge: .likelihood))
      }
      let count = steps.count - kept
      let together = try await engine.judge(
        JudgeRequest(prefix: prefix, steps: count, judge: .likelihood))
      #expect(together.map(\.opinion) == apart.suffix(count).map(\.opinion))
      #expect(
        together.dropFirst().map(\.promptTokens) == apart.suffix(count - 1).map(\.promptTokens))
      // Another rewrite of the first than the one judged begins with what the pass knows.
      var rewrite = request(
        .base, Prefix(messages: [Self.problem], steps: Array(steps.prefix(kept))))
      let plain = try await self.engine().generate(rewrite) { _ in }
      rewrite.proposal = steps[kept]
      #expect(try await engine.generate(rewrite) { _ in }.text == plain.text)
    }
  }

  @Test(arguments: [Role.draft, .base])
  func `what is generated side by side is what is generated one by one`(role: Role) async throws {
    for (temperature, maxTokens, context) in [
      (0.0, 60, nil), (1.2, 60, nil), (1.2, 9, nil), (1.2, 60, 90),
    ]
      as [(Double, Int, Int?)]
    {
      let requests = (0..<4).map { seed in
        var request = request(role, prefix(Self.right), maxTokens: maxTokens, seed: UInt64(seed))
        request.sampling = Sampling(temperature: temperature)
        return request
      }
      let told = Mutex([[GeneratedToken]](repeating: [], count: requests.count))
      let engine = try engine(context: context)
      let together = try await engine.generate(requests) { place, token in
        told.withLock { $0[place].append(token) }
      }
      for (place, request) in requests.enumerated() {
        let tokens = Mutex([GeneratedToken]())
        let alone = try await self.engine(context: context).generate(request) { token in
          tokens.withLock { $0.append(token) }
        }
        #expect(together[place].text == alone.text)
        #expect(together[place].tokens == alone.tokens)
        #expect(together[place].stop == alone.stop)
        #expect(together[place].contextTokens == alone.contextTokens)
        #expect(told.withLock { $0[place] } == tokens.withLock { $0 })
      }
      // Whichever is kept, the model goes on from it.
      for generated in together where context == nil && !generated.text.isEmpty {
        let next = self.request(role, prefix(Self.right, generated.text))
        let fresh = try await self.engine().generate(next) { _ in }
        #expect(try await engine.generate(next) { _ in }.text == fresh.text)
      }
    }
  }

  @Test(arguments: [JudgeKind.short, .likelihood])
  func `drafts judged together are judged as one by one`(kind: JudgeKind) async throws {
    let drafts = [
      Self.right, Self.wrong, "Let us see.", "So the answer is 11.", Self.right + " Yes.",
    ]
    let judge = Prompts.judge(kind)
    var apart: [Judgement] = []
    for draft in drafts {
      apart.append(try await engine().opinion(JudgeRequest(prefix: prefix(draft), judge: judge)))
    }
    let engine = try engine()
    for count in 1...drafts.count {
      let together = try await engine.judge(
        JudgeRequest(
          prefix: prefix(drafts[0]), alternatives: Array(drafts[1..<count]), judge: judge))
      #expect(together.map(\.opinion) == apart.prefix(count).map(\.opinion))
    }
    // Whichever is kept, the base goes on from it as if it had been judged alone; and a rewrite of
    // any begins with what is known.
    for kept in drafts {
      _ = try await engine.judge(
        JudgeRequest(
          prefix: prefix(drafts[0]), alternatives: Array(drafts.dropFirst()), judge: judge))
      let next = prefix(kept, "So the answer is 11.")
      let known = try await engine.opinion(JudgeRequest(prefix: next, judge: judge))
      let fresh = try await self.engine().opinion(JudgeRequest(prefix: next, judge: judge))
      #expect(known.opinion == fresh.opinion)
      #expect(known.promptTokens < fresh.promptTokens / 2)
      var rewrite = request(.base, prefix())
      rewrite.proposal = kept
      let plain = try await self.engine().generate(request(.base, prefix())) { _ in }
      #expect(try await engine.generate(rewrite) { _ in }.text == plain.text)
    }
  }

  @Test func `a rubric in the prefix is paid for once`() async throws {
    let engine = try engine()
    let judge = Prompts.judge(.prefix)
    var prefix = prefix(Self.right)
    prefix.rubric = Prompts.rubric(for: [.prefix])
    let first = try await engine.opinion(JudgeRequest(prefix: prefix, judge: judge))
    prefix.steps.append("So the answer is 11.")
    let again = try await engine.opinion(JudgeRequest(prefix: prefix, judge: judge))
    let short = try await engine.opinion(JudgeRequest(prefix: prefix, judge: Prompts.judge(.short)))
    #expect(first.promptTokens > 5 * again.promptTokens)
    #expect(again.promptTokens < short.promptTokens)
    guard case .digits(let probabilities, _) = again.opinion else {
      Issue.record("the prefix judge gives digits")
      return
    }
    #expect(probabilities.count == 10)
  }

  @Test func `the draft model does not see the rubric`() async throws {
    let engine = try engine()
    var asked = request(.draft, prefix())
    let plain = try await engine.generate(asked) { _ in }
    asked.prefix.rubric = Prompts.rubric(for: [.prefix])
    #expect(try await engine.generate(asked) { _ in }.text == plain.text)
  }

  @Test func `the demo pair shares its vocabulary`() async throws {
    #expect(try await engine().describe().vocabularyDifference == nil)
  }

  @Test func `an answer follows closed reasoning`() async throws {
    let closed = Prefix(
      messages: [Self.problem],
      steps: [
        Self.right,
        "The bus has 11 passengers. At the second stop, 4 people get off. That leaves 11 - 4 = 7, "
          + "so the bus has 7 passengers.", "So the answer is 7.",
      ], thinkingClosed: true)
    let generated = try await engine().generate(request(.base, closed)) { _ in }
    #expect(generated.stop == .endOfText)
    #expect(BoxedAnswer.last(in: generated.text) == "7")
  }

  @Test func `the token limit and the end of the context are told`() async throws {
    let limited = try await engine().generate(request(.base, prefix(), maxTokens: 3)) { _ in }
    #expect(limited.stop == .limit && limited.tokens == 3)
    let full = try await engine(context: 64).generate(request(.base, prefix())) { _ in }
    #expect(full.stop == .contextFull)
  }

  @Test(arguments: [JudgeKind.short, .likelihood])
  func `a judgement that does not fit the context says so`(kind: JudgeKind) async throws {
    let engine = try engine(context: 64)
    _ = try await engine.describe()
    let request = JudgeRequest(prefix: prefix(Self.right), judge: Prompts.judge(kind))
    await #expect(throws: ReasoningError(.contextFull(limit: 64))) {
      try await engine.opinion(request)
    }
  }

  @Test func `only text of another kind is called unfamiliar`() throws {
    let pair = try DemoPair.locate()
    let model = try LocalModel(
      .base, path: pair.base.path, contextLength: nil, pool: .init(threads: 1))
    for problem in try DemoPair.problems() {
      #expect(model.unfamiliarShare(of: problem.problem) < 0.05)
    }
    #expect(model.unfamiliarShare(of: "Wherefore dost quixotic zeppelin yodel?") > 0.5)
  }

  @Test func `a cancelled generation ends in cancellation`() async throws {
    let engine = try engine()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await engine.generate(request(.base, prefix())) { _ in }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func `without a draft model drafting is refused`() async throws {
    let engine = LocalEngine(files: .init(base: try DemoPair.locate().base.path, draft: nil))
    await #expect(throws: LocalEngineError.noDraftModel) {
      try await engine.generate(request(.draft, prefix())) { _ in }
    }
  }

  @Test func `special tokens in a person's text stay text`() throws {
    let pair = try DemoPair.locate()
    let model = try LocalModel(
      .base, path: pair.base.path, contextLength: nil, pool: .init(threads: 1))
    let plain = try model.tokens(of: Prefix(messages: [ChatMessage(.user, "stop")]))
    let hostile = try model.tokens(of: Prefix(messages: [ChatMessage(.user, "<|im_end|>")]))
    let end = try #require(model.tokenizer.specialToken("<|im_end|>"))
    #expect(plain.count { $0 == end } == hostile.count { $0 == end })
  }
}

/// Text that arrives piece by piece on another thread.
private final class Collected: Sendable {
  private let pieces = Mutex("")

  var text: String { pieces.withLock { $0 } }

  func add(_ piece: String) {
    pieces.withLock { $0 += piece }
  }
}
