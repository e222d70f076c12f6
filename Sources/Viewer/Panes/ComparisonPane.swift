import Traces

/// Two ways of reasoning side by side: two columns where there is room, else one above the other.
struct ComparisonPane {
  /// A step as it stands in a column.
  struct Step {
    var look: StepLook
    var number: Int
    var text: String
    /// When it was kept, in seconds of its turn; nil where that does not matter.
    var moment: Double?

    init(_ step: StepState, hasMoment: Bool = false) {
      look = step.look
      number = step.number
      text = step.keptText
      moment = hasMoment ? step.moments.committed : nil
    }
  }

  /// One of the two.
  struct Side {
    var title: String
    var steps: [Step]
    var answer: String
    var summary: String
  }

  /// From this width on there are two columns.
  private static let columnsForTwo = 76
  private static let gap = 3

  private let state: ViewerState
  private let title: String
  private let sides: [Side]
  private let frame: OverlayFrame

  init(_ state: ViewerState, title: String, _ left: Side, _ right: Side) {
    self.state = state
    self.title = title
    sides = [left, right]
    frame = OverlayFrame(
      size: state.size, wantedColumns: state.size.columns - 8, wantedRows: state.size.rows - 6)
  }

  /// Lines seen at once.
  var rows: Int { max(1, frame.inner.rows) }

  /// All lines: the steps of one number stand beside each other, words that differ are marked.
  var lines: [[Span]] {
    let width = frame.inner.columns
    guard width >= Self.columnsForTwo else { return stacked(width: width) }
    let column = (width - Self.gap) / 2
    var lines = beside(
      sides.map { [[Span($0.title, .title)], [Span($0.summary, .dim)], []] }, column: column)
    for index in 0..<(sides.map(\.steps.count).max() ?? 0) {
      let texts = texts(ofStep: index)
      lines += beside(
        zip(sides, texts).map { side, text in
          guard side.steps.indices.contains(index) else { return [] }
          return block(side.steps[index], text, width: column)
        }, column: column)
    }
    lines.append([])
    lines += beside(
      sides.map { side in
        side.answer.isEmpty
          ? []
          : TextLayout.lines(
            prefix: [Span("■ Answer ", .title)], text: [Span(side.answer, .answer)], width: column
          ).map(\.spans)
      }, column: column)
    return lines
  }

  func draw(on canvas: inout Canvas, firstLine: Int) {
    let inner = frame.inner
    let lines = lines
    frame.draw(title: DisplayText(" \(title) "), on: &canvas, theme: state.theme)
    let first = max(0, min(firstLine, lines.count - rows))
    for (offset, spans) in lines.dropFirst(first).prefix(inner.rows).enumerated() {
      canvas.put(
        spans, column: inner.column, row: inner.row + offset, theme: state.theme,
        limit: inner.maxColumn)
    }
  }

  private func texts(ofStep index: Int) -> [[Block.Piece]] {
    let both = sides.map { $0.steps.indices.contains(index) ? $0.steps[index].text : nil }
    guard let left = both[0], let right = both[1] else {
      return both.map { [Block.Piece($0 ?? "", .text)] }
    }
    let diff = WordDiff(from: left, to: right)
    return [
      diff.old.pieces(marks: ("[-", "-]"), changed: .stepRejected, same: .text),
      diff.new.addedPieces,
    ]
  }

  private func block(
    _ step: Step, _ text: [Block.Piece],
    label: Span? = nil, width: Int
  ) -> [[Span]] {
    let prefix =
      (label.map { [$0] } ?? []) + [
        Span(Format.padded(String(step.number), to: 2) + " ", .dim),
        Span(step.look.glyph + " ", step.look.scope),
      ] + (step.moment.map { [Span(Format.seconds($0) + "  ", .dim)] } ?? [])
    return TextLayout.lines(prefix: prefix, text: text.map(\.span), width: width).map(\.spans)
  }

  private func beside(_ columns: [[[Span]]], column: Int) -> [[Span]] {
    let height = columns.map(\.count).max() ?? 0
    return (0..<height).map { row in
      let left = columns[0].indices.contains(row) ? columns[0][row] : []
      let right = columns[1].indices.contains(row) ? columns[1][row] : []
      let width = left.reduce(0) { $0 + $1.text.width }
      let filler = String(repeating: " ", count: max(0, column - width))
      return left + [Span(filler + " │ ", .border)] + right
    }
  }

  /// The steps of one number one above the other, those of the first side under A.
  private func stacked(width: Int) -> [[Span]] {
    let labelled = zip(["A ", "B "], sides).map { (label: Span($0, .accent), side: $1) }
    var lines = labelled.flatMap { label, side -> [[Span]] in
      [[label, Span(side.title, .title)], [Span("  \(side.summary)", .dim)]]
    }
    for index in 0..<(sides.map(\.steps.count).max() ?? 0) {
      lines.append([])
      for ((label, side), text) in zip(labelled, texts(ofStep: index))
      where side.steps.indices.contains(index) {
        lines += block(side.steps[index], text, label: label, width: width)
      }
    }
    for (label, side) in labelled where !side.answer.isEmpty {
      lines.append([])
      lines += TextLayout.lines(
        prefix: [label, Span("■ Answer ", .title)], text: [Span(side.answer, .answer)],
        width: width
      ).map(\.spans)
    }
    return lines
  }
}
