import Testing
import Traces

struct BranchTests {
  private func state(_ kinds: [Event.Kind]) -> RunState {
    var state = RunState()
    for (second, kind) in kinds.enumerated() {
      state.apply(Event(time: Double(second), kind: kind))
    }
    return state
  }

  private func step(_ number: Int, _ text: String) -> Event.Kind {
    .stepCommitted(
      StepCommitted(
        step: number, by: .base, status: .baseWritten, text: text, tokens: 1, seconds: 1,
        cut: false))
  }

  private let end = Event.Kind.turnEnded(
    TurnEnded(
      turn: 1, stop: .answer, seconds: 4, tokens: TokenCounts(), accepted: 0, rejected: 0,
      estimatedSpeedup: nil))

  @Test func `a branch keeps its shared steps and remembers what it left`() throws {
    let turn = try #require(
      state([
        .turnStarted(TurnStarted(turn: 1, prompt: "p")), step(1, "one"), step(2, "two"),
        .answer(Answer(text: "2", boxed: nil, by: .base, tokens: 1, seconds: 1)), end,
        .control(.steer(.branch(after: 1))),
        .branchStarted(BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 1)),
        step(2, "other"),
      ]).turns.first)
    #expect(turn.steps.map(\.committed?.text) == ["one", "other"])
    #expect(turn.leftBranches.map { $0.steps.map(\.committed?.text) } == [["one", "two"]])
    #expect(turn.leftBranches.first?.answer?.text == "2")
    #expect(turn.branch == 1)
    #expect(turn.answer == nil && turn.answerText.isEmpty && turn.ended == nil)
    // The two seconds between the turn's end and the branch do not count.
    #expect(turn.startedAt == 2)
  }

  @Test func `a branch that goes on from a left one has its steps again`() throws {
    let turn = try #require(
      state([
        .turnStarted(TurnStarted(turn: 1, prompt: "p")), step(1, "one"), step(2, "two"),
        .branchStarted(BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 0)),
        step(1, "other"),
        .branchStarted(BranchStarted(turn: 1, branch: 2, parent: 0, keeps: 2)),
        step(3, "three"),
      ]).turns.first)
    #expect(turn.steps.map(\.committed?.text) == ["one", "two", "three"])
    #expect(turn.branches.map(\.number) == [0, 1, 2])
    #expect(turn.branches.map(\.parent) == [nil, 0, 0])
    #expect(turn.branches.map(\.taken) == [0, 0, 2])
    #expect(turn.showing(branch: 1)?.steps.map(\.committed?.text) == ["other"])
    #expect(turn.showing(branch: 2) == nil)
  }

  @Test func `a draft that the person decides about anew is still known in the branch`() throws {
    func decided(_ verdict: Verdict, by decider: StepDecided.Decider) -> Event.Kind {
      .stepDecided(
        StepDecided(step: 1, verdict: verdict, threshold: 7, by: decider, reason: ""))
    }
    let turn = try #require(
      state([
        .turnStarted(TurnStarted(turn: 1, prompt: "p")),
        .token(TokenEvent(step: 1, by: .draft, text: "draft")),
        .stepDrafted(StepDrafted(step: 1, text: "draft", tokens: 3, seconds: 1, cut: false)),
        decided(.accepted, by: .judge), step(1, "draft"),
        .branchStarted(BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 0)),
        decided(.rejected, by: .person), step(1, "other"),
      ]).turns.first)
    #expect(turn.steps.first?.drafted?.text == "draft")
    #expect(turn.steps.first?.committed?.text == "other")
    #expect(turn.ledger.drafting.tokens == 3)
  }

  @Test func `a beginning that was handed over counts once, in whatever branch`() throws {
    let dropped = GenerationDropped(
      step: 1, by: .draft, tokens: 1, seconds: 0.5, isDiscarded: true)
    let turn = try #require(
      state([
        .turnStarted(TurnStarted(turn: 1, prompt: "p")),
        .token(TokenEvent(step: 1, by: .draft, text: "Wait")), .generationDropped(dropped),
        .stepRouted(StepRouted(step: 1, cause: .words, reason: "r")), step(1, "one"),
        .branchStarted(BranchStarted(turn: 1, branch: 1, parent: 0, keeps: 0)),
        .stepDecided(
          StepDecided(step: 1, verdict: .rejected, threshold: 7, by: .person, reason: "")),
        step(1, "other"),
      ]).turns.first)
    #expect(turn.steps.first?.draftText == "Wait")
    #expect(turn.ledger.drafting.tokens == 1 && turn.totals.tokens.draft == 1)
  }

  @Test func `a judgement that cannot be read leaves its step to the person`() throws {
    func judged(_ readable: Bool) -> Event.Kind {
      .stepJudged(
        StepJudged(
          step: 1, score: readable ? 9 : nil, greedy: nil, average: nil, probabilities: [],
          readable: readable, promptTokens: 1, seconds: 1))
    }
    let decided = Event.Kind.stepDecided(
      StepDecided(step: 1, verdict: .accepted, threshold: 7, by: .person, reason: ""))
    let start = Event.Kind.turnStarted(TurnStarted(turn: 1, prompt: "p"))
    #expect(state([start, judged(false)]).turns.first?.askedStep == 1)
    #expect(state([start, judged(true)]).turns.first?.askedStep == nil)
    #expect(state([start, judged(false), decided]).turns.first?.askedStep == nil)
    #expect(state([start, judged(false), end]).turns.first?.askedStep == nil)
  }

  @Test func `another draft of a step takes the rejected one's place`() throws {
    func draft(_ text: String) -> [Event.Kind] {
      [
        .token(TokenEvent(step: 1, by: .draft, text: text)),
        .stepDrafted(StepDrafted(step: 1, text: text, tokens: 1, seconds: 1, cut: false)),
      ]
    }
    let rejected = Event.Kind.stepDecided(
      StepDecided(step: 1, verdict: .rejected, threshold: 7, by: .judge, reason: ""))
    let start = Event.Kind.turnStarted(TurnStarted(turn: 1, prompt: "p"))
    let second = try #require(
      state([start] + draft("a") + [rejected] + draft("b")).turns.first?.steps.first)
    #expect(second.draftText == "b" && second.drafted?.text == "b")
    #expect(second.decided == nil && second.phase == .judging)
  }

  @Test func `a threshold that adapts and a pause are the run's`() {
    let run = state([
      .thresholdAdapted(ThresholdAdapted(threshold: 6.5, reason: "")), .control(.pause),
    ])
    #expect(run.threshold == 6.5 && run.isPaused)
    #expect(!state([.control(.pause), .control(.singleStep)]).isPaused)
  }
}
