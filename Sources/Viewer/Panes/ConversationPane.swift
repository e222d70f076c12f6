/// Prompts, steps and answers of the run.
struct ConversationPane {
  /// The visible lines with the blocks they belong to.
  let lines: [(id: Block.ID, line: Line)]
  /// The steps that are chosen; nil for none.
  let marked: ClosedRange<ViewerState.StepID>?
  let search: Search?
  /// A word about what is below the visible lines; nil if nothing is.
  let scrollMark: Span?
  let layout: ScreenLayout
  let theme: Theme

  private var rect: Rect { layout.conversation }

  func draw(on canvas: inout Canvas) {
    for (index, (id, line)) in lines.enumerated() {
      let row = rect.row + index
      canvas.put(line.spans, column: rect.column, row: row, theme: theme, limit: rect.maxColumn)
      if let search { mark(search, in: line, row: row, on: &canvas) }
      if let marked, id.isStep, marked.contains(.init(turn: id.turn, step: id.step)) {
        canvas.put("▌", column: rect.column - 1, row: row, style: theme[.accent])
      }
    }
    // On the border under the conversation, where it hides no text.
    guard let mark = scrollMark else { return }
    canvas.put(
      mark.text, column: rect.maxColumn - mark.text.width, row: layout.stripRow,
      style: theme[mark.scope])
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
        style: theme[.match])
    }
  }
}

extension ConversationPane {
  /// What `state` shows of its run.
  init(_ state: ViewerState) {
    layout = state.screen
    theme = state.terminal.theme
    let rows = layout.conversation.rows
    let top = state.topRow(rows: rows)
    lines = state.layout.lines(in: top..<(top + rows))
    marked = state.focus != .composer ? state.selectedSteps : state.selection.step.map { $0...$0 }
    search = state.selection.search
    scrollMark = state.scrollMark(top: top, rows: rows).map {
      Span($0, state.scroll.hasNew ? .warning : .dim)
    }
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
