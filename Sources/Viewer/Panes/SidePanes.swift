import Traces

/// The step pane and, below it, the run pane.
struct SidePanes {
  private let state: ViewerState
  private let rect: Rect
  private let inner: Rect
  private let runLines: [[Span]]
  /// The whole text of the step pane.
  let stepLines: [[Span]]
  private static let leastStepRows = 4
  /// The row of the border between the two.
  private let runRow: Int

  /// The panes of the current screen; nil if hidden.
  init?(_ state: ViewerState) {
    guard let rect = state.screen.sidePane else { return nil }
    self.state = state
    self.rect = rect
    let inner = Rect(
      column: rect.column + 2, row: rect.row + 1, columns: rect.columns - 4, rows: rect.rows - 1)
    let shown = state.shownStep
    let turn = shown?.turn ?? state.run.turns.last
    let run =
      turn.map {
        RunPane.lines(
          turn: $0, run: state.shownRun,
          flips: state.layout.flips(ofTurn: shown?.id.turn ?? state.run.turns.count - 1).count,
          coach: $0.number == state.run.turns.last?.number
            ? state.coachLine(columns: 2 * inner.columns - 6) : nil,
          memoryBytes: state.vitals.memoryBytes, width: inner.columns)
      } ?? []
    // The run's numbers stay in sight; the step gets what is left, and never nothing.
    let least = min(Self.leastStepRows, inner.rows / 2)
    let runRow = max(inner.row + least, inner.maxRow - run.count - 1)
    let step = shown.map {
      StepPane(
        step: $0.step, turn: $0.turn, run: state.shownRun, rewrite: state.rewrite?.diff,
        width: inner.columns, showsTokens: state.reading.showsTokens
      ).lines(rows: runRow - inner.row)
    }
    self.inner = inner
    self.runRow = runRow
    runLines = run
    stepLines = step ?? [[Span("no step yet", .dim)]]
  }

  /// Rows of the step pane.
  var stepRows: Int { runRow - inner.row }

  /// The first visible line of the step pane.
  var stepTop: Int {
    guard let top = state.sidePane.top, top.step == state.shownStep?.id else { return 0 }
    return min(top.row, max(0, stepLines.count - stepRows))
  }

  /// Whether the step pane is drawn at `position`.
  func hasStep(at position: Position) -> Bool {
    rect.contains(position) && position.row < runRow
  }

  func draw(on canvas: inout Canvas) {
    canvas.clear(rect, style: state.terminal.theme[.text])
    drawBorder(on: &canvas)
    draw(Array(stepLines.dropFirst(stepTop)), from: inner.row, to: runRow, on: &canvas)
    draw(runLines, from: runRow + 1, to: inner.maxRow, on: &canvas)
  }

  private func draw(_ lines: [[Span]], from first: Int, to end: Int, on canvas: inout Canvas) {
    for (row, spans) in zip(first..<max(first, end), lines) {
      canvas.put(
        spans, column: inner.column, row: row, theme: state.terminal.theme, limit: inner.maxColumn)
    }
  }

  private func drawBorder(on canvas: inout Canvas) {
    let theme = state.terminal.theme
    let style = theme[.border]
    let hasFocus = state.focus == .stepPane && state.overlay == nil
    let stepStyle = hasFocus ? theme[.borderFocused] : style
    let bar = String(repeating: "─", count: max(0, rect.columns - 2))
    let side: DisplayText = "│"
    let title = state.shownStep.map { " Step \($0.id.step) " } ?? " Step "
    canvas.put(DisplayText("┬\(bar)┐"), column: rect.column, row: rect.row, style: stepStyle)
    canvas.put(DisplayText(title), column: rect.column + 2, row: rect.row, style: theme[.title])
    for row in (rect.row + 1)..<max(rect.row + 1, rect.maxRow) {
      let style = row < runRow ? stepStyle : style
      canvas.put(side, column: rect.column, row: row, style: style)
      canvas.put(side, column: rect.maxColumn - 1, row: row, style: style)
    }
    canvas.put(DisplayText("├\(bar)┤"), column: rect.column, row: runRow, style: stepStyle)
    canvas.put(" Run ", column: rect.column + 2, row: runRow, style: theme[.title])
    drawMarks(on: &canvas)
    // The strip's row closes the pane.
    canvas.put("┴", column: rect.column, row: rect.maxRow, style: style)
  }

  /// Shows how many lines of the step pane are above and below the visible ones.
  private func drawMarks(on canvas: inout Canvas) {
    func put(_ count: Int, _ arrow: String, row: Int) {
      guard count > 0 else { return }
      let mark = " \(arrow) \(count) "
      canvas.put(
        DisplayText(mark), column: rect.maxColumn - mark.count - 2, row: row,
        style: state.terminal.theme[.accent])
    }
    put(stepTop, "↑", row: rect.row)
    put(stepLines.count - stepTop - stepRows, "↓", row: runRow)
  }
}
