/// All keys and commands, made from the action table.
struct HelpOverlay: Overlay {
  private var scroll = ListCursor()

  var contexts: Set<ActionEntry.Context> { [.reader] }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    let (lines, frame) = content(in: state)
    return scroll.scroll(action, lines: lines.count, rows: frame.rows) ? .stay() : .close()
  }

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    let (lines, frame) = content(in: state)
    let first = scroll.top(lines: lines.count, rows: frame.rows)
    let last = min(first + frame.rows, lines.count)
    let place = lines.count > frame.rows ? " \(first + 1)–\(last)/\(lines.count)" : ""
    frame.draw(title: DisplayText(" Help\(place) "), on: &canvas, theme: state.terminal.theme)
    frame.draw(lines.dropFirst(first).map(\.spans), on: &canvas, theme: state.terminal.theme)
  }

  private func content(in state: ViewerState) -> (lines: [Line], frame: OverlayFrame) {
    let width = min(76, state.terminal.size.columns - 6)
    let lines = Self.lines(entries: state.terminal.keys.entries, width: width)
    let frame = OverlayFrame(
      size: state.terminal.size, wantedColumns: width, wantedRows: lines.count)
    return (lines, frame)
  }

  private static func lines(entries: [ActionEntry], width: Int) -> [Line] {
    let legend: [StepLook] = [
      .drafting, .judging, .accepted, .rejected, .regenerated, .baseWritten, .flip,
    ]
    var lines = Basics.lines(width: width) + [Line(spans: [], offset: 0)]
    lines += TextLayout.lines(text: Basics.legend(legend), width: width)
    for context in ActionEntry.Context.all {
      lines.append(Line(spans: [], offset: 0))
      lines.append(Line(spans: [Span(context.title, .title)], offset: 0))
      for entry in entries where entry.context == context && !entry.keys.isEmpty {
        let keys = entry.keys.map(\.name).joined(separator: " ")
        lines += row(keys, entry.help, width: width)
      }
    }
    lines.append(Line(spans: [], offset: 0))
    lines.append(Line(spans: [Span("Commands", .title)], offset: 0))
    for entry in entries {
      if let command = entry.command { lines += row(command.written, entry.help, width: width) }
    }
    return lines
  }

  private static func row(_ keys: String, _ help: String, width: Int) -> [Line] {
    let column = min(24, width / 2)
    let padding = String(repeating: " ", count: max(1, column - DisplayText(keys).width))
    return TextLayout.lines(
      prefix: [Span(keys + padding, .key)], text: [Span(help, .text)], width: width)
  }
}
