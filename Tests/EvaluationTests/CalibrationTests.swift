import Foundation
import Reasoning
import TestSupport
import Testing
import Traces

@testable import Evaluation

struct CalibrationTests {
  // MARK: Observing

  @Test func `at each step of the base model the draft model writes one, and judges score both`()
    async throws
  {
    let backend = ScriptedBackend(
      drafts: [.text("It is 3 + 4 = 8"), .text("So it is 7.")],
      base: [.text("First 3 + 4 = 7"), .text("The result is 7", .thinkingEnd)],
      opinions: [9, 2, 8, 8].map(ScriptedBackend.Opinion.digit))
    let steps = try await StepObserver(judges: [.short], options: RunOptions.published())
      .observe(Problem(problem: "3 + 4?", answer: "7"), number: 5, on: backend)
    #expect(steps.map(\.step) == [1, 2] && steps.allSatisfy { $0.problem == 5 })
    #expect(steps.map(\.saysSame) == [false, true])
    #expect(steps.map { $0.ownScores.map(\.greedy) } == [[9], [8]])
    #expect(steps.map { $0.draftScores.map(\.greedy) } == [[2], [8]])
    let requests = await backend.requests
    // Both write from the base model's own steps.
    #expect(requests.map(\.role) == [.draft, .base, .draft, .base])
    #expect(requests[2].prefix.steps == ["First 3 + 4 = 7"])
    let judged = await backend.judgements
    #expect(judged.map(\.alternatives) == [["It is 3 + 4 = 8"], ["So it is 7."]])
  }

  @Test func `a rubric changes the prompt once, after all steps were written`() async throws {
    let backend = ScriptedBackend(
      drafts: [.text("a"), .text("b")], base: [.text("c"), .text("d", .thinkingEnd)])
    let steps = try await StepObserver(judges: [.prefix, .short], options: RunOptions.published())
      .observe(Problem(problem: "p", answer: "7"), number: 1, on: backend)
    #expect(steps.allSatisfy { $0.draftScores.map(\.judge) == [.short, .prefix] })
    #expect(await backend.judgements.map { $0.prefix.rubric != nil } == [false, false, true, true])
  }

