import Traces

/// Which part of a turn's time the waterfall shows.
struct Waterfall: Sendable, Equatable {
  /// The time axis shows this part of the turn: 1 the whole, 2 half of it, and so on.
  var zoom = 1
  /// Where the part begins, as a share of the turn, 0 to 1.
  var start = 0.0
  /// Steps above those that are listed.
  var firstStep = 0

  /// The piece of work that stands out, by its place in the timeline; nil before one was chosen.
  var chosen: Int?

  private static let greatestZoom = 64

  /// Shows half or twice as much time around the chosen work, or around the middle.
  mutating func zoom(in closer: Bool, over timeline: Timeline) {
    let middle = span(in: timeline).map { share(($0.start + $0.end) / 2, of: timeline) }
    let center = middle ?? start + 0.5 / Double(zoom)
    zoom = closer ? min(Self.greatestZoom, zoom * 2) : max(1, zoom / 2)
    begin(at: center - 0.5 / Double(zoom))
  }

  /// Chooses the piece of work `offset` places on, and shows it.
  mutating func move(by offset: Int, over timeline: Timeline) {
    guard !timeline.spans.isEmpty else { return }
    let next = chosen.map { $0 + offset } ?? (offset > 0 ? 0 : timeline.spans.count - 1)
    chosen = max(0, min(timeline.spans.count - 1, next))
    guard let span = span(in: timeline) else { return }
    let (first, last) = (share(span.start, of: timeline), share(span.end, of: timeline))
    if first < start || last > start + 1 / Double(zoom) {
      begin(at: (first + last - 1 / Double(zoom)) / 2)
    }
  }

  /// The piece of work that stands out.
  func span(in timeline: Timeline) -> Timeline.Span? {
    guard let chosen, timeline.spans.indices.contains(chosen) else { return nil }
    return timeline.spans[chosen]
  }

  private func share(_ seconds: Double, of timeline: Timeline) -> Double {
    timeline.seconds > 0 ? max(0, min(1, seconds / timeline.seconds)) : 0
  }

  private mutating func begin(at share: Double) {
    start = max(0, min(1 - 1 / Double(zoom), share))
  }
}

/// Who worked when: a time axis with a lane for each kind of work, and below it the steps.
struct WaterfallPane {
  private static let labelColumns = 8
  private let state: ViewerState
  private let waterfall: Waterfall
  private let frame: OverlayFrame
  private let turn: (index: Int, state: TurnState)?
  /// The work of the shown turn.
  let timeline: Timeline

  init(_ state: ViewerState, _ waterfall: Waterfall) {
    self.state = state
    self.waterfall = waterfall
    turn =
      state.shownStep.map { ($0.id.turn, $0.turn) }
      ?? state.run.turns.last.map { (state.run.turns.count - 1, $0) }
    timeline = Timeline(turn: turn?.state, now: state.run.time)
    frame = OverlayFrame(
      size: state.size, wantedColumns: state.size.columns - 8, wantedRows: state.size.rows - 6)
  }

  /// The step of the work that stands out; nil where none does, and for the answer.
  var chosenStep: ViewerState.StepID? {
    guard let turn, let step = waterfall.span(in: timeline)?.step else { return nil }
    return ViewerState.StepID(turn: turn.index, step: step)
  }

  /// Rows in which steps are listed.
  var stepRows: Int { max(1, frame.inner.rows - Timeline.Lane.allCases.count - 4) }

  func draw(on canvas: inout Canvas) {
    let theme = state.theme
    let inner = frame.inner
    let place = waterfall.zoom > 1 ? " \(waterfall.zoom)× " : " "
    frame.draw(title: DisplayText(" Waterfall\(place)"), on: &canvas, theme: theme)
    guard let turn else {
      canvas.put(
        [Span("Nothing was computed yet.", .dim)], column: inner.column, row: inner.row,
        theme: theme)
      return
    }
    for (offset, spans) in lines(turn.state, columns: inner.columns).prefix(inner.rows)
      .enumerated()
    {
      canvas.put(
        spans, column: inner.column, row: inner.row + offset, theme: theme, limit: inner.maxColumn)
    }
  }

  private func lines(_ turn: TurnState, columns: Int) -> [[Span]] {
    let width = max(8, columns - Self.labelColumns)
    var lines = [axis(columns: width)]
    for lane in Timeline.Lane.allCases {
      let spans = timeline.spans.filter { $0.lane == lane }
      lines.append(
        [Span(lane.rawValue.padding(to: Self.labelColumns), lane.scope)]
          + bar(spans, columns: width))
    }
    lines.append(legend(turn))
    lines.append(chosenWork)
    for step in turn.steps.dropFirst(waterfall.firstStep).prefix(stepRows) {
      let number = Format.padded(String(step.number), to: 3)
      lines.append(
        [
          Span(number + " ", .dim),
          Span(step.look.glyph.padding(to: Self.labelColumns - 4), step.look.scope),
        ] + bar(timeline.spans.filter { $0.step == step.number }, columns: width))
    }
    return lines
  }

  /// Seconds at the axis' ends.
  private var range: ClosedRange<Double> {
    let start = waterfall.start * timeline.seconds
    return start...(start + timeline.seconds / Double(waterfall.zoom))
  }

  private func axis(columns: Int) -> [Span] {
    let range = range
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
  private func bar(_ spans: [Timeline.Span], columns: Int) -> [Span] {
    let range = range
    let chosen = waterfall.span(in: timeline)
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
        guard share > cells[cell].share || span == chosen else { continue }
        let full = span.isWasted ? "░" : span.lane == .judge ? "▓" : "█"
        cells[cell] = (
          share >= 0.5 ? full : "▏",
          span == chosen ? .selection : span.isWasted ? .timeWasted : span.lane.scope,
          span == chosen ? .infinity : share
        )
      }
    }
    return cells.map { Span($0.glyph, $0.scope) }
  }

  private func legend(_ turn: TurnState) -> [Span] {
    let ahead = turn.droppedAhead.seconds + turn.judgedInVain.seconds
    let busy = timeline.spans.reduce(ahead) { $0 + $1.end - $1.start }
    let wasted = timeline.spans.filter(\.isWasted).reduce(ahead) { $0 + $1.end - $1.start }
    return [
      Span("".padding(to: Self.labelColumns), .dim), Span("░ wasted ", .timeWasted),
      Span(Format.seconds(wasted), .text), Span("  idle or unfinished ", .dim),
      Span(Format.seconds(max(0, timeline.seconds - busy)), .text), Span("  of ", .dim),
      Span(Format.seconds(timeline.seconds), .text),
    ]
  }
}

extension WaterfallPane {
  /// What the work is that stands out.
  private var chosenWork: [Span] {
    guard let span = waterfall.span(in: timeline) else {
      return [Span("← → walk from one piece of work to the next", .dim)]
    }
    let step = span.step.map { "step \($0) " } ?? ""
    let seconds = Format.seconds(span.end - span.start)
    return [
      Span("▸ \(step)\(span.lane.rawValue)  ", .selection),
      Span(
        "\(Format.count(span.tokens, "token", "tokens"))  \(seconds) from "
          + Format.seconds(span.start), .text),
      Span(span.isWasted ? "  wasted" : "", .timeWasted),
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
