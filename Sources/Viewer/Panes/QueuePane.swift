/// The messages that wait for the models, above the composer.
struct QueuePane {
  let queue: [String]
  let rect: Rect
  let theme: Theme

  /// Rows that `count` messages take on a screen of `rows` rows: one each, at most three.
  static func rows(of count: Int, on rows: Int) -> Int {
    min(count, rows < 16 ? 1 : 3)
  }

  func draw(on canvas: inout Canvas) {
    guard rect.rows > 0 else { return }
    let hidden = queue.count - rect.rows
    for (offset, text) in queue.prefix(rect.rows).enumerated() {
      let isLast = offset == rect.rows - 1
      let rest = isLast && hidden > 0 ? "  and \(hidden) more" : ""
      let hint = DisplayText(rest + (isLast ? "  ↑ takes back" : ""))
      let row = rect.row + offset
      canvas.put("…", column: rect.column - 2, row: row, style: theme[.warning])
      let end = canvas.put(
        DisplayText(text).onOneLine.truncated(to: max(1, rect.columns - hint.width)),
        column: rect.column, row: row, style: theme[.dim], limit: rect.maxColumn)
      canvas.put(hint, column: end, row: row, style: theme[.dim], limit: rect.maxColumn)
    }
  }
}
