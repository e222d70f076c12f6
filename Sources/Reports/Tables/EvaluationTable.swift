import Evaluation
import Foundation
import Traces

/// An evaluation's summaries as tables, one row each.
package struct EvaluationTable: Sendable {
  private let summaries: [EvaluationSummary]

  /// The tables of `summaries`.
  package init(_ summaries: [EvaluationSummary]) {
    self.summaries = summaries
  }

  /// A Markdown table for people; what is the same or unknown in all rows is left out.
  package var markdown: String {
    // A method says how it judges.
    let hasMethods = summaries.contains { $0.method != nil }
    let hasJudges = !hasMethods && Set(summaries.compactMap(\.judge)).count > 1
    let hasFirstSteps = !hasMethods && Set(summaries.compactMap(\.firstBaseSteps)) != [0]
    let table = Table(
      of: summaries,
      [
        "method": { $0.method ?? "" },
        "mode": { hasMethods ? "" : $0.mode.rawValue },
        "judge": { hasJudges ? $0.judge?.rawValue ?? "" : "" },
        "τ": { hasMethods ? "" : Self.number($0.threshold, "%.1f") },
        "first base steps": { hasFirstSteps ? Self.text($0.firstBaseSteps) : "" },
        "right": { "\($0.right)/\($0.solutions)" },
        "accuracy": { Self.percent($0.accuracy, decimals: 1) },
        "95% interval": { summary in
          summary.interval.map {
            "\(Self.percent($0.lower, decimals: 1)) to \(Self.percent($0.upper, decimals: 1))"
          } ?? ""
        },
        "against the first": { summary in
          summary.comparison.map {
            "+\($0.better) −\($0.worse), p = \(Self.number($0.pValue, "%.2g"))"
          } ?? ""
        },
        "not right": { Self.shortfall($0.outcomes) },
        "without a box": { $0.withoutBox > 0 ? "\($0.withoutBox)" : "" },
        "compared as text": { $0.comparedAsText > 0 ? "\($0.comparedAsText)" : "" },
        "accuracy, quartiles": { summary in
          summary.overSeeds.map {
            "\(Self.percent($0.accuracy.lower, decimals: 1)) to "
              + Self.percent($0.accuracy.upper, decimals: 1)
          } ?? ""
        },
        "pass@k": { summary in
          (summary.passAt ?? []).map { "\($0.k): \(Self.percent($0.share, decimals: 1))" }
            .joined(separator: ", ")
        },
        "acceptance": { Self.percent($0.acceptance, decimals: 0) },
        "ended": { $0.stops == [StopReason.answer.rawValue: $0.solutions] ? "" : Self.ends($0) },
        "tokens": { Self.number($0.tokensPerSolution, "%.0f") },
        "draft tokens": {
          hasMethods ? Self.perSolution($0, \.draft, stitched: \.proposedKept) : ""
        },
        "judge tokens": { hasMethods ? Self.perSolution($0, \.judge) : "" },
        "base tokens": {
          hasMethods ? Self.perSolution($0, \.base, stitched: \.baseWithoutDraft) : ""
        },
        "wasted": { hasMethods ? Self.perSolution($0, \.discarded) : "" },
        "median s": { Self.number($0.seconds.median, "%.4f") },
        "total s": { Self.number($0.seconds.total, "%.1f") },
        "speedup (measured)": {
          Self.number($0.speedup, "%.2f×") + (Self.isMarked($0) ? " \\*" : "")
        },
        "speedup, quartiles": { summary in
          summary.overSeeds?.speedup.map {
            "\(Self.number($0.lower, "%.2f")) to \(Self.number($0.upper, "%.2f×"))"
          } ?? ""
        },
      ]
    ).withoutEmptyColumns.markdown
    guard summaries.contains(where: Self.isMarked) else { return table }
    return table + "\n\n" + Self.footnote
  }

  private static let footnote = """
    \\* Not all of these solutions ended as those of the base model alone: one was stopped where the \
    other came to its own end, so the times compare unlike things.
    """

  /// Tokens of a mean solution; in mode `stitch` those that `stitched` says.
  private static func perSolution(
    _ summary: EvaluationSummary, _ kind: KeyPath<TokenCounts, Int>,
    stitched: KeyPath<TokenCounts, Int>? = nil
  ) -> String {
    let kind = summary.mode == .stitch ? stitched ?? kind : kind
    let tokens = Double(summary.tokens[keyPath: kind])
    return number(tokens / Double(max(1, summary.solutions)), "%.0f")
  }

  private static func isMarked(_ summary: EvaluationSummary) -> Bool {
    summary.speedup != nil && (summary.endedOtherwise ?? 0) > 0
  }

  /// Reasons why solutions ended, with their numbers, in the order of the trace format.
  private static func ends(_ summary: EvaluationSummary) -> String {
    StopReason.allCases.compactMap { reason in
      summary.stops[reason.rawValue].map { "\(reason.rawValue) \($0)" }
    }.joined(separator: ", ")
  }

  /// Comma-separated values (RFC 4180) for programs: every figure in full, unknown ones empty.
  package var csv: String {
    Table(
      of: summaries,
      [
        "mode": { $0.mode.rawValue }, "threshold": { Self.text($0.threshold) },
        "judge": { $0.judge?.rawValue ?? "" },
        "firstBaseSteps": { Self.text($0.firstBaseSteps) },
        "problems": { Self.text($0.problems) }, "solutions": { Self.text($0.solutions) },
        "right": { Self.text($0.right) }, "accuracy": { Self.text($0.accuracy) },
        "intervalLower": { Self.text($0.interval?.lower) },
        "intervalUpper": { Self.text($0.interval?.upper) },
        "passAt": { summary in
          (summary.passAt ?? []).map { "\($0.k):\($0.share)" }.joined(separator: " ")
        },
        "comparedWith": { $0.comparison?.with ?? "" },
        "better": { Self.text($0.comparison?.better) },
        "worse": { Self.text($0.comparison?.worse) },
        "pValue": { Self.text($0.comparison?.pValue) },
        "wrong": { Self.text($0.outcomes.wrong) },
        "withoutAnswer": { Self.text($0.outcomes.withoutAnswer) },
        "cut": { Self.text($0.outcomes.cut) }, "noRoom": { Self.text($0.outcomes.noRoom) },
        "failed": { Self.text($0.outcomes.failed) },
        "withoutBox": { Self.text($0.withoutBox) },
        "comparedAsText": { Self.text($0.comparedAsText) },
        "tokensPerSolution": { Self.text($0.tokensPerSolution) },
        "secondsMean": { Self.text($0.seconds.mean) },
        "secondsMedian": { Self.text($0.seconds.median) },
        "secondsTotal": { Self.text($0.seconds.total) },
        "acceptance": { Self.text($0.acceptance) },
        "tokensDraft": { Self.text($0.tokens.draft) },
        "tokensJudge": { Self.text($0.tokens.judge) },
        "tokensBase": { Self.text($0.tokens.base) },
        "tokensDiscarded": { Self.text($0.tokens.discarded) },
        "tokensProposed": { Self.text($0.tokens.proposed) },
        "tokensProposedKept": { Self.text($0.tokens.proposedKept) },
        "ended": { Self.ends($0) }, "endedOtherwise": { Self.text($0.endedOtherwise) },
        "speedup": { Self.text($0.speedup) },
        "accuracyLower": { Self.text($0.overSeeds?.accuracy.lower) },
        "accuracyMedian": { Self.text($0.overSeeds?.accuracy.median) },
        "accuracyUpper": { Self.text($0.overSeeds?.accuracy.upper) },
        "secondsLower": { Self.text($0.overSeeds?.seconds.lower) },
        "secondsUpper": { Self.text($0.overSeeds?.seconds.upper) },
        "speedupLower": { Self.text($0.overSeeds?.speedup?.lower) },
        "speedupMedian": { Self.text($0.overSeeds?.speedup?.median) },
        "speedupUpper": { Self.text($0.overSeeds?.speedup?.upper) },
        "method": { $0.method ?? "" },
      ]
    ).csv
  }

  /// What came of the solutions that are not right, where anything but a wrong answer did.
  private static func shortfall(_ outcomes: Outcomes) -> String {
    let others = [
      (outcomes.withoutAnswer, "no answer"), (outcomes.cut, "cut"), (outcomes.noRoom, "no room"),
      (outcomes.failed, "failed"),
    ].filter { $0.0 > 0 }
    guard !others.isEmpty else { return "" }
    return ([(outcomes.wrong, "wrong")] + others).filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  private static func text(_ value: (some CustomStringConvertible)?) -> String {
    value?.description ?? ""
  }

  private static func number(_ value: Double?, _ format: String) -> String {
    value.map { String(format: format, $0) } ?? ""
  }

  private static func percent(_ value: Double?, decimals: Int) -> String {
    number(value.map { $0 * 100 }, "%.\(decimals)f%%")
  }
}

extension TokenCounts {
  /// Of a text of both models, what the base model wrote itself.
  fileprivate var baseWithoutDraft: Int { base - proposedKept }
}
