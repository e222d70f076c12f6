/// A list, what is typed to filter it, and the chosen item in full.
struct ChooserPane {
  private static let previewRows = 5
  private let state: ViewerState
  private let chooser: Chooser
  private let frame: OverlayFrame

  init(_ state: ViewerState, _ chooser: Chooser) {
    self.state = state
    self.chooser = chooser
    let preview = chooser.items.contains { !$0.preview.isEmpty } ? Self.previewRows + 1 : 0
    // No wider than its longest line, so that a theme shows on the screen around its list.
    let longest = chooser.items.map { $0.title.count + $0.detail.count }.max() ?? 0
    frame = OverlayFrame(
      size: state.size, wantedColumns: min(96, max(30, longest + 6)),
      wantedRows: chooser.items.count + preview + 2)
  }

  /// Items seen at once.
  var listRows: Int { max(1, frame.inner.rows - previewRoom - 1) }

  /// The box that the list stands in.
  var rect: Rect { frame.rect }

  private func firstItem(of count: Int) -> Int {
    min(max(0, chooser.chosen - listRows / 2), max(0, count - listRows))
  }

  /// The index of the match that is drawn at `position`; nil where none is.
  func match(at position: Position) -> Int? {
    let count = chooser.matches.count
    let offset = position.row - frame.inner.row - 1
    let index = firstItem(of: count) + offset
    guard frame.inner.contains(position), (0..<listRows).contains(offset), index < count else {
      return nil
    }
    return index
  }

  private var previewRoom: Int {
    guard chooser.items.contains(where: { !$0.preview.isEmpty }) else { return 0 }
    return min(Self.previewRows + 1, frame.inner.rows / 2)
  }

  func draw(on canvas: inout Canvas) {
    let theme = state.theme
    let inner = frame.inner
    let matches = chooser.matches
    let place = matches.isEmpty ? "none" : "\(chooser.chosen + 1)/\(matches.count)"
    frame.draw(title: DisplayText(" \(chooser.title) \(place) "), on: &canvas, theme: theme)
    LineField(chooser.filter, hint: "type to filter").draw(
      Rect(column: inner.column, row: inner.row, columns: inner.columns, rows: 1), on: &canvas,
      theme: theme)
    let first = firstItem(of: matches.count)
    for (offset, item) in matches.dropFirst(first).prefix(listRows).enumerated() {
      draw(
        item, isChosen: first + offset == chooser.chosen, row: inner.row + 1 + offset,
        on: &canvas)
    }
    drawPreview(on: &canvas)
  }

  private func draw(_ item: Chooser.Item, isChosen: Bool, row: Int, on canvas: inout Canvas) {
    let theme = state.theme
    let inner = frame.inner
    let detail = DisplayText(item.detail).onOneLine.truncated(to: inner.columns / 2)
    let room = inner.columns - 2 - (detail.width > 0 ? detail.width + 2 : 0)
    let scope: Scope = item.obstacle != nil ? .dim : isChosen ? .accent : .text
    canvas.put(
      [
        Span(isChosen ? "▶ " : "  ", .accent),
        Span(DisplayText(item.title).onOneLine.truncated(to: room), scope),
      ], column: inner.column, row: row, theme: theme, limit: inner.maxColumn)
    canvas.put(
      [Span(detail, isChosen ? .accent : .dim)], column: inner.maxColumn - detail.width, row: row,
      theme: theme)
  }

  private func drawPreview(on canvas: inout Canvas) {
    guard let item = chooser.chosenItem, previewRoom > 1 else { return }
    let inner = frame.inner
    let lines = TextLayout.lines(text: [Span(item.preview, .title)], width: inner.columns)
    for (offset, line) in lines.prefix(previewRoom - 1).enumerated() {
      canvas.put(
        line.spans, column: inner.column, row: inner.maxRow - previewRoom + 1 + offset,
        theme: state.theme, limit: inner.maxColumn)
    }
  }
}
