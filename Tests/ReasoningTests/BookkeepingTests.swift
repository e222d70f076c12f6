import Reasoning
import TestSupport
import Testing
import Traces

/// A turn's sums follow from its other events, however it went.
@Suite struct BookkeepingTests {
  @Test func `the sums of a turn are those of its events, also where it is steered`() async throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<150 {
      var options = RunOptions.published(
        mode: Mode.allCases.randomElement(using: &random) ?? .reason,
        threshold: Double(Int.random(in: 0...9, using: &random)),
        firstBaseSteps: Int.random(in: 0...1, using: &random),
        budget: Int.random(in: 5...80, using: &random),
        stepLimit: Int.random(in: 3...12, using: &random))
      options.candidates = Int.random(in: 1...3, using: &random)
      options.unreadable = .accept
      Self.choosePolicy(&options, &random)
      let backend = ScriptedBackend(
        drafts: Self.replies(&random), base: Self.replies(&random),
        opinions: (0..<20).map { _ in
          Int.random(in: 0..<9, using: &random) == 0
            ? .unreadable : .digit(Int.random(in: 0...9, using: &random))
        }, logprob: Bool.random(using: &random) ? -0.7 : nil,
        entropies: (0..<14).map { _ in Double.random(in: 0...2, using: &random) })
      var waiting = (0..<4).map { _ in Self.steering(&random) }
      var wait = Int.random(in: 1...12, using: &random)
      let told = await events(of: backend, options) { event, reasoner in
        wait -= 1
        if wait <= 0, let steering = waiting.popLast() {
          wait = 6
          await reasoner.apply(.steer(steering))
        }
      }
      try Self.check(told)
    }
  }

  @Test func `branches from the end of a turn count what they leave once`() async throws {
    for steering: Steering in [
      .branch(after: 1), .branch(after: 0), .override(step: 2, verdict: .accepted),
      .override(step: 1, verdict: .rejected), .edit(step: 2, text: "two"),
      .note(after: 1, text: "mind"),
    ] {
      let backend = ScriptedBackend(
        drafts: [.text("one"), .text("bad"), .text("end", .thinkingEnd), .text("2", .thinkingEnd)],
        base: [.text("good"), .text("It is 3.", .endOfText), .text("It is 4.", .endOfText)],
        opinions: [.digit(9), .digit(0), .digit(9), .digit(9)])
      let reasoner = Reasoner(backend: backend, options: RunOptions.published(), version: "test")
      await reasoner.run(prompt: "problem")
      await reasoner.apply(.steer(steering))
      await reasoner.idle()
      await reasoner.apply(.steer(.goOn(from: 0)))
      await reasoner.idle()
      await reasoner.finish()
      var told: [Event] = []
      for await event in reasoner.events { told.append(event) }
      try Self.check(told)
    }
  }

  /// Adds the events up without the recorded sums, and counts the tokens one by one.
  private static func check(_ told: [Event]) throws {
    let ended = try #require(state(told).turns.last?.ended)
    let sums = told.filter { if case .turnEnded = $0.kind { false } else { true } }
    let totals = try #require(state(sums).turns.last).totals
    #expect(totals.tokens == ended.tokens)
    #expect(totals.accepted == ended.accepted && totals.rejected == ended.rejected)
    #expect(totals.identicalRewrites == ended.identicalRewrites)
    var (draft, base) = (0, 0)
    for event in told {
      switch event.kind {
      case .token(let token): if token.by == .draft { draft += 1 } else { base += 1 }
      case .aheadDropped(let dropped): draft += dropped.tokens
      default: break
      }
    }
    #expect(ended.tokens.draft == draft && ended.tokens.base == base)
    #expect(ended.tokens.discarded <= draft + base && ended.tokens.discarded >= 0)
  }

  /// Cheaper ways to decide, mixed at random.
  private static func choosePolicy(
    _ options: inout RunOptions, _ random: inout SeededGenerator
  ) {
    options.judge =
      [.short, .short, .nobody, .confidence, .confidenceMean, .draftItself]
      .randomElement(using: &random) ?? .short
    guard options.candidates == 1 else { return }
    if Bool.random(using: &random) { options.glimpse = 1 }
    if Bool.random(using: &random) {
      options.triggers = StepTriggers("reflection,returns=2,perplexity=1.5")
    }
    if Bool.random(using: &random) {
      let others = [JudgeKind.confidence, .draftItself, .reference].filter { $0 != options.judge }
      let judge = others.randomElement(using: &random)
      options.cascade = judge.map { Cascade($0, low: 3, high: 6) }
    }
  }

  private static func replies(_ random: inout SeededGenerator) -> [ScriptedBackend.Reply] {
    (0..<14).map { number in
      let words = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Int.random(in: 0...9, using: &random) == 0
          ? "wait" : "w\(Int.random(in: 0...5, using: &random))"
      }
      let text = words.joined(separator: " ")
      switch Int.random(in: 0..<14, using: &random) {
      case 0: return .text(text, .thinkingEnd)
      case 1: return .text("", .thinkingEnd)
      case 2: return .text(text, .endOfText)
      case 3: return .text(text, .contextFull)
      default: return .text(text + " \(number)")
      }
    }
  }

  private static func steering(_ random: inout SeededGenerator) -> Steering {
    let step = Int.random(in: 0...3, using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return .branch(after: step)
    case 1: return .edit(step: step, text: "edited")
    case 2: return .note(after: step, text: "noted")
    case 3: return .override(step: step, verdict: .accepted)
    case 4: return .override(step: step, verdict: .rejected)
    case 5: return .goOn(from: step)
    default: return .answerNow
    }
  }
}