  @Test func `what was observed is kept, and a line that was cut is observed again`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/steps.jsonl"
    let observed = steps(own: [2, 4], draft: [1, 5], same: [false, true])
    var log = try ObservationLog(path: path)
    try log.append(observed, of: 1)
    try log.append([], of: 2)
    var content = try Data(contentsOf: URL(filePath: path))
    content.removeLast(4)
    try content.write(to: URL(filePath: path))
    var reopened = try ObservationLog(path: path)
    #expect(reopened.problems.map(\.problem) == [1] && reopened.steps == observed)
    try reopened.append([], of: 2)
    #expect(try ObservationLog(path: path).problems.map(\.problem) == [1, 2])
  }

  // MARK: Findings

  /// Steps in which the draft takes 1 s, the base model 2 s for 20 tokens, a judgement 0.4 s.
  private func steps(own: [Double], draft: [Double], same: [Bool]) -> [ObservedStep] {
    own.indices.map { place in
      func scored(_ score: Double, seconds: Double) -> StepScored {
        StepScored(
          StepJudged(
            step: 1, score: score, greedy: nil, average: nil, probabilities: [], readable: true,
            promptTokens: 30, seconds: seconds), by: .likelihood)
      }
      return ObservedStep(
        problem: 1, step: place + 1, own: Work(tokens: 20, seconds: 2),
        draft: Work(tokens: 20, seconds: 1), saysSame: same[place],
        ownScores: [scored(own[place], seconds: 0)],
        draftScores: [scored(draft[place], seconds: 0.4)])
    }
  }

  @Test func `findings say what a share accepts, costs and agrees with`() throws {
    let observed = steps(
      own: [2, 4, 5, 6, 8], draft: [1, 5, 6, 4, 9], same: [false, true, true, false, false])
    let findings = try #require(
      JudgeFindings(CalibratedJudge(.likelihood, .average), in: observed))
    // 0.4 s are four tokens of 0.1 s.
    #expect(abs(findings.costInBaseTokens - 4) < 1e-9)
    let row = try #require(findings.rows.first { $0.share == 0.8 })
    // Own steps of 4 and more are four of five; drafts of 4 and more likewise.
    #expect(row.threshold == 4 && row.accepted == 0.8)
    #expect(abs(row.cost - (1 + 0.4 + 0.2 * 2) / 2) < 1e-9)
    // 1 is rejected and says another, 5 and 6 are accepted and say the same.
    #expect(row.agreement == 0.6)
    #expect(findings.tellsSame?.area == 2.0 * 2 / 6)
  }

  @Test func `a judge that costs more than it can save is not tried`() {
    var observed = steps(
      own: [2, 4, 5, 6, 8], draft: [1, 5, 6, 4, 9], same: [false, true, true, false, false])
    for place in observed.indices { observed[place].draftScores[0].seconds = 1.5 }
    let findings = JudgeFindings.all(of: [.likelihood], in: observed)
    #expect(findings.count == 1 && JudgeFindings.promising(findings, count: 3).isEmpty)
  }

  @Test func `thresholds to try accept more and more drafts, as shares where own steps reach them`()
    throws
  {
    let count = 40
    let own = (0..<count).map { 3 + Double($0) * 0.15 }
    let draft = (0..<count).map { Double($0) * 0.15 }
    let findings = try #require(
      JudgeFindings(
        CalibratedJudge(.likelihood, .average),
        in: steps(own: own, draft: draft, same: own.map { _ in true })))
    let tried = findings.thresholdsToTry
    for (one, wanted) in zip(tried, [0.6, 0.8, 0.95]) {
      let accepted = Double(draft.count { $0 >= one.threshold }) / Double(count)
      #expect(abs(accepted - wanted) < 0.06)
      if let share = one.share {
        #expect(AcceptanceThreshold.threshold(accepting: share, of: own.sorted()) == one.threshold)
      }
    }
    // What all own steps reach is no share.
    #expect(tried.last?.share == nil)
  }

  // MARK: Proposing

  private func trial(
    _ mode: Mode, speedup: Double, lost: Int = 0, share: Double? = nil, threshold: Double? = nil
  ) -> CalibrationTrial {
    let judges = mode.judgesSteps
    return CalibrationTrial(
      configuration: EvaluationConfiguration(
        mode: mode, threshold: threshold ?? (judges ? 5 : nil), judge: judges ? .likelihood : nil,
        score: judges ? .average : nil),
      share: share, right: 10, seconds: 1, speedup: speedup,
      loss: PairedLoss((0..<20).map { (reference: true, other: $0 >= lost) }))
  }

  @Test func `the fastest that keeps the accuracy is proposed`() {
    let base = trial(.base, speedup: 1)
    let exact = trial(.specDecode, speedup: 1.2)
    let fast = trial(.reason, speedup: 2, lost: 3)
    let right = trial(.reason, speedup: 1.5, lost: 1)
    func best(_ trials: CalibrationTrial..., goal: Double) -> CalibrationTrial? {
      CalibrationTrial.best(of: trials, losingAtMost: goal)
    }
    #expect(best(base, exact, fast, right, goal: 0.15) == fast)
    #expect(best(base, exact, fast, right, goal: 0.05) == right)
    #expect(best(base, exact, fast, right, goal: 0.02) == exact)
    #expect(best(base, trial(.specDecode, speedup: 0.9), fast, goal: 0.02) == nil)
    // What loses nothing goes before what is hardly faster.
    #expect(best(base, exact, trial(.reason, speedup: 1.22), goal: 0.02) == exact)
    #expect(best(base, goal: 0.02) == nil)
    // Where the base model solves nothing, there is no accuracy to keep.
    var helpless = base
    helpless.right = 0
    #expect(best(helpless, exact, right, goal: 1) == exact)
  }

  private func calibration(_ best: CalibrationTrial?) -> Calibration {
    Calibration(
      best, [], problems: 40, version: "1", date: "2026-12-01", base: "b", draft: "d", reason: "r")
  }

  @Test func `what a person asks for goes before what is kept`() {
    let kept = calibration(trial(.reason, speedup: 2, share: 0.8))
    #expect(kept.summary == "reason, likelihood, τ 80%" && kept.isSound)
    var options = RunOptions()
    #expect(kept.apply(to: &options) { _ in false })
    #expect(options.mode == .reason && options.judge == .likelihood)
    #expect(options.thresholdShare == 0.8)

    options = RunOptions()
    options.threshold = 5
    options.mode = .reasonDecode
    #expect(kept.apply(to: &options) { ["threshold", "mode"].contains($0) })
    #expect(options.mode == .reasonDecode && options.acceptance == .score(5))

    options = RunOptions()
    options.apply(.of("adapt", "acceptance=0.8"))
    kept.apply(to: &options) { $0 == "adapt" }
    #expect(options.thresholdShare == nil)
  }

  @Test func `a kept score belongs to its judge, a share to any of the base model's`() {
    var options = RunOptions()
    options.judge = .short
    calibration(trial(.reason, speedup: 2)).apply(to: &options) { $0 == "judge" }
    #expect(options.acceptance == .score(7))
    calibration(trial(.reason, speedup: 2, share: 0.9)).apply(to: &options) { $0 == "judge" }
    #expect(options.acceptance == .share(0.9) && options.judge == .short)
    // But not to one that gives the base model's own steps no score.
    options = RunOptions()
    options.judge = .confidence
    calibration(trial(.reason, speedup: 2, share: 0.9)).apply(to: &options) { $0 == "judge" }
    #expect(options.acceptance == .score(7))
    #expect(throws: Never.self) { try options.validate() }
  }

  @Test func `where nothing pays the base model works alone`() {
    let kept = calibration(nil)
    var options = RunOptions()
    #expect(kept.apply(to: &options) { _ in false })
    #expect(options.mode == .base && kept.summary == "base" && kept.isSound)
    // Whoever asks for another mode gets the program's defaults for it.
    options = RunOptions()
    #expect(!kept.apply(to: &options) { $0 == "mode" })
    #expect(options == RunOptions())
  }

  @Test func `a sample stands for many own scores`() throws {
    let scores = (0..<500).map { Double($0) * 9 / 500 }
    let observed = steps(own: scores, draft: scores, same: scores.map { _ in true })
    let findings = JudgeFindings.all(of: [.likelihood], in: observed)
    let kept = Calibration(
      nil, findings, problems: 9, version: "1", date: "", base: "", draft: "", reason: "")
    let sample = try #require(kept.ownScores.first).scores
    for share in [0.95, 0.8, 0.5] {
      let whole = try #require(AcceptanceThreshold.threshold(accepting: share, of: scores))
      let part = try #require(AcceptanceThreshold.threshold(accepting: share, of: sample))
      #expect(abs(whole - part) < 0.2)
    }
    #expect(kept.isSound)
  }
}
