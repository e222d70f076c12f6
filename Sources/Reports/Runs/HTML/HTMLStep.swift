import Traces
import Viewer

/// One step as an element that can be folded: what became of it, its text, and what the judge said.
struct HTMLStep {
  private let step: StepState
  private let turn: TurnState

  init(_ step: StepState, in turn: TurnState) {
    self.step = step
    self.turn = turn
  }

  /// The element; empty where the step has no text.
  var markup: String {
    let passages = step.passages
    guard let last = passages.last else { return "" }
    let isKept = last.look != .rejected
    var body: [String] = []
    for other in step.otherDrafts { body.append(self.other(other)) }
    for passage in passages {
      if passage.look == .rejected {
        body.append(rejected(passage, keptText: isKept ? last.text : nil))
      } else {
        body.append("<div class=\"text\">\(HTMLText.readable(passage.text))</div>")
        let remarks = passage.remarks.joined(separator: " · ")
        if !remarks.isEmpty { body.append("<small>\(Markup.escaped(remarks))</small>") }
      }
    }
    if let screened = step.screened { body.append(opinion(screened)) }
    if let judged = step.judged { body.append(opinion(judged)) }
    return """
      <details class="step \(last.look.word)" id="turn-\(turn.number)-step-\(step.number)" \
      data-step="\(step.number)" open="open">
      <summary><span class="number">\(step.number)</span> \
      <b>\(glyph(last.look)) \(last.look.word)</b>\(facts) <span class="flip"></span></summary>
      \(body.joined(separator: "\n"))
      </details>
      """
  }

  /// The sign of `look`, which says no more than the word beside it.
  private func glyph(_ look: StepLook) -> String {
    "<span aria-hidden=\"true\">\(look.glyph)</span>"
  }

  private var facts: String {
    var facts: [String] = []
    if let judged = step.judged {
      facts.append(judged.score.map { "judge score \(Format.score($0))" } ?? "unreadable judgement")
    }
    if let committed = step.committed {
      facts.append(Format.count(committed.tokens, "token", "tokens"))
    }
    let seconds = step.ledger.seconds
    if seconds > 0 { facts.append(Format.seconds(seconds)) }
    return facts.isEmpty ? "" : " <small>\(Markup.escaped(facts.joined(separator: " · ")))</small>"
  }

  private func rejected(_ passage: Passage, keptText: String?) -> String {
    let remarks = Markup.escaped(passage.remarks.joined(separator: " · "))
    let diff = keptText.map { WordDiff(from: passage.text, to: $0) }
    let text =
      if let diff {
        HTMLText.diff(diff.old, changedIn: "del")
      } else {
        "<p>\(Markup.escaped(passage.text))</p>"
      }
    var parts = [
      "<div class=\"draft-rejected\"><b>\(glyph(passage.look)) \(passage.look.word)</b>"
        + " <small>\(remarks)</small>\(text)</div>"
    ]
    if let new = diff?.new, new.contains(where: \.isChanged) {
      parts.append(
        "<details class=\"diff\"><summary>what the base model wrote otherwise</summary>"
          + "\(HTMLText.diff(new, changedIn: "ins"))</details>")
    }
    return parts.joined(separator: "\n")
  }

  private func other(_ other: StepState) -> String {
    let score = other.judged?.score.map { " · judge score \(Format.score($0))" } ?? ""
    let number = other.drafted?.candidate.map { " \($0 + 1)" } ?? ""
    return "<details class=\"other\"><summary>another draft\(number)\(score)</summary>"
      + "<p>\(Markup.escaped(other.drafted?.text ?? other.draftText))</p></details>"
  }

  private func opinion(_ screened: StepScreened) -> String {
    let words = "\(screened.judge.rawValue) \(screened.shownScore) \(screened.remark)"
    return "<div class=\"judge\"><small>\(Markup.escaped(words))</small></div>"
  }

  private func opinion(_ judged: StepJudged) -> String {
    let threshold = step.decided?.threshold
    var words = ["judge score \(judged.score.map(Format.score) ?? "unreadable")"]
    if let threshold { words.append("τ \(Format.score(threshold))") }
    if let greedy = judged.greedy { words.append("most probable \(greedy)") }
    if let average = judged.average { words.append("average \(Format.score(average))") }
    if let second = judged.second {
      let score = second.score.map(Format.score) ?? "unreadable"
      words.append("second judge (\(second.judge.rawValue)) \(score)")
    }
    let chart = HTMLCharts.digits(judged.probabilities, threshold: threshold)
    return "<div class=\"judge\">\(chart)<small>\(Markup.escaped(words.joined(separator: " · ")))"
      + "</small></div>"
  }
}
