import Traces

/// The branches of the last turn, and the chosen one's end.
struct BranchTreePane {
  private static let previewRows = 4
  private let state: ViewerState
  private let tree: BranchTree
  private let turn: TurnState
  private let rows: [BranchTree.Row]
  private let frame: OverlayFrame

  init?(_ state: ViewerState, _ tree: BranchTree) {
    guard let turn = state.run.turns.last else { return nil }
    self.state = state
    self.tree = tree
    self.turn = turn
    rows = BranchTree.rows(of: turn)
    frame = OverlayFrame(
      size: state.size, wantedColumns: 96, wantedRows: rows.count + Self.previewRows + 1)
  }

  /// Branches seen at once.
  var listRows: Int { max(1, frame.inner.rows - min(Self.previewRows + 1, frame.inner.rows / 2)) }

  func draw(on canvas: inout Canvas) {
    let theme = state.theme
    let inner = frame.inner
    frame.draw(title: DisplayText(" Branches of turn \(turn.number) "), on: &canvas, theme: theme)
    let chosen = rows.firstIndex { $0.branch.number == tree.chosen } ?? 0
    let first = min(max(0, chosen - listRows / 2), max(0, rows.count - listRows))
    for (offset, row) in rows.dropFirst(first).prefix(listRows).enumerated() {
      canvas.put(
        spans(of: row), column: inner.column, row: inner.row + offset, theme: theme,
        limit: inner.maxColumn)
    }
    guard rows.indices.contains(chosen) else { return }
    let preview = TextLayout.lines(text: [end(of: rows[chosen].branch)], width: inner.columns)
    let previewRow = inner.row + listRows + 1
    for (offset, line) in preview.prefix(max(0, inner.maxRow - previewRow)).enumerated() {
      canvas.put(
        line.spans, column: inner.column, row: previewRow + offset, theme: theme,
        limit: inner.maxColumn)
    }
  }

  private func spans(of row: BranchTree.Row) -> [Span] {
    let branch = row.branch
    let isChosen = branch.number == tree.chosen
    let goesOn = branch.number == turn.branch
    var spans = [
      Span(isChosen ? "▶ " : "  ", .accent), Span(row.stem, .border),
      Span(goesOn ? "● " : "○ ", goesOn ? .stepAccepted : .dim),
      Span("branch \(branch.number)", isChosen ? .accent : .text),
      Span(goesOn ? " goes on" : " left", goesOn ? .stepAccepted : .dim),
    ]
    if branch.parent != nil { spans.append(Span("  from step \(branch.taken)", .dim)) }
    spans.append(Span("  " + state.summary(of: branch.steps), .text))
    if let answer = branch.answer {
      spans.append(Span("  ⇒ " + (answer.boxed ?? answer.text), .accent))
    }
    if branch.number == tree.marked { spans.append(Span("  ◆ marked", .warning)) }
    return spans.map { Span($0.text.onOneLine, $0.scope) }
  }

  private func end(of branch: TurnState.Branch) -> Span {
    if let answer = branch.answer { return Span(answer.text, .answer) }
    return branch.steps.last.map { Span($0.keptText, $0.look.scope) } ?? Span("no steps yet", .dim)
  }
}
