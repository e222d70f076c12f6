/// The box that an overlay is drawn in, over the middle of the screen.
struct OverlayFrame {
  let rect: Rect

  /// A box with room for `wantedColumns` and `wantedRows`, as far as the screen has them; `isLow`
  /// puts it above the footer instead of in the middle.
  init(size: Size, wantedColumns: Int, wantedRows: Int, isLow: Bool = false) {
    let columns = min(wantedColumns + 4, size.columns - 2)
    let rows = min(wantedRows + 2, size.rows - 3)
    rect = Rect(
      column: (size.columns - columns) / 2,
      row: 1 + max(0, size.rows - 3 - rows) / (isLow ? 1 : 2),
      columns: columns, rows: rows)
  }

  /// Room for text.
  var inner: Rect {
    Rect(
      column: rect.column + 2, row: rect.row + 1, columns: rect.columns - 4, rows: rect.rows - 2)
  }

  /// Lines that are visible at once, at least 1.
  var rows: Int { max(1, inner.rows) }

  /// Clears the box and draws its border.
  func draw(title: DisplayText, on canvas: inout Canvas, theme: Theme) {
    canvas.clear(rect, style: theme[.text])
    let bar = String(repeating: "─", count: max(0, rect.columns - 2))
    let style = theme[.borderFocused]
    canvas.put(DisplayText("┌\(bar)┐"), column: rect.column, row: rect.row, style: style)
    for row in (rect.row + 1)..<max(rect.row + 1, rect.maxRow - 1) {
      canvas.put("│", column: rect.column, row: row, style: style)
      canvas.put("│", column: rect.maxColumn - 1, row: row, style: style)
    }
    canvas.put(DisplayText("└\(bar)┘"), column: rect.column, row: rect.maxRow - 1, style: style)
    canvas.put(
      title, column: rect.column + 2, row: rect.row, style: theme[.title],
      limit: rect.maxColumn - 1)
  }

  /// Draws `lines` from the inner row `row` on, as far as there is room.
  func draw(
    _ lines: some Sequence<[Span]>, fromRow row: Int = 0, on canvas: inout Canvas, theme: Theme
  ) {
    let first = inner.row + row
    for (row, spans) in zip(first..<max(first, inner.maxRow), lines) {
      canvas.put(spans, column: inner.column, row: row, theme: theme, limit: inner.maxColumn)
    }
  }
}
