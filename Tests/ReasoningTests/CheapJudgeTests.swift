import TestSupport
import Testing
import Traces

@testable import Reasoning

/// Judges that cost less than the base model's opinion, and what they decide.
@Suite struct CheapJudgeTests {
  private func run(_ change: (inout RunOptions) -> Void) -> MachineRun {
    var options = RunOptions.published(threshold: 7)
    change(&options)
    return MachineRun(options)
  }

  @Test func `where nobody is asked, drafts are kept as what they are`() {
    var run = run { $0.judge = .nobody }
    run.generated("one")
    #expect(run.decided.first?.by == .rule && run.decided.first?.unasked == true)
    #expect(run.committed.map(\.status) == [.draftUnasked])
    #expect(run.next == NextGeneration(role: .draft, step: 2))
    // Rules reject as ever.
    run.generated("endless", .limit)
    #expect(run.next == NextGeneration(role: .base, step: 2))
    run.generated("two")
    run.generated("three", .thinkingEnd)
    #expect(run.next == NextGeneration(role: .base, step: nil))
    #expect(run.machine.turn.unaskedSteps == 2)
  }

  @Test func `the draft's confidence is compared with the threshold, and no model is asked`() {
    var run = run { $0.judge = .confidenceMean }
    run.generated("sure", probabilities: [0.9, 0.7])
    #expect(run.committed.map(\.status) == [.draftUnasked])
    #expect(run.decided.first?.reason == "score 7.2 reached 7.0")
    #expect(run.decided.first?.by == .judge)
    run.generated("unsure", probabilities: [0.9, 0.2])
    #expect(run.next == NextGeneration(role: .base, step: 2))
    let totals = run.totals
    #expect(totals.tokens.judge == 0 && totals.accepted == 1 && totals.rejected == 1)
  }

  @Test func `an unknown confidence is unreadable`() {
    var run = run { $0.judge = .confidence }
    run.generated("one")
    #expect(run.decided.first?.reason == "unreadable judge")
    #expect(run.next?.role == .base)
  }

  @Test func `of several candidates the one the draft is surest of is kept`() {
    var run = run {
      $0.judge = .confidenceMean
      $0.candidates = 2
      $0.threshold = 5
    }
    run.generated("a", probabilities: [0.6])
    run.generated("b", probabilities: [0.8])
    #expect(run.committed.map(\.text) == ["b"])
  }

  @Test func `a cheap judge that is sure decides by rule`() {
    var run = run { $0.cascade = Cascade(.draftItself, low: 3, high: 7) }
    run.generated("good")
    #expect(run.judge == .draftItself)
    run.judged(8)
    #expect(run.screened.first?.score == 8)
    #expect(run.decided.last?.reason == "self 8.0 above 7.0")
    #expect(run.committed.map(\.status) == [.draftUnasked])
    run.generated("bad")
    run.judged(2)
    #expect(run.decided.last?.reason == "self 2.0 below 3.0")
    #expect(run.decided.last?.by == .rule)
    #expect(run.next == NextGeneration(role: .base, step: 2))
    #expect(run.request?.proposal == "bad")
  }

  @Test(arguments: [3, 5, 7, nil] as [Double?])
  func `between the bounds, and where it is unreadable, the deciding judge is asked`(
    score: Double?
  ) {
    var run = run { $0.cascade = Cascade(.draftItself, low: 3, high: 7) }
    run.generated("one")
    run.judged(score)
    #expect(run.judge == .reference && run.judgedTexts == ["one"])
    #expect(run.decided.isEmpty)
    run.judged(7)
    #expect(run.decided.map(\.by) == [.judge])
    #expect(run.committed.map(\.status) == [.draftAccepted])
  }

  @Test func `a cheap judge of the base leaves an accepted draft read by it`() {
    var run = run { $0.cascade = Cascade(.likelihood, low: 3, high: 7) }
    run.generated("one")
    run.judged(8)
    #expect(run.committed.map(\.status) == [.draftAccepted])
    #expect(run.machine.turn.unreadTokens == 0)
  }

  @Test(arguments: [JudgeKind.nobody, .confidenceMean, .confidence])
  func `a draft that the base screened is not unasked, whoever decides`(judge: JudgeKind) {
    var run = run {
      $0.judge = judge
      $0.unreadable = .accept
      $0.cascade = Cascade(.likelihood, low: 3, high: 7)
    }
    // Without probabilities the draft's confidence is unreadable.
    run.generated("one", probabilities: judge == .confidence ? nil : [0.9])
    run.judged(5)
    #expect(run.decided.map(\.verdict) == [.accepted] && run.decided.first?.unasked == nil)
    #expect(run.committed.map(\.status) == [.draftAccepted])
    #expect(run.machine.turn.unaskedSteps == 0 && run.machine.turn.unreadTokens == 0)
  }

  @Test func `confidence before a judge is told at once`() {
    var run = run { $0.cascade = Cascade(.confidenceMean, low: 1, high: 8) }
    run.generated("sure", probabilities: [0.99])
    #expect(run.committed.map(\.status) == [.draftUnasked])
    run.generated("unsure", probabilities: [0.5])
    #expect(run.judge == .reference && run.screened.count == 2)
  }

  @Test func `the person decides while the cheap judge is asked`() {
    var run = run { $0.cascade = Cascade(.draftItself, low: 3, high: 7) }
    run.generated("one")
    run.steered(by: .override(step: 1, verdict: .accepted))
    #expect(run.committed.map(\.status) == [.draftAccepted])
    run.generated("two")
    run.interrupted(by: .cancelled)
    #expect(run.committed.last?.status == .draftWritten)
  }

