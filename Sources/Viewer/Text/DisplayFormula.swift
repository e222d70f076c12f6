/// A formula on lines of its own: between `\[` and `\]` or `$$` and `$$`, or an environment such as
/// `align`.
struct DisplayFormula {
  private let rows: [String]
  private let source: FormulaSource
  /// What stands before each row: it goes on below a list's item as it was written.
  private let margin: String
  /// Lines of the text that it takes.
  let lineCount: Int

  /// The longest one, in lines and in bytes; a longer one stays as it was written.
  private static let lineLimit = 30
  private static let lengthLimit = 4_000
  /// The most columns before it.
  private static let marginLimit = 12

  /// The formula that `lines` begin with; nil where there is none that is whole and can be read.
  init?(_ lines: ArraySlice<Substring>) {
    guard let first = lines.first?.drop(while: \.isWhitespace), let marks = Self.marks(of: first)
    else { return nil }
    let indent = lines.first?.prefix(while: \.isWhitespace).count ?? 0
    var content = ""
    for (index, line) in lines.prefix(Self.lineLimit).enumerated() {
      let text = (index == 0 ? first.dropFirst(marks.open.count) : line).trimmed
      guard content.utf8.count + text.utf8.count <= Self.lengthLimit,
        index == 0 || !text.hasPrefix("\\[")
      else { return nil }
      guard let place = text.firstRange(of: marks.close) else {
        content += text + " "
        continue
      }
      // What goes on beside it is running text with a formula in it.
      let after = text[place.upperBound...]
      guard after.isEmpty || Self.stops.contains(String(after)) else { return nil }
      content += text[..<(marks.open.isEmpty ? place.upperBound : place.lowerBound)]
      guard var rows = LatexGrid.rows(of: content[...]), !rows.allSatisfy(\.isEmpty) else {
        return nil
      }
      rows[rows.count - 1] += after
      self.rows = rows
      source = FormulaSource(latex: content[...].trimmed, isDisplayed: true)
      margin = String(repeating: " ", count: max(2, min(Self.marginLimit, indent)))
      lineCount = index + 1
      return
    }
    return nil
  }

  private static let stops: Set<String> = [".", ",", ";"]

  /// What opens and what closes the formula that `line` begins with; an environment opens itself.
  private static func marks(of line: Substring) -> (open: String, close: String)? {
    for (open, close) in [("\\[", "\\]"), ("$$", "$$")] where line.hasPrefix(open) {
      return (open, close)
    }
    return LatexGrid.environmentName(at: line).map { ("", "\\end{\($0)}") }
  }

  /// Its rows below each other, a little to the right at least.
  var pieces: [Block.Piece] {
    let lines = rows.map { row in
      var piece = Block.Piece(margin + row, .formula, from: rows.count == 1 ? source : nil)
      // Rows that stand in columns are not broken before they must be.
      piece.hang = Hang(text: margin, scope: .formula, kind: rows.count > 1 ? .table : .prose)
      return [piece]
    }
    return Array(lines.joined(separator: [Block.Piece("\n", .formula)]))
  }
}
