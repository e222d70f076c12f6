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
      drawStart(on: &canvas)
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

  private func drawScrollMark(on canvas: inout Canvas, top: Int) {
    let below = state.layout.height - top - rect.rows
    guard below > 0 else { return }
    let steps = Format.count(state.scroll.newSteps, "new step", "new steps")
    let text = DisplayText(
      state.scroll.newSteps > 0
        ? " ↓ \(steps) · End "
        : state.scroll.hasNew ? " ↓ new below · End " : " ↓ \(below) more · End ")
    canvas.put(
      text, column: rect.maxColumn - text.width, row: rect.maxRow - 1,
      style: state.terminal.theme[state.scroll.hasNew ? .warning : .dim].overlaid(
        by: Style(attributes: .reverse)))
  }

  private func drawStart(on canvas: inout Canvas) {
    var row = rect.row + max(0, (rect.rows - 6) / 3)
    for paragraph in startText {
      for line in TextLayout.lines(text: paragraph, width: min(72, rect.columns)) {
        guard row < rect.maxRow else { return }
        canvas.put(
          line.spans, column: rect.column, row: row, theme: state.terminal.theme,
          limit: rect.maxColumn)
        row += 1
      }
      row += 1
    }
  }

  private var startText: [[Span]] {
    var text: [[Span]] = [
      [
        Span("A draft model writes each step, a base model judges it. ", .title),
        Span("✓ draft-accepted", .stepAccepted), Span("  ", .text),
        Span("✗ draft-rejected", .stepRejected), Span("  ", .text),
        Span("↻ base-regenerated", .stepRegenerated),
      ]
    ]
    switch state.engine {
    case .loading(let what): text.append([Span("Loading \(what) …", .busy)])
    case .failed(let why): text.append([Span(why, .error)])
    case .ready: break
    }
    if state.isDemoPair {
      text.append([
        Span("The demo pair is tiny and solves only word problems like its examples. ", .text),
        Span("/examples", .key), Span(" shows them.", .text),
      ])
    } else {
      text.append([Span("Write a problem and press Enter.", .text)])
    }
    text.append([
      Span("[ ]", .key), Span(" move the acceptance threshold while it runs, ", .dim),
      Span("?", .key), Span(" shows all keys.", .dim),
    ])
    return text
  }
}
