import Traces

/// The step pane and, below it, the run pane.
struct SidePanes {
  private let state: ViewerState
  private let rect: Rect

  init(_ state: ViewerState, _ rect: Rect) {
    self.state = state
    self.rect = rect
  }

  func draw(on canvas: inout Canvas) {
    let theme = state.theme
    canvas.clear(rect, style: theme[.text])
    let inner = Rect(
      column: rect.column + 2, row: rect.row + 1, columns: rect.columns - 4, rows: rect.rows - 1)
    let shown = state.shownStep
    let step = shown.map {
      StepPane.lines(step: $0.step, turn: $0.turn, run: state.run, width: inner.columns)
    }
    let turn = shown?.turn ?? state.run.turns.last
    let run = turn.map { RunPane.lines(turn: $0, run: state.run, width: inner.columns) } ?? []

    // The run's numbers stay in sight; the step gets what is left.
    let runRow = max(inner.row, inner.maxRow - run.count - 1)
    drawBorder(on: &canvas, title: shown.map { " Step \($0.id.step) " } ?? " Step ", runRow: runRow)
    draw(step ?? [[Span("no step yet", .dim)]], in: inner, from: inner.row, to: runRow, on: &canvas)
    draw(run, in: inner, from: runRow + 1, to: inner.maxRow, on: &canvas)
  }

  private func draw(
    _ lines: [[Span]], in inner: Rect, from first: Int, to end: Int, on canvas: inout Canvas
  ) {
    for (row, spans) in zip(first..<max(first, end), lines) {
      canvas.put(
        spans, column: inner.column, row: row, theme: state.theme, limit: inner.maxColumn)
    }
  }

  private func drawBorder(on canvas: inout Canvas, title: String, runRow: Int) {
    let theme = state.theme
    let style = theme[.border]
    let bar = String(repeating: "─", count: max(0, rect.columns - 2))
    canvas.put(DisplayText("┬\(bar)┐"), column: rect.column, row: rect.row, style: style)
    canvas.put(DisplayText(title), column: rect.column + 2, row: rect.row, style: theme[.title])
    for row in (rect.row + 1)..<max(rect.row + 1, rect.maxRow) {
      canvas.put("│", column: rect.column, row: row, style: style)
      canvas.put("│", column: rect.maxColumn - 1, row: row, style: style)
    }
    canvas.put(DisplayText("├\(bar)┤"), column: rect.column, row: runRow, style: style)
    canvas.put(" Run ", column: rect.column + 2, row: runRow, style: theme[.title])
    // The strip's row closes the pane.
    canvas.put("┴", column: rect.column, row: rect.maxRow, style: style)
  }
}
