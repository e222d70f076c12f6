/// All keys and commands, made from their tables.
struct HelpPane {
  let lines: [Line]
  private let state: ViewerState
  private let frame: OverlayFrame

  init(_ state: ViewerState) {
    self.state = state
    let width = min(76, state.size.columns - 6)
    lines = Self.lines(entries: state.keys.entries, width: width)
    frame = OverlayFrame(size: state.size, wantedColumns: width, wantedRows: lines.count)
  }

  /// Lines seen at once.
  var rows: Int { max(1, frame.inner.rows) }

  func draw(on canvas: inout Canvas) {
    guard case .help(let firstLine) = state.overlay else { return }
    let inner = frame.inner
    let first = min(firstLine, max(0, lines.count - rows))
    let place =
      lines.count > rows ? " \(first + 1)–\(min(first + rows, lines.count))/\(lines.count)" : ""
    frame.draw(title: DisplayText(" Help\(place) "), on: &canvas, theme: state.theme)
    for (index, line) in lines.dropFirst(first).prefix(inner.rows).enumerated() {
      canvas.put(
        line.spans, column: inner.column, row: inner.row + index, theme: state.theme,
        limit: inner.maxColumn)
    }
  }

  private static func lines(entries: [ActionEntry], width: Int) -> [Line] {
    let legend: [StepLook] = [
      .drafting, .judging, .accepted, .rejected, .regenerated, .baseWritten, .flip,
    ]
    var lines = TextLayout.lines(
      // A no-break space keeps each glyph with its word.
      text: legend.flatMap {
        [Span("\($0.glyph)\u{A0}\($0.word)", $0.scope), Span("  ", .text)]
      },
      width: width)
    for context in ActionEntry.Context.allCases {
      lines.append(Line(spans: [], offset: 0))
      lines.append(Line(spans: [Span(context.rawValue, .title)], offset: 0))
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
