import Traces

/// Which part of a turn's time the waterfall shows.
struct Waterfall: Sendable, Equatable {
  /// The time axis shows this part of the turn: 1 the whole, 2 half of it, and so on.
  var zoom = 1
  /// Where the part begins, as a share of the turn, 0 to 1.
  var start = 0.0
  /// Steps above those that are listed.
  var firstStep = 0

  private static let greatestZoom = 64

  mutating func zoom(in closer: Bool) {
    let middle = start + 0.5 / Double(zoom)
    zoom = closer ? min(Self.greatestZoom, zoom * 2) : max(1, zoom / 2)
    start = middle - 0.5 / Double(zoom)
    clamp()
  }

  mutating func move(by screens: Double) {
    start += screens / Double(zoom)
    clamp()
  }

  private mutating func clamp() { start = max(0, min(1 - 1 / Double(zoom), start)) }
}

/// Who worked when: a time axis with a lane for each kind of work, and below it the steps.
struct WaterfallPane {
  private static let labelColumns = 8
  private let state: ViewerState
  private let waterfall: Waterfall
  private let frame: OverlayFrame

  init(_ state: ViewerState, _ waterfall: Waterfall) {
    self.state = state
    self.waterfall = waterfall
    frame = OverlayFrame(
      size: state.size, wantedColumns: state.size.columns - 8, wantedRows: state.size.rows - 6)
  }

  /// Rows in which steps are listed.
  var stepRows: Int { max(1, frame.inner.rows - Timeline.Lane.allCases.count - 4) }

  func draw(on canvas: inout Canvas) {
    let theme = state.theme
    let inner = frame.inner
    let place = waterfall.zoom > 1 ? " \(waterfall.zoom)× " : " "
    frame.draw(title: DisplayText(" Waterfall\(place)"), on: &canvas, theme: theme)
    guard let turn = state.shownStep?.turn ?? state.run.turns.last else {
      canvas.put(
        [Span("Nothing was computed yet.", .dim)], column: inner.column, row: inner.row,
        theme: theme)
      return
    }
    let timeline = Timeline(turn: turn, now: state.run.time)
    for (offset, spans) in lines(timeline, turn: turn, columns: inner.columns).prefix(inner.rows)
      .enumerated()
    {
      canvas.put(
        spans, column: inner.column, row: inner.row + offset, theme: theme, limit: inner.maxColumn)
    }
  }

  private func lines(_ timeline: Timeline, turn: TurnState, columns: Int) -> [[Span]] {
    let width = max(8, columns - Self.labelColumns)
    var lines = [axis(timeline, columns: width)]
    for lane in Timeline.Lane.allCases {
      let spans = timeline.spans.filter { $0.lane == lane }
      lines.append(
        [Span(lane.rawValue.padding(to: Self.labelColumns), lane.scope)]
          + bar(spans, timeline, columns: width))
    }
    lines.append(legend(timeline))
    lines.append([])
    for step in turn.steps.dropFirst(waterfall.firstStep).prefix(stepRows) {
      let number = Format.padded(String(step.number), to: 3)
      lines.append(
        [
          Span(number + " ", .dim),
          Span(step.look.glyph.padding(to: Self.labelColumns - 4), step.look.scope),
        ] + bar(timeline.spans.filter { $0.step == step.number }, timeline, columns: width))
    }
    return lines
  }

  /// Seconds at the axis' ends.
  private func range(of timeline: Timeline) -> ClosedRange<Double> {
    let start = waterfall.start * timeline.seconds
    return start...(start + timeline.seconds / Double(waterfall.zoom))
  }

  private func axis(_ timeline: Timeline, columns: Int) -> [Span] {
    let range = range(of: timeline)
    let marks = 4
    let cell = columns / marks
    let texts = (0..<marks).map { mark in
      let seconds =
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(mark) / Double(marks)
      return ("│" + Format.seconds(seconds)).padding(to: cell)
    }
    return [Span("".padding(to: Self.labelColumns) + texts.joined(), .dim)]
  }

  /// Work as cells of the time axis: a cell belongs to the work that takes most of it; work too
  /// short for half a cell shows as a thin line.
  private func bar(_ spans: [Timeline.Span], _ timeline: Timeline, columns: Int) -> [Span] {
    let range = range(of: timeline)
    let perCell = (range.upperBound - range.lowerBound) / Double(columns)
    guard perCell > 0 else { return [] }
    var cells = [(glyph: String, scope: Scope, share: Double)](
      repeating: (" ", .text, 0), count: columns)
    for span in spans where span.end > range.lowerBound && span.start < range.upperBound {
      // Times from a file may be any numbers, so cells are clamped before they become integers.
      func cell(_ time: Double) -> Int {
        Int(max(0, min(Double(columns - 1), (time - range.lowerBound) / perCell)))
      }
      let (first, last) = (cell(span.start), cell(span.end))
      for cell in first...max(first, last) where cell < columns {
        let begin = range.lowerBound + Double(cell) * perCell
        let share = (min(span.end, begin + perCell) - max(span.start, begin)) / perCell
        guard share > cells[cell].share else { continue }
        let full = span.isWasted ? "░" : span.lane == .judge ? "▓" : "█"
        cells[cell] = (
          share >= 0.5 ? full : "▏", span.isWasted ? .timeWasted : span.lane.scope, share
        )
      }
    }
    return cells.map { Span($0.glyph, $0.scope) }
  }

  private func legend(_ timeline: Timeline) -> [Span] {
    let busy = timeline.spans.reduce(0) { $0 + $1.end - $1.start }
    let wasted = timeline.spans.filter(\.isWasted).reduce(0) { $0 + $1.end - $1.start }
    return [
      Span("".padding(to: Self.labelColumns), .dim), Span("░ wasted ", .timeWasted),
      Span(Format.seconds(wasted), .text), Span("  idle or unfinished ", .dim),
      Span(Format.seconds(max(0, timeline.seconds - busy)), .text), Span("  of ", .dim),
      Span(Format.seconds(timeline.seconds), .text),
    ]
  }
}

extension Timeline.Lane {
  var scope: Scope {
    switch self {
    case .draft: .timeDraft
    case .judge: .timeJudge
    case .base, .answer: .timeBase
    }
  }
}
