/// The example problems to choose from, and the chosen one in full.
struct ExamplesPane {
  private static let previewRows = 5
  private let state: ViewerState
  private let frame: OverlayFrame

  init(_ state: ViewerState) {
    self.state = state
    frame = OverlayFrame(
      size: state.size, wantedColumns: 96,
      wantedRows: state.examples.count + Self.previewRows + 1)
  }

  /// Problems seen at once.
  var listRows: Int { max(1, frame.inner.rows - Self.previewRows - 1) }

  func draw(on canvas: inout Canvas) {
    guard case .examples(let chosen) = state.overlay else { return }
    let theme = state.theme
    let inner = frame.inner
    let count = state.examples.count
    frame.draw(
      title: DisplayText(" Examples \(min(chosen + 1, count))/\(count) "), on: &canvas,
      theme: theme)
    let first = min(max(0, chosen - listRows / 2), max(0, count - listRows))
    for (offset, example) in state.examples.dropFirst(first).prefix(listRows).enumerated() {
      let isChosen = first + offset == chosen
      canvas.put(
        [
          Span(isChosen ? "▶ " : "  ", .accent),
          Span(
            DisplayText(example).onOneLine.truncated(to: inner.columns - 2),
            isChosen ? .accent : .text),
        ], column: inner.column, row: inner.row + offset, theme: theme, limit: inner.maxColumn)
    }
    guard state.examples.indices.contains(chosen) else { return }
    let preview = TextLayout.lines(
      text: [Span(state.examples[chosen], .title)], width: inner.columns)
    for (offset, line) in preview.prefix(Self.previewRows).enumerated() {
      let row = inner.row + listRows + 1 + offset
      guard row < inner.maxRow else { return }
      canvas.put(
        line.spans, column: inner.column, row: row, theme: theme, limit: inner.maxColumn)
    }
  }
}
