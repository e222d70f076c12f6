/// The field that the person writes in.
struct ComposerPane {
  let composer: Composer
  /// What is shown while nothing is written.
  let hint: String
  let hasFocus: Bool
  let rect: Rect
  let theme: Theme

  /// One row of the composer's text.
  struct TextLine: Equatable {
    var text = DisplayText(glyphs: [])
    /// Index of its first character in the composer.
    var start: Int
    /// Column in front of each character, and the one after the last.
    var columns = [0]
  }

  /// The composer's text in rows of at most `width` columns, broken between words; only the first
  /// `limit` of them.
  static func lines(of composer: Composer, width: Int, limit: Int = .max) -> [TextLine] {
    var lines: [TextLine] = []
    var start = 0
    // The row at hand, a character at a time.
    var row: [DisplayText] = []
    var columns = 0
    func finish(_ count: Int, next: Int) {
      var line = TextLine(start: start)
      var column = 0
      for text in row.prefix(count) {
        column += text.width
        line.columns.append(min(column, width))
      }
      line.text = DisplayText(glyphs: row.prefix(count).flatMap(\.glyphs))
      lines.append(line)
      row.removeFirst(count)
      columns = row.reduce(0) { $0 + $1.width }
      start = next
    }
    for (index, character) in composer.characters.enumerated() {
      guard lines.count < limit else { return lines }
      if character == "\n" {
        finish(row.count, next: index + 1)
        continue
      }
      let drawn = DisplayText(composer.badge(of: character) ?? String(character)).onOneLine
      row.append(drawn)
      columns += drawn.width
      // A space at the end of a full row hangs over its edge, where nothing is drawn.
      guard columns > width, row.count > 1, !drawn.isSpace else { continue }
      let word = (row.dropLast().lastIndex { $0.isSpace }).map { $0 + 1 } ?? row.count - 1
      finish(word, next: start + word)
    }
    finish(row.count, next: composer.characters.count)
    return lines
  }

  func draw(on canvas: inout Canvas) {
    canvas.put(">", column: 2, row: rect.row, style: theme[hasFocus ? .accent : .dim])
    let lines = Self.lines(of: composer, width: rect.columns)
    let (cursorLine, first) = Self.place(of: composer, in: lines, rows: rect.rows)
    for (index, line) in lines.dropFirst(first).prefix(rect.rows).enumerated() {
      canvas.put(
        line.text, column: rect.column, row: rect.row + index, style: theme[.text],
        markerStyle: theme[.marker], limit: rect.maxColumn)
    }
    if composer.isEmpty {
      canvas.put(
        DisplayText(hint).truncated(to: rect.columns), column: rect.column, row: rect.row,
        style: theme[.dim])
    }
    if hasFocus {
      let line = lines[cursorLine]
      let place = min(composer.cursor - line.start, line.columns.count - 1)
      canvas.cursor = Position(
        column: min(rect.column + line.columns[place], canvas.size.columns - 2),
        row: rect.row + cursorLine - first)
    }
  }

  /// The line with the cursor, and the first line that is visible.
  private static func place(
    of composer: Composer, in lines: [TextLine], rows: Int
  ) -> (cursorLine: Int, first: Int) {
    let cursorLine = lines.lastIndex { $0.start <= composer.cursor } ?? 0
    return (cursorLine, min(max(0, cursorLine - rows + 1), max(0, lines.count - rows)))
  }

  /// Index of the character of `composer` that is drawn in `rect` at `position`, or nearest to it.
  static func index(at position: Position, in composer: Composer, _ rect: Rect) -> Int {
    let lines = lines(of: composer, width: rect.columns)
    let first = place(of: composer, in: lines, rows: rect.rows).first
    let line = lines[min(lines.count - 1, max(0, first + position.row - rect.row))]
    return line.start + (line.columns.lastIndex { $0 <= position.column - rect.column } ?? 0)
  }
}

extension DisplayText {
  fileprivate var isSpace: Bool { glyphs.count == 1 && glyphs[0].isSpace }
}

extension ViewerState {
  /// What the composer shows while nothing is written.
  var composerHint: String {
    if run.isPaused { return isRunning ? "paused: Tab, then p goes on" : "begins paused" }
    if isRunning { return "Ctrl-C cancels, [ ] move the threshold, Enter lets a message wait" }
    if !queue.isEmpty, canBegin {
      return "Enter sends the next that waits, ↑ takes the last one back"
    }
    if isOutOfBudget { return "Enter goes on with as much budget again; or a new problem" }
    return isDemoPair ? "a word problem, or /examples" : "a problem, or /help"
  }
}
