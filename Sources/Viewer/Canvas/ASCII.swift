import Foundation

/// Twins in ASCII of what the viewer draws, for terminals and fonts that have no more.
enum ASCII {
  /// The twin of `glyph`, exactly as many columns wide: from the table for the viewer's own
  /// glyphs; the plain letter or digit for one with marks or of another form; `?` for any other
  /// text, whose place would otherwise be filled by what nobody can tell.
  static func twin(of glyph: String, width: Int) -> String {
    guard let base = glyph.unicodeScalars.first, !glyph.utf8.allSatisfy({ $0 < 0x80 }) else {
      return glyph
    }
    if base.isASCII { return String(Character(base)) }
    if let twin = twins[base] { return twin }
    let plain = glyph.decomposedStringWithCompatibilityMapping.unicodeScalars.filter {
      $0.properties.canonicalCombiningClass == .notReordered
    }
    return plain.count == 1 && plain[plain.startIndex].isASCII ? String(plain) : "?"
  }

  /// Whether the viewer may draw `scalar` itself.
  static func hasTwin(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII || twins[scalar] != nil
  }

  private static let twins: [Unicode.Scalar: String] = {
    let rows: [(String, String)] = [
      // Frames.
      ("─│┆┃┌┐└┘├┤┬┴┼", "-|:|+++++++++"),
      // Bars and sparks: more ink for more.
      ("█▓▒░■", "#%:.="), ("▏▎▍▌▋▊▉▕", "|--==++|"), ("▁▂▃▄▅▆▇", "_.:-=+*"),
      // Steps and marks.
      ("✓✗↻·⇄…⇒", "+X@.%~>"), ("●○◐◓◑◒◌◆", "*o|/-\\oo"), ("▾▸▶←→↑↓", "v>><>^v"),
      // Signs, and what texts are full of.
      ("τ×÷±−–—•«»‹›", "tx/+---*<><>"), ("≤≥≈≠", "<>~="), ("‘’“”", "''\"\""),
      ("\u{A0}°", " o"), ("␉␊␍␛␡\u{FFFD}", "tnr^d?"),
    ]
    var twins: [Unicode.Scalar: String] = [:]
    for (glyphs, letters) in rows {
      for (glyph, letter) in zip(glyphs.unicodeScalars, letters) { twins[glyph] = String(letter) }
    }
    return twins
  }()
}

extension Canvas {
  /// The same frame with nothing but ASCII in it. Each cell keeps its place: a wide character that
  /// has no twin becomes two question marks.
  var inASCII: Canvas {
    var canvas = self
    for index in canvas.cells.indices {
      let cell = canvas.cells[index]
      guard cell.width > 0, !cell.text.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
      let twin = Cell(
        text: ASCII.twin(of: cell.text, width: cell.width), width: 1, style: cell.style)
      canvas.cells[index] = twin
      if cell.width == 2 { canvas.cells[index + 1] = twin }
    }
    return canvas
  }
}
