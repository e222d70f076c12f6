import Reasoning
import Testing
import Traces

/// A pair whose every word follows from what it was asked, as a model's does: the same request
/// gives the same reply, in whatever order requests come.
private actor ConsistentBackend: Backend {
  /// Steps of each judgement, in order.
  private(set) var passes: [Int] = []
  private let contextLimit: Int

  init(contextLimit: Int = .max) { self.contextLimit = contextLimit }

  func describe() -> PairDescription {
    PairDescription(
      base: ModelDescription(name: "base", source: ""),
      draft: ModelDescription(name: "draft", source: ""), machine: "", baseSecondsPerToken: 0.1)
  }

  func generate(
    _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    var random = Self.random(request.prefix.steps, salt: request.seed ^ UInt64(request.role.hash))
    let count = Int.random(in: 0...12, using: &random)
    let words = (0..<count).map { _ in "w\(Int.random(in: 0...99, using: &random))" }
      .prefix(request.maxTokens)
    for word in words {
      try Task.checkCancellation()
      onToken(GeneratedToken(text: word + " "))
    }
    let ends: [Generation.Stop] = [
      .stepEnd, .stepEnd, .stepEnd, .stepEnd, .thinkingEnd, .endOfText,
    ]
    let end = request.prefix.thinkingClosed ? .endOfText : ends.randomElement(using: &random)
    return Generation(
      text: words.joined(separator: " "), tokens: words.count,
      stop: words.count == request.maxTokens ? .limit : end ?? .stepEnd,
      seconds: Double(words.count), decodeSeconds: Double(words.count))
  }

  func judge(_ request: JudgeRequest) throws -> [Judgement] {
    guard request.prefix.steps.count <= contextLimit else {
      throw ReasoningError(.contextFull(limit: contextLimit))
    }
    passes.append(request.steps)
    let steps = request.prefix.steps
    return (steps.count - request.steps..<steps.count).map { last in
      var random = Self.random(Array(steps[...last]), salt: 7)
      let opinion = Judgement.Opinion.likelihood(
        tokens: [Double.random(in: -6...0, using: &random)], best: [0])
      return Judgement(opinion: opinion, promptTokens: 10, seconds: 1 / Double(request.steps))
    }
  }

  private static func random(_ steps: [String], salt: UInt64) -> SplitMix {
    let bytes = steps.joined(separator: "\n\n").utf8
    return SplitMix(state: bytes.reduce(salt) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
  }
}

extension Role {
  fileprivate var hash: Int { self == .draft ? 1 : 2 }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

struct LookaheadTests {
  /// A run of one turn, and the steps of each of its passes.
  private func run(
    depth: Int, seed: UInt64, on backend: ConsistentBackend = ConsistentBackend(),
    change: (inout RunOptions) -> Void = { _ in },
    react: (Event, Reasoner) async -> Void = { _, _ in }
  ) async -> (run: RunState, events: [Event], passes: [Int]) {
    var options = RunOptions.published(judge: .likelihood, budget: 400, stepLimit: 10, seed: seed)
    options.lookahead = depth
    change(&options)
    let reasoner = Reasoner(
      backend: backend, options: options, version: "test", secondsSinceStart: { 0 })
    async let turn: Void = {
      await reasoner.run(prompt: "problem")
      await reasoner.finish()
    }()
    var state = RunState()
    var events: [Event] = []
    for await event in reasoner.events {
      state.apply(event)
      events.append(event)
      await react(event, reasoner)
    }
    await turn
    return (state, events, await backend.passes)
  }

  @Test func `how far a turn looks ahead changes nothing of what it writes and decides`() async {
    var longPasses = 0
    for seed in 0..<60 as Range<UInt64> {
      let plain = await run(depth: 1, seed: seed)
      let turn = plain.run.turns.first
      for depth in [2, 3, 8] {
        let ahead = await run(depth: depth, seed: seed)
        let other = ahead.run.turns.first
        #expect(other?.steps.map(\.committed?.text) == turn?.steps.map(\.committed?.text))
        #expect(other?.steps.map(\.decided) == turn?.steps.map(\.decided))
        #expect(other?.steps.map(\.judged?.score) == turn?.steps.map(\.judged?.score))
        #expect(other?.answer?.text == turn?.answer?.text)
        #expect(other?.ended?.stop == turn?.ended?.stop)
        #expect(other?.ended?.accepted == turn?.ended?.accepted)
        longPasses += ahead.passes.count { $0 > 1 }
      }
    }
    #expect(longPasses > 100)
  }

  @Test func `what was drafted and judged in vain is counted as such`() async throws {
    for seed in 0..<40 as Range<UInt64> {
      let plain = try #require(await run(depth: 1, seed: seed).run.turns.first)
      let ahead = await run(depth: 4, seed: seed)
      let turn = try #require(ahead.run.turns.first)
      let dropped = ahead.events.compactMap {
        if case .aheadDropped(let dropped) = $0.kind { dropped } else { nil }
      }
      let lost = dropped.reduce(0) { $0 + $1.tokens }
      #expect(turn.ended?.tokens.draft == (plain.ended?.tokens.draft ?? 0) + lost)
      #expect(turn.ended?.tokens.discarded == (plain.ended?.tokens.discarded ?? 0) + lost)
      #expect(
        turn.ended?.tokens.judge
          == (plain.ended?.tokens.judge ?? 0) + dropped.reduce(0) { $0 + $1.judgeTokens })
      // Each pass takes one second in all, whoever bears it.
      #expect(abs(turn.ledger.judging.seconds - Double(ahead.passes.count)) < 1e-4)
      #expect(turn.ledger.judging.passes == ahead.passes.count)
      #expect(turn.ledger.drafting.tokens == turn.ended?.tokens.draft)
      #expect(turn.ledger.discarded.tokens == turn.ended?.tokens.discarded)
    }
  }

  @Test func `a judge that asks, or a second one, judges step by step`() async {
    let asking = await run(depth: 4, seed: 3) { $0.judge = .short }
    #expect(asking.passes.allSatisfy { $0 == 1 })
    let two = await run(depth: 4, seed: 3) { $0.secondJudge = .likelihood }
    #expect(two.passes.allSatisfy { $0 == 1 })
  }

  @Test func `where the context holds no more than one step, that one is judged`() async {
    for seed in 0..<20 as Range<UInt64> {
      let room = ConsistentBackend(contextLimit: 3)
      let plain = await run(depth: 1, seed: seed, on: ConsistentBackend(contextLimit: 3))
      let ahead = await run(depth: 4, seed: seed, on: room)
      #expect(
        ahead.run.turns.first?.steps.map(\.committed?.text)
          == plain.run.turns.first?.steps.map(\.committed?.text))
      #expect(ahead.run.turns.first?.ended?.stop == plain.run.turns.first?.ended?.stop)
    }
  }

  @Test func `a turn cancelled while it looks ahead keeps what was decided`() async {
    for seed in 0..<20 as Range<UInt64> {
      let plain = await run(depth: 1, seed: seed).run.turns.first?.steps ?? []
      let ahead = await run(depth: 8, seed: seed) { _ in
      } react: { event, reasoner in
        if case .stepCommitted(let step) = event.kind, step.step == 1 {
          await reasoner.apply(.cancel)
        }
      }
      #expect(ahead.run.turns.first?.ended != nil)
      let kept = ahead.run.turns.first?.steps ?? []
      #expect(kept.isEmpty == plain.isEmpty)
      #expect(
        zip(kept, plain).dropLast().allSatisfy { $0.committed?.text == $1.committed?.text })
    }
  }

  @Test func `the threshold of the moment counts for a step that was judged ahead`() async {
    for seed in 0..<20 as Range<UInt64> {
      let ahead = await run(depth: 8, seed: seed, change: { $0.threshold = 0 }) { event, reasoner in
        if case .stepDecided(let decided) = event.kind, decided.step == 1 {
          await reasoner.apply(.setThreshold(9))
        }
      }
      var threshold = 0.0
      for event in ahead.events {
        if case .control(.set(let setting)) = event.kind, case .number(let value) = setting.value {
          threshold = value
        }
        if case .stepDecided(let decided) = event.kind { #expect(decided.threshold == threshold) }
      }
    }
  }
}
