import Traces

/// What can be changed while a run goes on: the values in force, and from when on a change counts.
struct SettingsPane {
  private let state: ViewerState
  private let chosen: SettingRow
  private let frame: OverlayFrame

  init(_ state: ViewerState, _ chosen: SettingRow) {
    self.state = state
    self.chosen = chosen
    frame = OverlayFrame(size: state.size, wantedColumns: 92, wantedRows: SettingRow.all.count + 2)
  }

  func draw(on canvas: inout Canvas) {
    let theme = state.theme
    let inner = frame.inner
    frame.draw(title: " Settings ", on: &canvas, theme: theme)
    let rows = SettingRow.all
    let place = rows.firstIndex(of: chosen) ?? 0
    // The chosen one is told in full below the list.
    let listRows = max(1, inner.rows - 2)
    let first = min(max(0, place - listRows / 2), max(0, rows.count - listRows))
    for (offset, row) in rows.dropFirst(first).prefix(listRows).enumerated() {
      canvas.put(
        spans(of: row), column: inner.column, row: inner.row + offset, theme: theme,
        limit: inner.maxColumn)
    }
    let began = isChanged(chosen) ? "began as \(state.firstValue(of: chosen)); " : ""
    canvas.put(
      [Span(began, .warning), Span("takes \(chosen.allowed)", .dim)], column: inner.column,
      row: inner.maxRow - 1, theme: theme, limit: inner.maxColumn)
  }

  private func spans(of row: SettingRow) -> [Span] {
    let isChosen = row == chosen
    let value = state.value(of: row)
    func column(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return [
      Span(isChosen ? "▶ " : "  ", .accent),
      Span(column(row.name, 18), isChosen ? .accent : .text),
      Span(column(isChosen ? "← \(value) →" : "  \(value)", 22), .title),
      Span(isChanged(row) ? "* " : "  ", .warning),
      Span(row.beginning.words, .dim),
    ]
  }

  private func isChanged(_ row: SettingRow) -> Bool {
    state.value(of: row) != state.firstValue(of: row)
  }
}
