import Traces

/// Two ways of reasoning side by side: two columns where there is room, else one above the other.
struct SideBySide {
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
    /// Empty where the last step stands as the answer.
    var answer: String
    var summary: String
  }

  /// From this width on there are two columns.
  private static let columnsForTwo = 76
  private static let gap = 3

  let title: String
  let sides: [Side]

  init(title: String, _ left: Side, _ right: Side) {
    self.title = title
    sides = [left, right]
  }

  /// All lines: the steps of one number stand beside each other, words that differ are marked.
  func lines(width: Int) -> [[Span]] {
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

extension SideBySide {
  /// Moves `scroll` as `action` says; closes the overlay if `action` is about something else, or
  /// if there are no sides any more.
  static func scroll(
    _ scroll: inout ListCursor, _ action: Action, over sides: SideBySide?, in size: Size
  ) -> OverlayResponse {
    guard let sides else { return .close() }
    let frame = frame(size)
    let lines = sides.lines(width: frame.inner.columns).count
    return scroll.scroll(action, lines: lines, rows: frame.rows) ? .stay() : .close()
  }

  func draw(on canvas: inout Canvas, scroll: ListCursor, theme: Theme) {
    let frame = Self.frame(canvas.size)
    let lines = lines(width: frame.inner.columns)
    frame.draw(title: DisplayText(" \(title) "), on: &canvas, theme: theme)
    let first = scroll.top(lines: lines.count, rows: frame.rows)
    frame.draw(lines.dropFirst(first), on: &canvas, theme: theme)
  }

  private static func frame(_ size: Size) -> OverlayFrame {
    OverlayFrame(size: size, wantedColumns: size.columns - 8, wantedRows: size.rows - 6)
  }
}

extension SideBySide.Side {
  /// A side of what `turn` had by the second `clock` of its run.
  init(
    _ turn: TurnState, _ title: String, until clock: Double = .infinity, hasMoments: Bool = false
  ) {
    let steps = turn.steps.filter {
      clock == .infinity || $0.moments.committed ?? .infinity <= clock
    }
    let isOver = (turn.ended?.seconds).map { $0 <= clock } ?? false
    let isAnswered = turn.answered ?? .infinity <= clock || clock == .infinity
    let time = isOver ? turn.ended.map { Format.seconds($0.seconds) } : nil
    self.init(
      title: title, steps: steps.map { SideBySide.Step($0, hasMoment: hasMoments) },
      answer: isAnswered && !turn.answersInLastStep ? turn.answerText : "",
      summary: steps.summary + (time.map { " · done in \($0)" } ?? " · running"))
  }
}

extension [StepState] {
  /// How many steps there are, and their mean judge score.
  var summary: String {
    let scores = compactMap { $0.judged?.score }
    var facts = [Format.count(count, "step", "steps")]
    if !scores.isEmpty {
      facts.append(
        "mean score " + Format.fixed(scores.reduce(0, +) / Double(scores.count), 1))
    }
    return facts.joined(separator: " · ")
  }
}
