import Traces

/// A run as a picture of its steps: lines of text in SVG.
public enum SVGExport {
  private static let columns = 100
  private static let lineHeight = 20
  private static let margin = 24

  private struct Line {
    var text: String
    var color = "#1f2430"
    var isBold = false
    var indent = 0
  }

  /// The picture; it grows with the run.
  public static func document(of run: RunState) -> String {
    let lines = run.turns.flatMap { Self.lines(of: $0, in: run) }
    let width = 2 * margin + columns * 8
    let height = 2 * margin + max(1, lines.count) * lineHeight
    let texts = lines.enumerated().map { index, line in
      let weight = line.isBold ? " font-weight=\"bold\"" : ""
      return "<text x=\"\(margin + line.indent * 8)\" y=\"\(margin + 14 + index * lineHeight)\" "
        + "fill=\"\(line.color)\"\(weight) xml:space=\"preserve\">\(Markup.escaped(line.text))</text>"
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      font-family="monospace" font-size="13">
      <rect width="100%" height="100%" fill="#fff"/>
      \(texts.joined(separator: "\n"))
      </svg>

      """
  }

  private static func lines(of turn: TurnState, in run: RunState) -> [Line] {
    var lines = wrapped(turn.prompt, indent: 0).map { Line(text: $0, isBold: true) }
    for passage in turn.steps.flatMap(\.passages) {
      let remarks = passage.remarks.map { " · \($0)" }.joined()
      lines.append(
        Line(
          text: "\(passage.step) \(passage.fate.glyph) \(passage.fate.rawValue)\(remarks)",
          color: passage.fate.color, isBold: true, indent: 2))
      lines += wrapped(passage.text, indent: 6).map {
        Line(text: $0, color: passage.fate == .draftRejected ? "#5b6270" : "#1f2430", indent: 6)
      }
    }
    lines += wrapped(turn.answerText, indent: 0).map { Line(text: $0, isBold: true) }
    let outcome = RunFacts.outcome(of: turn, in: run).joined(separator: " · ")
    lines += wrapped(outcome, indent: 0).map { Line(text: $0, color: "#5b6270") }
    return lines + [Line(text: "")]
  }

  /// Lines of at most as many characters as there are columns, broken at spaces where there are.
  private static func wrapped(_ text: String, indent: Int) -> [String] {
    let width = columns - indent
    var lines: [String] = []
    for paragraph in text.split(separator: "\n") {
      var rest = paragraph[...]
      while rest.count > width {
        let whole = rest.prefix(width)
        let end = whole.lastIndex(of: " ") ?? whole.endIndex
        lines.append(String(rest[..<end]))
        rest = rest[end...].drop { $0 == " " }
      }
      if !rest.isEmpty { lines.append(String(rest)) }
    }
    return lines
  }
}

extension Passage.Fate {
  /// Of at least 4.5:1 on white.
  fileprivate var color: String {
    switch self {
    case .draftAccepted: "#007a2f"
    case .draftRejected: "#b3261e"
    case .baseRegenerated: "#756500"
    case .baseWritten: "#0057b8"
    case .draftWritten, .edited, .note, .unfinished: "#5b6270"
    }
  }
}
