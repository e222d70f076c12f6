import Traces

/// The spine: one cell for each step of the run, on the border above the composer.
///
/// A cell's glyph is the status of the step, its colour the judge score; it is underlined if the
/// current threshold would have led to another turn by then.
struct StripPane {
  private let state: ViewerState
  private let layout: ScreenLayout
  /// The column behind the last cell: the mark of what is below stands at the conversation's end.
  private let limit: Int

  init(_ state: ViewerState, _ layout: ScreenLayout) {
    self.state = state
    self.layout = layout
    let rows = layout.conversation.rows
    let mark = state.scrollMark(top: state.topRow(rows: rows), rows: rows)
    limit = mark.map { layout.conversation.maxColumn - $0.width - 1 } ?? layout.size.columns - 2
  }

  /// The content of a cell.
  private enum Cell {
    case step(ViewerState.StepID, Int, isCounterfactual: Bool)
    case turnEnd
    case text(String)
  }

  /// The visible cells from column 2 on: all, or those around the shown step, between the counts of
  /// the hidden ones.
  private var cells: [Cell] {
    var all: [Cell] = []
    var place = 0
    let shown = state.shownStep?.id
    let run = state.shownRun
    for (index, turn) in run.turns.enumerated() {
      if !all.isEmpty, !turn.steps.isEmpty { all.append(.turnEnd) }
      var isCounterfactual = false
      // By index: a copy of each step would take most of the time.
      for offset in turn.steps.indices {
        let id = ViewerState.StepID(turn: index, step: turn.steps[offset].number)
        if id == shown { place = all.count }
        isCounterfactual =
          isCounterfactual || turn.steps[offset].flips(at: run.threshold)
        all.append(.step(id, offset, isCounterfactual: isCounterfactual))
      }
    }
    let room = max(1, limit - 4)
    guard all.count > room else { return all }
    let inner = max(1, room - 14)
    let first = min(max(0, place - inner / 2), all.count - inner)
    let after = all.count - first - inner
    var cells = Array(all[first..<(first + inner)])
    if first > 0 { cells.insert(.text("‹\(first) "), at: 0) }
    if after > 0 { cells.append(.text(" \(after)›")) }
    return cells
  }

  /// The step whose cell is in `column`.
  func step(atColumn column: Int) -> ViewerState.StepID? {
    var next = 2
    for cell in cells {
      switch cell {
      case .step(let id, _, _):
        if next == column { return id }
        next += 1
      case .turnEnd: next += 1
      case .text(let text): next += DisplayText(text).width
      }
    }
    return nil
  }

  func draw(on canvas: inout Canvas) {
    let cells = cells
    guard !cells.isEmpty else { return }
    let theme = state.terminal.theme
    let row = layout.stripRow
    let shown = state.shownStep?.id
    let turns = state.shownRun.turns
    var column = canvas.put(" ", column: 1, row: row, style: theme[.dim])
    for cell in cells {
      switch cell {
      case .step(let id, let place, let isCounterfactual):
        let step = turns[id.turn].steps[place]
        let look = step.look(in: turns[id.turn])
        var style = theme[step.judged?.scope ?? look.scope]
        if id == shown && (state.selection.step != nil || state.focus != .composer) {
          style.attributes.insert(.reverse)
        }
        if isCounterfactual { style.attributes.insert(.underline) }
        column = canvas.put(
          DisplayText(look.glyph), column: column, row: row, style: style, limit: limit)
      case .turnEnd:
        column = canvas.put("┆", column: column, row: row, style: theme[.dim], limit: limit)
      case .text(let text):
        column = canvas.put(
          DisplayText(text), column: column, row: row, style: theme[.dim], limit: limit)
      }
    }
    canvas.put(" ", column: column, row: row, style: theme[.dim], limit: limit + 1)
  }
}
