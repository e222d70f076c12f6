import Evaluation
import Foundation
import Viewer

/// What a calibration found, as tables.
package enum CalibrationTable {
  /// A row for each judge and score method.
  package static func judges(_ findings: [JudgeFindings]) -> Table {
    Table(
      of: findings,
      [
        "judge": { $0.judge.name },
        Table.Column("costs", .right): { Format.fixed($0.costInBaseTokens, 1) },
        "base's from draft's": { accuracy($0.tellsOwn) },
        "same from other": { accuracy($0.tellsSame) },
        "base's own": { quartiles($0.ownScores) },
        "drafts": { quartiles($0.draftScores) },
        Table.Column("unreadable", .right): { $0.unreadable == 0 ? "" : "\($0.unreadable)" },
      ]
    ).withoutEmptyColumns
  }

  /// A row for each judge, score method and share; figures for programs and people alike.
  package static func shares(_ findings: [JudgeFindings]) -> Table {
    Table(
      of: findings.flatMap { findings in findings.rows.map { (findings, $0) } },
      [
        "judge": { $0.0.judge.judge.rawValue },
        "score": { $0.0.judge.judge.hasDigits ? $0.0.judge.method.rawValue : "" },
        Table.Column("share", .right): { Format.percent($0.1.share) },
        Table.Column("τ", .right): { Format.fixed($0.1.threshold, 2) },
        Table.Column("accepted", .right): { Format.percent($0.1.accepted) },
        Table.Column("expected cost", .right): { Format.fixed($0.1.cost, 2) },
        Table.Column("agreement", .right): { $0.1.agreement.map(Format.percent) ?? "" },
        Table.Column("drafts", .right): { "\($0.0.drafts)" },
      ])
  }

  /// A row for each setting that was tried.
  package static func trials(_ trials: [CalibrationTrial]) -> Table {
    Table(
      of: trials,
      [
        "setting": { name($0) },
        Table.Column("right", .right): { "\($0.right)/\($0.comparison.problems)" },
        Table.Column("seconds", .right): { Format.fixed($0.seconds, 1) },
        Table.Column("measured speedup", .right): { Format.speedup($0.speedup) },
        Table.Column("lost", .right): {
          $0.configuration.mode.judgesSteps
            ? "\($0.comparison.worse - $0.comparison.better) (at most "
              + "\(Format.percent($0.comparison.greatestLoss)))"
            : ""
        },
      ])
  }

  /// Such as `reason+decode, likelihood, τ 5.3 (80%)`.
  package static func name(_ trial: CalibrationTrial) -> String {
    let configuration = trial.configuration
    var parts = [configuration.mode.rawValue]
    if let judge = configuration.judge, let score = configuration.score {
      parts.append(CalibratedJudge(judge, score).name)
    }
    if let threshold = configuration.threshold {
      let share = trial.share.map { " (\(Format.percent($0)))" } ?? ""
      parts.append("τ \(Format.fixed(threshold, 2))\(share)")
    }
    return parts.joined(separator: ", ")
  }

  private static func accuracy(_ accuracy: RankAccuracy?) -> String {
    accuracy.map {
      let ends = [$0.interval.lower, $0.interval.upper].map { Format.fixed($0, 2) }
      return "\(Format.fixed($0.area, 2)) (\(ends.joined(separator: "–")))"
    } ?? "–"
  }

  private static func quartiles(_ scores: [Double]) -> String {
    Quartiles(scores).map {
      [$0.lower, $0.median, $0.upper].map { Format.fixed($0, 1) }.joined(separator: " ")
    } ?? "–"
  }
}
