import DemoPair
import Reasoning
import Synchronization
import Testing
import Traces

@testable import Backends

/// The engine on the demo pair, without the reasoner.
struct LocalEngineTests {
  private static let problem = ChatMessage(
    .user,
    "A bus leaves the park with 6 passengers. At the first stop, 5 people get on. At the second "
      + "stop, 4 people get off. How many passengers are on the bus now?")
  private static let right =
    "The bus starts with 6 passengers. At the first stop, 5 people get on. Now 6 + 5 = 11, so the "
    + "bus has 11 passengers."
  private static let wrong =
    "The bus starts with 6 passengers. At the first stop, 5 people get on. Now 6 + 5 = 12, so the "
    + "bus has 12 passengers."
  private static let greedy = Sampling(temperature: 0)

  private func engine(context: Int? = nil) throws -> LocalEngine {
    let pair = try DemoPair.locate()
    return LocalEngine(
      files: .init(base: pair.base.path, draft: pair.draft.path), contextLength: context,
      threads: 1)
  }

  private func prefix(_ steps: String...) -> Prefix {
    Prefix(messages: [Self.problem], steps: steps)
  }

  private func request(
    _ role: Role, _ prefix: Prefix, maxTokens: Int = 100, seed: UInt64 = 0
  ) -> GenerationRequest {
    GenerationRequest(
      role: role, prefix: prefix, maxTokens: maxTokens, sampling: Self.greedy, seed: seed)
  }

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

  // MARK: Handing over

  @Test func `an unsure first token hands the step over, and a sure one changes nothing`()
    async throws
  {
    let engine = try engine()
    let plain = try await engine.generate(request(.draft, prefix())) { _ in }
    #expect(plain.firstEntropy == nil)
    var options = RunOptions()
    options.glimpse = 20
    var asked = request(.draft, prefix())
    asked.handover = Handover(options)
    let sure = try await engine.generate(asked) { _ in }
    #expect(sure.text == plain.text && sure.stop == plain.stop)
    let entropy = try #require(sure.firstEntropy)
    #expect(entropy > 0 && entropy < 7)
    options.glimpse = entropy / 2
    asked.handover = Handover(options)
    let unsure = try await engine.generate(asked) { _ in }
    #expect(unsure.stop == .handover && unsure.tokens == 1 && unsure.firstEntropy == entropy)
  }

  @Test func `a step is handed over at the word that is watched for`() async throws {
    let engine = try engine()
    let plain = try await engine.generate(request(.draft, prefix())) { _ in }
    // The draft model of the demo pair begins with what the prompt tells.
    let words = plain.text.split(separator: " ").map(String.init)
    try #require(words.count > 6)
    var asked = request(.draft, prefix())
    asked.handover = Handover(RunOptions.handingOver())
    asked.handover?.words = [words[1]]
    let generated = try await engine.generate(asked) { _ in }
    #expect(generated.stop == .handover && generated.tokens < plain.tokens)
    #expect(plain.text.hasPrefix(generated.text) && generated.text.contains(words[1]))
    asked.handover?.words = ["elephants"]
    #expect(try await engine.generate(asked) { _ in }.text == plain.text)
  }

  @Test func `the draft model judges its own step without a trace in either cache`() async throws {
    let (engine, fresh) = (try engine(), try engine())
    let judgement = try await engine.opinion(
      JudgeRequest(prefix: prefix(Self.right), judge: Prompts.judge(.draftItself), by: .draft))
    guard case .digits(let probabilities, _) = judgement.opinion else {
      Issue.record("a digit is asked for")
      return
    }
    #expect(probabilities.count == 10 && judgement.promptTokens > 20)
    for role in [Role.draft, .base] {
      let request = request(role, prefix(Self.right))
      let text = try await engine.generate(request) { _ in }.text
      #expect(try await fresh.generate(request) { _ in }.text == text)
    }
  }

  // MARK: Stitching

  private func stitched(
    _ bound: Double, _ prefix: Prefix, _ sampling: Sampling, seed: UInt64
  ) -> GenerationRequest {
    var request = request(.base, prefix, seed: seed)
    request.sampling = sampling
    request.stitching = Stitching(bound: bound, draftSeed: seed &+ 1)
    return request
  }

