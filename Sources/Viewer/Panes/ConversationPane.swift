/// Prompts, steps and answers of the run.
struct ConversationPane {
  private let state: ViewerState
  private let rect: Rect

  init(_ state: ViewerState, _ layout: ScreenLayout) {
    self.state = state
    rect = layout.conversation
  }

  func draw(on canvas: inout Canvas) {
    guard !state.run.turns.isEmpty else {
      StartPane(state: state, rect: rect).draw(on: &canvas)
      return
    }
    let theme = state.terminal.theme
    let top = state.topRow(rows: rect.rows)
    let marked =
      state.focus != .composer ? state.selectedSteps : state.selection.step.map { $0...$0 }
    let lines = state.layout.lines(in: top..<(top + rect.rows))
    for (index, (id, line)) in lines.enumerated() {
      let row = rect.row + index
      canvas.put(line.spans, column: rect.column, row: row, theme: theme, limit: rect.maxColumn)
      if let query = state.selection.search { mark(query, in: line, row: row, on: &canvas) }
      if let marked, id.isStep, marked.contains(.init(turn: id.turn, step: id.step)) {
        canvas.put("▌", column: rect.column - 1, row: row, style: theme[.accent])
      }
    }
    drawScrollMark(on: &canvas, top: top)
  }

  /// Highlights the matches of a search within one line; a match across two lines stays plain.
  private func mark(_ search: Search, in line: Line, row: Int, on canvas: inout Canvas) {
    let glyphs = line.spans.flatMap(\.text.glyphs)
    let text = glyphs.map(\.text).joined()
    for place in search.places(in: text) where place + search.query.count <= glyphs.count {
      let before = glyphs[..<place].reduce(0) { $0 + $1.width }
      let width = glyphs[place..<(place + search.query.count)].reduce(0) { $0 + $1.width }
      canvas.overlay(
        Rect(column: rect.column + before, row: row, columns: width, rows: 1),
        style: state.terminal.theme[.match])
    }
  }

  /// How much is below, on the border under the conversation, where it hides no text.
  private func drawScrollMark(on canvas: inout Canvas, top: Int) {
    guard let text = state.scrollMark(top: top, rows: rect.rows) else { return }
    canvas.put(
      text, column: rect.maxColumn - text.width, row: state.screen.stripRow,
      style: state.terminal.theme[state.scroll.hasNew ? .warning : .dim])
  }
}

extension ViewerState {
  /// A word about what is below the visible rows; nil if nothing is.
  func scrollMark(top: Int, rows: Int) -> DisplayText? {
    let below = layout.height - top - rows
    guard below > 0 else { return nil }
    let steps = Format.count(scroll.newSteps, "new step", "new steps")
    return DisplayText(
      scroll.newSteps > 0
        ? " ↓ \(steps) · End " : scroll.hasNew ? " ↓ new below · End " : " ↓ \(below) more · End ")
  }
}
