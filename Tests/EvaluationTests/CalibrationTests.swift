import Testing
import Traces

@testable import Evaluation

struct CalibrationTests {
  private func trial(
    _ mode: Mode, speedup: Double, lost: Int = 0, share: Double? = nil, threshold: Double? = nil
  ) -> CalibrationTrial {
    let judges = mode.judgesSteps
    return CalibrationTrial(
      configuration: EvaluationConfiguration(
        mode: mode, threshold: threshold ?? (judges ? 5 : nil), judge: judges ? .likelihood : nil,
        score: judges ? .average : nil),
      share: share, right: 10, seconds: 1, speedup: speedup,
      comparison: PairedComparison(with: "base", of: 20, better: 0, worse: lost))
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
    // Speculation that is hardly faster than the base model alone is no reason against a judge.
    let judged = trial(.reason, speedup: 1.04)
    #expect(best(base, trial(.specDecode, speedup: 1.02), judged, goal: 0.02) == judged)
    // Where the base model solves nothing, there is no accuracy to keep.
    var helpless = base
    helpless.right = 0
    #expect(best(helpless, exact, right, goal: 1) == exact)
  }

  @Test func `what is clearly slower than the base model alone is given up after six problems`() {
    let configurations = [
      EvaluationConfiguration(mode: .base), EvaluationConfiguration(mode: .specDecode),
      EvaluationConfiguration(mode: .reason, threshold: 5, judge: .likelihood),
    ]
    func rounds(_ count: Int) -> [EvaluationRound] {
      (1...count).map { number in
        EvaluationRound(
          problem: number, seed: 1,
          solutions: zip(configurations, [10.0, 10.9, 11.3]).map { configuration, seconds in
            EvaluationRound.Solution(
              configuration: configuration, sample: 1, answer: nil, boxed: nil, right: false,
              stop: .answer, seconds: seconds, tokens: TokenCounts(), accepted: 0, rejected: 0)
          })
      }
    }
    func contenders(_ count: Int) -> [EvaluationConfiguration] {
      CalibrationTrial.contenders(configurations, after: rounds(count))
    }
    #expect(contenders(5) == configurations)
    #expect(contenders(6) == Array(configurations.prefix(2)))
    #expect(CalibrationTrial.contenders(configurations, after: []) == configurations)
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
    let observed = ObservedStep.samples(own: scores, draft: scores, same: scores.map { _ in true })
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