  @Test(arguments: [0, 0.6, 1.2])
  func `stitched at a bound of 0 the text is the base's, and beyond all entropies the draft's`(
    temperature: Double
  ) async throws {
    let engine = try engine()
    let sampling = Sampling(temperature: temperature)
    var closed = prefix(Self.right, "So the bus has 11 - 4 = 7 passengers.")
    closed.thinkingClosed = true
    for prefix in [prefix(), prefix(Self.right), closed] {
      for seed in 0..<3 as Range<UInt64> {
        for (bound, role, seed, stitchedSeed) in [
          (0.0, Role.base, seed, seed), (20.0, .draft, seed &+ 1, seed),
        ] {
          var alone = request(role, prefix, seed: seed)
          alone.sampling = sampling
          let plain = try await engine.generate(alone) { _ in }
          let both = try await engine.generate(
            stitched(bound, prefix, sampling, seed: stitchedSeed)
          ) { _ in }
          #expect(both.text == plain.text && both.tokens == plain.tokens, "\(role)")
          #expect(both.stop == plain.stop)
          let counts = try #require(both.speculation)
          #expect(counts.accepted == (role == .base ? 0 : both.tokens))
          #expect(counts.passes == (role == .base ? both.tokens : 0))
        }
      }
    }
  }

  @Test func `stitched text goes on the same from caches that were used and from fresh ones`()
    async throws
  {
    let (used, fresh) = (try engine(), try engine())
    let sampling = Sampling(temperature: 0.8)
    var (mixed, steps, told) = (0, [String](), [String]())
    for step in 0..<4 as Range<UInt64> {
      var prefix = prefix()
      prefix.steps = steps
      let request = stitched(0.002, prefix, sampling, seed: step)
      let tokens = Counted()
      let one = try await used.generate(request) { tokens.add($0) }
      await fresh.forget()
      let other = try await fresh.generate(request) { _ in }
      #expect(one.text == other.text && one.speculation?.accepted == other.speculation?.accepted)
      let counts = try #require(one.speculation)
      // Every token is told, and whose it was.
      #expect(tokens.fromDraft == counts.accepted)
      #expect(counts.accepted + counts.passes == one.tokens)
      told.append("\(counts.accepted) of the draft, \(counts.passes) of the base, \(one.stop)")
      if counts.accepted > 0, counts.passes > 0 { mixed += 1 }
      guard one.stop == .stepEnd else { break }
      steps.append(one.text)
    }
    #expect(mixed > 0, "\(told)")
  }

  @Test
  func `a long text that the base has not seen changes nothing, and its reading is told apart`()
    async throws
  {
    let (engine, fresh) = (try engine(), try engine())
    var prefix = prefix()
    for number in 1...12 { prefix.steps.append("\(number). " + Self.right) }
    let pair = try DemoPair.locate()
    let model = try LocalModel(
      .base, path: pair.base.path, contextLength: nil, pool: .init(threads: 1))
    let tokens = try model.tokens(of: prefix)
    try #require(model.hasLongReading(of: tokens) && tokens.count < model.session.contextLength / 2)
    let sampling = Self.greedy
    // The draft model writes it all; then the base model is far behind, and all of it is the base's.
    let drafted = try await engine.generate(stitched(20, prefix, sampling, seed: 1)) { _ in }
    let written = try await engine.generate(stitched(0, prefix, sampling, seed: 1)) { _ in }
    #expect(try await fresh.generate(request(.draft, prefix)) { _ in }.text == drafted.text)
    #expect(try await fresh.generate(request(.base, prefix)) { _ in }.text == written.text)
    for generation in [drafted, written] {
      let counts = try #require(generation.speculation)
      let passes = try #require(generation.passes).filter { $0.by == .draft }
      // What the draft model read is in its time, and so no longer than that.
      #expect(passes.reduce(0) { $0 + $1.seconds } <= counts.draftSeconds + 1e-6)
      #expect(counts.draftSeconds <= generation.seconds)
      #expect(generation.decodeSeconds <= generation.seconds)
    }
    #expect(try #require(written.passes).contains { $0.by == .base && $0.rows > 100 })
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

extension RunOptions {
  /// Options at which some steps are handed over.
  fileprivate static func handingOver() -> RunOptions {
    var options = RunOptions()
    options.triggers = StepTriggers("reflection")
    return options
  }
}

/// Tokens that the draft model wrote of a text of both models.
private final class Counted: Sendable {
  private let count = Mutex(0)

  var fromDraft: Int { count.withLock { $0 } }

  func add(_ token: GeneratedToken) {
    if token.from == .draft { count.withLock { $0 += 1 } }
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

extension LocalEngine {
  /// The judgement of a request for one.
  fileprivate func opinion(_ request: JudgeRequest) async throws -> Judgement {
    try #require(try await judge(request).first)
  }
}
