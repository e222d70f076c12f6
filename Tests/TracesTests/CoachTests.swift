import Testing
import TestSupport
import Traces

struct CoachTests {
  /// A run whose judge gave `scores`; the steps in `same` came back word for word where they were
  /// rejected.
  private func run(
    _ scores: [Double], same: Set<Int> = [], change: [Setting] = [], probabilities: [Double] = []
  ) -> Telling {
    var telling = Telling()
    for setting in change { telling.tell(.control(.set(setting))) }
    for (index, score) in scores.enumerated() {
      telling.draft(
        index + 1, tokens: 5, seconds: 0.1, score: score, probabilities: probabilities)
      guard score < telling.run.threshold else { continue }
      telling.commit(
        index + 1, .baseRegenerated, by: .base, tokens: 5, seconds: 1, after: 1,
        text: same.contains(index + 1) ? "d" : "other words \(index)")
    }
    return telling
  }

  /// The person decides a step otherwise, in a branch of its own.
  private func overrule(_ telling: inout Telling, _ step: Int, _ verdict: Verdict) {
    telling.tell(
      .branchStarted(
        BranchStarted(
          turn: 1, branch: (telling.run.turns.last?.branch ?? 0) + 1,
          parent: telling.run.turns.last?.branch ?? 0, keeps: step - 1)))
    telling.tell(
      .stepDecided(
        StepDecided(step: step, verdict: verdict, threshold: 7, by: .person, reason: "r")))
  }

  private let real = [4.7, 5.1, 5.3, 5.4, 5.6, 5.9, 6.2]

  @Test func `three scores are needed, and the third is enough`() throws {
    #expect(Coach(run([5, 8]).run) == nil)
    let coach = try #require(Coach(run([5, 8, 6]).run))
    #expect(coach.range == 5...8)
    #expect(coach.count == 3)
  }

  @Test func `where nothing passes, the half step nearest to half of the steps is suggested`()
    throws
  {
    let coach = try #require(Coach(run(real).run))
    #expect(coach.range == 4.7...6.2)
    #expect(
      coach.advice == .nothingPasses(Coach.Suggestion(threshold: 5.5, accepts: 3)))
  }

  @Test func `where no half step parts the scores, none is suggested`() throws {
    let coach = try #require(Coach(run([5.6, 5.7, 5.8]).run))
    #expect(coach.advice == .nothingPasses(nil))
    #expect(coach.suggestion == nil)
  }

  @Test func `rewrites in other words and accepted steps are no evidence`() throws {
    let coach = try #require(Coach(run([8, 9, 2, 3, 6.9]).run))
    #expect(coach.advice == nil)
    #expect(try #require(Coach(run([8, 8.5, 9]).run)).advice == nil)
  }

  @Test func `a rejected draft that came back word for word was right`() throws {
    let coach = try #require(Coach(run([8, 9, 2, 6.2, 6.8], same: [4, 5]).run))
    #expect(
      coach.advice
        == .evidence(right: 2, wrong: 0, Coach.Suggestion(threshold: 6, accepts: 4)))
  }

  @Test func `what the person decided against the judge is evidence both ways`() throws {
    var telling = run([9, 8.5, 5, 7.2])
    overrule(&telling, 4, .rejected)
    let stricter = try #require(Coach(telling.run))
    #expect(stricter.count == 4)
    #expect(
      stricter.advice
        == .evidence(right: 0, wrong: 1, Coach.Suggestion(threshold: 7.5, accepts: 2)))
    var other = run([9, 8.5, 5])
    overrule(&other, 3, .accepted)
    #expect(try #require(Coach(other.run)).suggestion?.threshold == 5)
  }

  @Test func `scores close together, of digits that the judge is unsure of, are a flat judge's`()
    throws
  {
    // As seen with general models: the most probable digit at 0.3, the others at less.
    let unsure = [0.08, 0.07, 0.07, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.3]
    let sure = [0, 0, 0, 0, 0, 0.8, 0.2, 0, 0, 0]
    func advice(_ scores: [Double], _ probabilities: [Double]) throws -> Coach.Advice? {
      try #require(Coach(run(scores, probabilities: probabilities).run)).advice
    }
    let close = [5.0, 5.3, 5.6, 5.9, 6.1]
    #expect(try advice(close, unsure) == .flat)
    #expect(try advice(close, sure) != .flat)
    #expect(try advice(close, []) != .flat, "a likelihood has no digits")
    // Four may be alike by chance, and where all pass nothing is lost.
    #expect(try advice(Array(close.prefix(4)), unsure) != .flat)
    #expect(try advice([8.0, 8.1, 8.5, 8.6, 9], unsure) == nil)
    #expect(try advice([4.2, 5.3, 5.6, 5.9, 6.2], unsure) != .flat)
  }

  @Test func `right drafts that score no higher than wrong ones make a judge flat`() throws {
    var telling = run([2, 3, 8, 9, 8], same: [1, 2])
    overrule(&telling, 5, .rejected)
    #expect(try #require(Coach(telling.run)).advice != .flat)
    telling.commit(5, .baseRegenerated, by: .base, tokens: 5, seconds: 1, after: 1, text: "other")
    telling.draft(6, tokens: 5, seconds: 0.1, score: 8.5)
    overrule(&telling, 6, .rejected)
    #expect(try #require(Coach(telling.run)).advice == .flat)
  }

  @Test func `of several turns those of the same judge count`() throws {
    var telling = run(real)
    telling.end(after: 1)
    telling.tell(.control(.set(.of("judge", "likelihood"))))
    #expect(try #require(Coach(telling.run)).count == 7)
    telling.tell(.turnStarted(TurnStarted(turn: 2, prompt: "q")))
    for step in 1...3 { telling.draft(step, tokens: 5, seconds: 0.1, score: Double(step)) }
    let coach = try #require(Coach(telling.run))
    #expect(coach.judge == .likelihood)
    #expect(coach.range == 1...3 && coach.count == 3)
    telling.tell(.control(.set(.of("judge", "short"))))
    telling.tell(.turnStarted(TurnStarted(turn: 3, prompt: "r")))
    telling.draft(1, tokens: 5, seconds: 0.1, score: 6.5)
    #expect(try #require(Coach(telling.run)).count == 8)
  }

  @Test func `the score method in force counts for all digits that were given`() throws {
    var telling = Telling()
    for step in 1...3 {
      telling.tell(
        .stepDrafted(StepDrafted(step: step, text: "d", tokens: 5, seconds: 0.1, cut: false)))
      telling.tell(
        .stepJudged(
          StepJudged(
            step: step, score: 5.5, greedy: 9, average: 5.5, probabilities: [], readable: true,
            promptTokens: 1, seconds: 0)))
    }
    telling.tell(.control(.set(.of("score", "average"))))
    #expect(try #require(Coach(telling.run)).range == 5.5...5.5)
    telling.tell(.control(.set(.of("score", "greedy"))))
    #expect(try #require(Coach(telling.run)).range == 9...9)
  }

  @Test func `a threshold that moves by itself gets no advice`() throws {
    let coach = try #require(Coach(run(real, change: [.of("adapt", "acceptance=0.5")]).run))
    #expect(coach.advice == nil)
    #expect(coach.range == 4.7...6.2)
  }
}
