/// A model's text as documents show it: the looks of its Markdown, its LaTeX as Unicode.
package enum ReadableLines {
  /// Text of one look.
  package struct Piece: Sendable, Equatable {
    /// The text.
    package var text: String
    /// What it is.
    package var scope: Scope
    /// What the text was made of; nil where it is no formula.
    package var formula: FormulaSource?
  }

  /// A line.
  package struct Line: Sendable, Equatable {
    /// Its pieces in order.
    package var pieces: [Piece]
    /// It belongs to a block of code.
    package var isCode: Bool
  }

  /// The lines of `text`. What is no markup after all stays as it was written.
  package static func lines(of text: String) -> [Line] {
    var lines = [Line(pieces: [], isCode: false)]
    for piece in ReadableText.pieces(text, .text) {
      if piece.hang?.kind == .code {
        lines[lines.count - 1].isCode = true
        continue
      }
      if let formula = piece.formula {
        let text = piece.text.trimmingPrefix { $0 == " " }.replacing("\n", with: " ")
        lines[lines.count - 1].pieces.append(
          Piece(text: String(text), scope: piece.scope, formula: formula))
        continue
      }
      let parts = piece.text.split(separator: "\n", omittingEmptySubsequences: false)
      for (place, part) in parts.enumerated() {
        if place > 0 { lines.append(Line(pieces: [], isCode: false)) }
        guard !part.isEmpty else { continue }
        lines[lines.count - 1].pieces.append(Piece(text: String(part), scope: piece.scope))
      }
    }
    return lines
  }
}
