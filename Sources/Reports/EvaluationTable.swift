import Evaluation
import Foundation

/// An evaluation's summaries as text: a Markdown table, and values with commas between.
public struct EvaluationTable: Sendable {
  private struct Column {
    let name: String
    let cell: @Sendable (EvaluationSummary) -> String
  }

  private let summaries: [EvaluationSummary]

  /// The table of `summaries`, a row each.
  public init(_ summaries: [EvaluationSummary]) {
    self.summaries = summaries
  }

  /// A Markdown table for people; columns in which all rows say the same are left out.
  public var markdown: String {
    let columns = columns
    let rows = summaries.map { summary in columns.map { $0.cell(summary) } }
    let lines = [columns.map(\.name), columns.map { _ in "---" }] + rows
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  private var columns: [Column] {
    let judges = Set(summaries.compactMap(\.judge)).count > 1
    let firstSteps = Set(summaries.compactMap(\.firstBaseSteps)) != [0]
    let samples = summaries.contains { $0.anySampleRight != nil }
    let seeds = summaries.contains { $0.overSeeds != nil }
    return [
      Column(name: "mode") { $0.mode.rawValue },
      judges ? Column(name: "judge") { $0.judge?.rawValue ?? "" } : nil,
      Column(name: "τ") { Self.number($0.threshold, "%.1f") },
      firstSteps
        ? Column(name: "first base steps") { $0.firstBaseSteps.map { "\($0)" } ?? "" } : nil,
      Column(name: "right") { "\($0.right)/\($0.solutions)" },
      Column(name: "accuracy") { Self.percent($0.accuracy, decimals: 1) },
      seeds
        ? Column(name: "accuracy, quartiles") { summary in
          summary.overSeeds.map {
            "\(Self.percent($0.accuracy.lower, decimals: 1)) to "
              + Self.percent($0.accuracy.upper, decimals: 1)
          } ?? ""
        } : nil,
      samples
        ? Column(name: "any sample right") { Self.percent($0.anySampleRight, decimals: 1) } : nil,
      Column(name: "acceptance") { Self.percent($0.acceptance, decimals: 0) },
      Column(name: "median s") { Self.number($0.seconds.median, "%.4f") },
      Column(name: "total s") { Self.number($0.seconds.total, "%.1f") },
      Column(name: "speedup (measured)") { Self.number($0.speedup, "%.2f×") },
      seeds
        ? Column(name: "speedup, quartiles") { summary in
          summary.overSeeds?.speedup.map {
            "\(Self.number($0.lower, "%.2f")) to \(Self.number($0.upper, "%.2f×"))"
          } ?? ""
        } : nil,
    ].compactMap(\.self)
  }

  private static func number(_ value: Double?, _ format: String) -> String {
    value.map { String(format: format, $0) } ?? ""
  }

  private static func percent(_ value: Double?, decimals: Int) -> String {
    number(value.map { $0 * 100 }, "%.\(decimals)f%%")
  }

  /// Comma-separated values (RFC 4180) for programs: every figure in full, missing ones empty.
  public var csv: String {
    let names = [
      "mode", "threshold", "judge", "firstBaseSteps", "problems", "solutions", "right", "accuracy",
      "anySampleRight", "secondsMedian", "secondsTotal", "acceptance", "tokensDraft",
      "tokensJudge", "tokensBase", "tokensDiscarded", "tokensProposed", "tokensProposedKept",
      "speedup", "accuracyLower", "accuracyMedian", "accuracyUpper", "secondsLower",
      "secondsUpper", "speedupLower", "speedupMedian", "speedupUpper",
    ]
    func text(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "" }
    let rows = summaries.map { summary in
      let (tokens, seeds) = (summary.tokens, summary.overSeeds)
      return [
        summary.mode.rawValue, text(summary.threshold), summary.judge?.rawValue ?? "",
        text(summary.firstBaseSteps), text(summary.problems), text(summary.solutions),
        text(summary.right), text(summary.accuracy), text(summary.anySampleRight),
        text(summary.seconds.median), text(summary.seconds.total), text(summary.acceptance),
        text(tokens.draft), text(tokens.judge), text(tokens.base), text(tokens.discarded),
        text(tokens.proposed), text(tokens.proposedKept), text(summary.speedup),
        text(seeds?.accuracy.lower), text(seeds?.accuracy.median), text(seeds?.accuracy.upper),
        text(seeds?.seconds.lower), text(seeds?.seconds.upper), text(seeds?.speedup?.lower),
        text(seeds?.speedup?.median), text(seeds?.speedup?.upper),
      ]
    }
    // No name and no figure has a comma or a quote in it.
    return ([names] + rows).map { $0.joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
  }
}
