/// One line of text being written, its end in sight, with the cursor in it.
struct LineField {
  private let line: Composer
  private let hint: String

  init(_ line: Composer, hint: String = "") {
    self.line = line
    self.hint = hint
  }

  func draw(_ rect: Rect, on canvas: inout Canvas, theme: Theme) {
    canvas.put("> ", column: rect.column, row: rect.row, style: theme[.accent])
    let column = rect.column + 2
    let room = max(1, rect.columns - 3)
    if line.isEmpty {
      canvas.put(
        DisplayText(hint).truncated(to: room), column: column, row: rect.row, style: theme[.dim])
    }
    let before = DisplayText(String(line.characters[..<line.cursor])).onOneLine
    var glyphs = before.glyphs[...]
    var width = before.width
    while width > room, let first = glyphs.popFirst() { width -= first.width }
    let after = DisplayText(String(line.characters[line.cursor...])).onOneLine
    canvas.put(
      DisplayText(glyphs: Array(glyphs)) + after, column: column, row: rect.row,
      style: theme[.text], markerStyle: theme[.marker], limit: rect.maxColumn)
    canvas.cursor = Position(column: min(column + width, rect.maxColumn - 1), row: rect.row)
  }
}