  @Test func `what waits for the base to be read is counted until it is asked`() {
    var run = run { $0.cascade = Cascade(.draftItself, low: 3, high: 7) }
    for text in ["a", "b"] {
      run.generated(text)
      run.judged(9)
    }
    #expect(run.machine.turn.unreadTokens == 20)
    run.generated("c")
    run.judged(5)
    run.judged(9)
    #expect(run.machine.turn.unreadTokens == 0)
  }

  /// What a run of the scripts told, but for what the cheap judge said.
  private func told(
    _ options: RunOptions, cheap: [ScriptedBackend.Opinion], dear: [ScriptedBackend.Opinion]
  ) async -> [Event.Kind] {
    let opinions =
      cheap.isEmpty ? dear : zip(cheap, dear).flatMap { [$0.0, $0.1] }
    let backend = ScriptedBackend(
      drafts: (0..<6).map { .text("draft \($0)") } + [.text("end", .thinkingEnd)],
      base: (0..<9).map { .text("base \($0)") }, opinions: opinions)
    return await events(of: backend, options).map(\.kind).filter { kind in
      switch kind {
      case .stepDecided, .stepCommitted, .stepJudged: true
      default: false
      }
    }
  }

  @Test func `bounds that never decide leave all to the deciding judge`() async {
    let digits = [9, 2, 7, 6, 0, 8]
    let dear = digits.map { ScriptedBackend.Opinion.digit($0) }
    let alone = await told(.published(), cheap: [], dear: dear)
    var options = RunOptions.published()
    options.cascade = Cascade(.draftItself, low: 0, high: 9)
    let cheap = [0, 9, 4, 1, 9, 9].map { ScriptedBackend.Opinion.digit($0) }
    #expect(await told(options, cheap: cheap, dear: dear) == alone)
  }

  @Test func `the draft model is asked itself, and its work is told apart`() async throws {
    var options = RunOptions.published(judge: .draftItself)
    options.score = .average
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("end", .thinkingEnd)],
      base: [.text("It is 3.", .endOfText)], opinions: [.digit(9), .digit(8)])
    let run = state(await events(of: backend, options))
    #expect(await backend.judgements.map(\.role) == [.draft, .draft])
    let turn = try #require(run.turns.last)
    #expect(turn.ledger.judging == Work())
    #expect(turn.ledger.selfJudging.tokens == 2 * ScriptedBackend.judgeTokens)
    #expect(turn.ended?.tokens.judge == 2 * ScriptedBackend.judgeTokens)
    #expect(turn.steps.map(\.committed?.status) == [.draftUnasked, .draftUnasked])
  }

  @Test(arguments: [nil, Cascade(.draftItself, low: 3, high: 7)] as [Cascade?])
  func `a question that does not fit the draft model's context is unreadable, not the turn's end`(
    cascade: Cascade?
  ) async throws {
    var options = RunOptions.published(judge: cascade == nil ? .draftItself : .reference)
    options.cascade = cascade
    let full = ScriptedBackend.Opinion.failure(ReasoningError(.contextFull(limit: 64)))
    // Alone it rejects the draft; in a cascade the deciding judge is asked.
    let rewrites: [ScriptedBackend.Reply] = cascade == nil ? [.text("base one")] : []
    let first: StepStatus = cascade == nil ? .baseRegenerated : .draftAccepted
    let backend = ScriptedBackend(
      drafts: [.text("one"), .text("end", .thinkingEnd)],
      base: rewrites + [.text("It is 3.", .endOfText)], opinions: [full, .digit(9), .digit(9)])
    let turn = try #require(state(await events(of: backend, options)).turns.last)
    #expect(turn.ended?.stop == .answer && turn.answer?.text == "It is 3.")
    #expect(turn.steps.map(\.committed?.status) == [first, .draftUnasked])
    #expect(await backend.judgements.first?.role == .draft)
  }

  @Test func `confidence comes from the tokens as they were told`() async throws {
    var options = RunOptions.published(judge: .confidenceMean)
    options.threshold = 4
    let backend = ScriptedBackend(
      drafts: [.text("one two"), .text("end", .thinkingEnd)],
      base: [.text("It is 3.", .endOfText)], logprob: -0.5)
    let run = state(await events(of: backend, options))
    #expect(await backend.judgements.isEmpty)
    let judged = try #require(run.turns.last?.steps.first?.judged)
    // 9 · e^−0.5
    #expect(abs(try #require(judged.score) - 5.458775937413701) < 1e-9)
    #expect(judged.by == .draft && judged.seconds == 0 && judged.promptTokens == 0)
  }
}

/// Options that cannot go together are refused.
@Suite struct PolicyOptionTests {
  @Test(arguments: [
    ("threshold", "80%", "judge", "confidence"), ("candidates", "2", "glimpse", "1"),
    ("candidates", "2", "cascade", "self,1,8"), ("candidates", "2", "triggers", "returns=3"),
    ("second-judge", "short", "judge", "nobody"), ("cascade", "self,1,8", "judge", "self"),
  ])
  func `two that exclude each other`(one: String, text: String, other: String, value: String) {
    var options = RunOptions()
    options.apply(.of(one, text))
    #expect(throws: Never.self) { try options.validate() }
    options.apply(.of(other, value))
    #expect(throws: OptionError.self) { try options.validate() }
  }
}
