import Traces
import Viewer

/// A run as an SVG picture: its steps as lines of text.
package enum SVGExport {
  private static let columns = 100
  private static let lineHeight = 20
  private static let margin = 24

  private struct Line {
    var text: String
    var color = "#1f2430"
    var isBold = false
    var indent = 0
  }

  /// The SVG document; its height grows with the run.
  package static func document(of run: RunState) -> String {
    let lines = run.turns.flatMap { Self.lines(of: $0, in: run) }
    let ground = SVGElement("rect", ["width": "100%", "height": "100%", "fill": "#fff"])
    let texts = lines.enumerated().map { index, line in
      SVGElement(
        "text",
        [
          "x": margin + line.indent * 8, "y": margin + 14 + index * lineHeight, "fill": line.color,
          "font-weight": line.isBold ? "bold" : nil, "xml:space": "preserve",
        ], text: line.text)
    }
    return SVGElement.document(
      width: Double(2 * margin + columns * 8),
      height: Double(2 * margin + max(1, lines.count) * lineHeight),
      ["font-family": "monospace", "font-size": 13], [ground] + texts)
  }

  private static func lines(of turn: TurnState, in run: RunState) -> [Line] {
    var lines = wrapped(turn.prompt, indent: 0).map { Line(text: $0, isBold: true) }
    for passage in turn.steps.flatMap(\.passages) {
      let remarks = passage.remarks.map { " · \($0)" }.joined()
      lines.append(
        Line(
          text: "\(passage.step) \(passage.look.glyph) \(passage.look.word)\(remarks)",
          color: passage.look.scope.colorOnWhite, isBold: true, indent: 2))
      lines += wrapped(passage.text, indent: 6).map {
        Line(text: $0, color: passage.look == .rejected ? "#5b6270" : "#1f2430", indent: 6)
      }
    }
    if !turn.answersInLastStep {
      lines += wrapped(turn.answerText, indent: 0).map { Line(text: $0, isBold: true) }
    }
    let outcome = RunFacts.outcome(of: turn, in: run).joined(separator: " · ")
    lines += wrapped(outcome, indent: 0).map { Line(text: $0, color: "#5b6270") }
    return lines + [Line(text: "")]
  }

  /// Lines of at most `columns - indent` characters, broken at spaces where there are any.
  private static func wrapped(_ text: String, indent: Int) -> [String] {
    let width = columns - indent
    var lines: [String] = []
    for paragraph in text.split(separator: "\n") {
      var rest = paragraph[...]
      // Counting what is left for each line would be quadratic.
      while let limit = rest.index(rest.startIndex, offsetBy: width, limitedBy: rest.endIndex),
        limit < rest.endIndex
      {
        let whole = rest[..<limit]
        let end = whole.lastIndex(of: " ") ?? whole.endIndex
        lines.append(String(rest[..<end]))
        rest = rest[end...].drop { $0 == " " }
      }
      if !rest.isEmpty { lines.append(String(rest)) }
    }
    return lines
  }
}

extension Scope {
  /// The colour of a step's status, at least 4.5:1 on white.
  fileprivate var colorOnWhite: String {
    switch self {
    case .stepAccepted: "#007a2f"
    case .stepRejected: "#b3261e"
    case .stepRegenerated: "#756500"
    case .stepBase: "#0057b8"
    default: "#5b6270"
    }
  }
}
