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

  /// The cells of a turn's steps among those of the whole run.
  private struct Stretch {
    var turn: Int
    /// The place of its first step.
    var start: Int
  }

  /// The visible cells from column 2 on: all, or those around the shown step, between the counts of
  /// the hidden ones. Only they are made: a run may have thousands of steps.
  private var cells: [Cell] {
    let turns = state.shownRun.turns
    var stretches: [Stretch] = []
    var count = 0
    for index in turns.indices where !turns[index].steps.isEmpty {
      // A mark stands between two turns.
      if count > 0 { count += 1 }
      stretches.append(Stretch(turn: index, start: count))
      count += turns[index].steps.count
    }
    let room = max(1, limit - 4)
    guard count > room else { return visible(0..<count, of: stretches, turns) }
    let inner = max(1, room - 14)
    var place = 0
    if let shown = state.shownStep?.id,
      let stretch = stretches.first(where: { $0.turn == shown.turn }),
      let step = turns[shown.turn].steps.lastIndex(where: { $0.number == shown.step })
    {
      place = stretch.start + step
    }
    let first = min(max(0, place - inner / 2), count - inner)
    let after = count - first - inner
    var cells = visible(first..<(first + inner), of: stretches, turns)
    if first > 0 { cells.insert(.text("‹\(first) "), at: 0) }
    if after > 0 { cells.append(.text(" \(after)›")) }
    return cells
  }

  /// The cells whose places are in `range`.
  private func visible(
    _ range: Range<Int>, of stretches: [Stretch], _ turns: [TurnState]
  ) -> [Cell] {
    var cells: [Cell] = []
    for (index, stretch) in stretches.enumerated() {
      let steps = turns[stretch.turn].steps
      let firstFlip = state.layout.flips(ofTurn: stretch.turn).first ?? .max
      for place in range.clamped(to: stretch.start..<(stretch.start + steps.count)) {
        let offset = place - stretch.start
        let id = ViewerState.StepID(turn: stretch.turn, step: steps[offset].number)
        cells.append(.step(id, offset, isCounterfactual: offset >= firstFlip))
      }
      if index < stretches.count - 1, range.contains(stretch.start + steps.count) {
        cells.append(.turnEnd)
      }
    }
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
