import Foundation
import Traces
import Viewer

/// The slider that asks a turn's judgements again at another acceptance threshold. All that it can say
/// is reckoned here and lies in the page; its script only shows it.
enum HTMLWhatIf {
  fileprivate struct Row: Encodable {
    var threshold: String
    var text: String
    /// The verdicts that change, by the step's number.
    var flips: [String: String]
    /// The first of them; nil for none.
    var first: Int?
  }

  /// The element of `report`, which is about `turn`, hidden until the script shows it; empty where no
  /// step was judged.
  static func markup(of report: WhatIfReport, about turn: TurnState) -> String {
    guard turn.mode.judgesSteps, let own = report.threshold,
      turn.steps.contains(where: { $0.judged?.score != nil })
    else { return "" }
    let rows = report.thresholds.map { Row($0, of: turn) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(rows) else { return "" }
    let json = Markup.escaped(String(decoding: data, as: UTF8.self))
    let place = report.thresholds.lastIndex { $0.threshold <= own } ?? 0
    let id = "what-if-\(turn.number)"
    return """
      <div class="what-if" data-rows="\(json)" hidden="hidden">
      <label for="\(id)">Acceptance threshold τ (counterfactual; the run had \(Format.score(own)))\
      </label>
      <input type="range" id="\(id)" min="0" max="\(rows.count - 1)" step="1" \
      value="\(place)" aria-valuetext="τ \(Format.score(report.thresholds[place].threshold))"/>
      <output for="\(id)" aria-live="polite"></output>
      </div>
      """
  }
}

extension HTMLWhatIf.Row {
  fileprivate init(_ whatIf: WhatIfReport.Row, of turn: TurnState) {
    threshold = Format.score(whatIf.threshold)
    flips = Dictionary(
      whatIf.flips.map { ("\($0.step)", $0.verdict.rawValue) }, uniquingKeysWith: { $1 })
    first = whatIf.divergesAt
    var sentences: [String] = []
    if let acceptance = whatIf.acceptance {
      var text = "At τ \(threshold) \(Format.percent(acceptance.estimate)) of the drafts accepted"
      if acceptance.low < acceptance.high {
        text += " (\(Format.percent(acceptance.low)) to \(Format.percent(acceptance.high)))"
      }
      if let seconds = whatIf.seconds, let ended = turn.ended {
        text += ", \(Format.seconds(seconds.estimate)) instead of \(Format.seconds(ended.seconds))"
      }
      sentences.append(text + ".")
    }
    if let first {
      let count = Format.count(whatIf.flips.count, "decision", "decisions")
      sentences.append(
        "\(count) would go the other way. From step \(first) on this is counterfactual: the "
          + "reasoning itself would have been another.")
    } else {
      sentences.append("No decision would change.")
    }
    text = sentences.joined(separator: " ")
  }
}
