import Testing
import Traces

@testable import Evaluation

struct JudgeFindingsTests {
  @Test func `findings say what a share accepts, costs and agrees with`() throws {
    let observed = ObservedStep.samples(
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
    var observed = ObservedStep.samples(
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
        in: ObservedStep.samples(own: own, draft: draft, same: own.map { _ in true })))
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
}
