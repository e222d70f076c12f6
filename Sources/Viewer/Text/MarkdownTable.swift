/// Lines of a Markdown table, its columns aligned.
struct MarkdownTable {
  /// What stands between two bars.
  private struct Cell {
    var pieces: [Block.Piece]
    /// Columns on the screen.
    var width: Int

    init(_ text: String, _ scope: Scope) {
      pieces = ReadableText.emphasis(text[...], scope)
      width = pieces.reduce(0) { $0 + DisplayText($1.text).width }
    }
  }

  private let rows: [[Cell]]
  private let scope: Scope
  /// Lines of the text that it takes.
  let lineCount: Int

  /// The table that `lines` begin with, its texts in `scope`; nil where they do not begin with a row and
  /// a rule.
  init?(_ lines: ArraySlice<Substring>, _ scope: Scope) {
    func isRow(_ line: Substring) -> Bool { line.drop { $0 == " " }.hasPrefix("|") }
    guard let first = lines.first, isRow(first), let rule = lines.dropFirst().first, isRow(rule),
      rule.contains("-"), rule.allSatisfy({ " |:-".contains($0) })
    else { return nil }
    let table = lines.prefix(while: isRow)
    lineCount = table.count
    self.scope = scope
    rows = table.enumerated().filter { $0.offset != 1 }.map { place, line in
      Self.texts(of: line).map { Cell($0, place == 0 ? .strong : scope) }
    }
  }

  /// The texts between the bars of a row; a bar after a backslash is text.
  private static func texts(of line: Substring) -> [String] {
    var texts: [String] = [""]
    var isEscaped = false
    for character in line {
      if character == "|", !isEscaped {
        texts.append("")
      } else {
        if character == "|" { texts[texts.count - 1].removeLast() }
        texts[texts.count - 1].append(character)
      }
      isEscaped = character == "\\"
    }
    texts = texts.map { $0[...].trimmed }
    if texts.first == "" { texts.removeFirst() }
    if texts.last == "" { texts.removeLast() }
    return texts
  }

  /// The most characters that padding may make of a table: a hostile one would have thousands of lines
  /// made as wide as its widest.
  private static let alignedLimit = 1 << 17
  private static let bar = " │ "

  /// Its rows, each as long as the screen has room for.
  var pieces: [Block.Piece] {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.width)
      }
    }
    let width = widths.reduce(0) { $0 + $1 + Self.bar.count }
    let isAligned = rows.count <= Self.alignedLimit / max(1, width)
    var pieces: [Block.Piece] = []
    for (index, row) in rows.enumerated() {
      if index > 0 { pieces.append(Block.Piece("\n", scope)) }
      var start = Block.Piece("", scope)
      start.hang = Hang(text: "  ", scope: scope, kind: .table)
      pieces.append(start)
      for column in 0..<(isAligned ? widths.count : row.count) {
        if column > 0 { pieces.append(Block.Piece(Self.bar, .dim)) }
        let cell = row.indices.contains(column) ? row[column] : nil
        pieces += cell?.pieces ?? []
        guard isAligned else { continue }
        let padding = widths[column] - (cell?.width ?? 0)
        pieces.append(Block.Piece(String(repeating: " ", count: max(0, padding)), scope))
      }
      if index == 0 {
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "─┼─")
        var line = Block.Piece(rule, .dim)
        line.hang = start.hang
        pieces += [Block.Piece("\n", scope), line]
      }
    }
    return pieces
  }
}
