import Traces

/// Who worked when: a time axis with a lane for each kind of work, and below it the steps.
struct WaterfallOverlay: Overlay {
  /// The time axis shows this part of the turn: 1 the whole, 2 half of it, and so on.
  private var zoom = 1
  /// Where the part begins, as a share of the turn, 0 to 1.
  private var start = 0.0
  private var stepScroll = ListCursor()
  /// The piece of work that stands out, by its place in the timeline; nil before one was chosen.
  private var chosen: Int?

  private static let greatestZoom = 64

  var contexts: Set<ActionEntry.Context> { [.reader, .steps, .chart] }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    let turn = state.shownTurn
    let timeline = Timeline(turn: turn?.state, now: state.run.time)
    let rows = Self.stepRows(in: Self.frame(state.terminal.size))
    if stepScroll.scroll(action, lines: turn?.state.steps.count ?? 0, rows: rows) { return .stay() }
    switch action {
    case .zoomIn: zoom(in: true, over: timeline)
    case .zoomOut: zoom(in: false, over: timeline)
    case .earlier: move(by: -1, over: timeline)
    case .later: move(by: 1, over: timeline)
    case .choose:
      guard let turn, let step = span(in: timeline)?.step else { break }
      state.show(ViewerState.StepID(turn: turn.index, step: step))
      return .close()
    default: return .close()
    }
    return .stay()
  }

  /// Shows half or twice as much time around the chosen work, or around the middle.
  private mutating func zoom(in closer: Bool, over timeline: Timeline) {
    let middle = span(in: timeline).map { share(($0.start + $0.end) / 2, of: timeline) }
    let center = middle ?? start + 0.5 / Double(zoom)
    zoom = closer ? min(Self.greatestZoom, zoom * 2) : max(1, zoom / 2)
    begin(at: center - 0.5 / Double(zoom))
  }

  /// Chooses the piece of work `offset` places on, and shows it.
  private mutating func move(by offset: Int, over timeline: Timeline) {
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
  private func span(in timeline: Timeline) -> Timeline.Span? {
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

// MARK: Drawing

extension WaterfallOverlay {
  private static let labelColumns = 8

  private static func frame(_ size: Size) -> OverlayFrame {
    OverlayFrame(size: size, wantedColumns: size.columns - 8, wantedRows: size.rows - 6)
  }

  /// Rows in which steps are listed.
  private static func stepRows(in frame: OverlayFrame) -> Int {
    max(1, frame.inner.rows - Timeline.Lane.allCases.count - 4)
  }

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    let frame = Self.frame(state.terminal.size)
    let place = zoom > 1 ? " \(zoom)× " : " "
    frame.draw(title: DisplayText(" Waterfall\(place)"), on: &canvas, theme: state.terminal.theme)
    let turn = state.shownTurn?.state
    let timeline = Timeline(turn: turn, now: state.run.time)
    let lines = turn.map { self.lines($0, timeline, in: frame) }
    frame.draw(
      lines ?? [[Span("Nothing was computed yet.", .dim)]], on: &canvas, theme: state.terminal.theme
    )
  }

  private func lines(
    _ turn: TurnState, _ timeline: Timeline, in frame: OverlayFrame
  ) -> [[Span]] {
    let width = max(8, frame.inner.columns - Self.labelColumns)
    var lines = [axis(timeline, columns: width)]
    for lane in Timeline.Lane.allCases {
      let spans = timeline.spans.filter { $0.lane == lane }
      lines.append(
        [Span(lane.rawValue.padding(to: Self.labelColumns), lane.scope)]
          + bar(spans, in: timeline, columns: width))
    }
    lines.append(legend(turn, timeline))
    lines.append(chosenWork(in: timeline))
    for step in turn.steps.dropFirst(stepScroll.index).prefix(Self.stepRows(in: frame)) {
      let number = Format.padded(String(step.number), to: 3)
      let look = step.look(in: turn)
      lines.append(
        [
          Span(number + " ", .dim),
          Span(look.glyph.padding(to: Self.labelColumns - 4), look.scope),
        ] + bar(timeline.spans.filter { $0.step == step.number }, in: timeline, columns: width))
    }
    return lines
  }

  /// Seconds at the axis' ends.
  private func range(of timeline: Timeline) -> ClosedRange<Double> {
    let start = start * timeline.seconds
    return start...(start + timeline.seconds / Double(zoom))
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
  private func bar(
    _ spans: [Timeline.Span], in timeline: Timeline, columns: Int
  ) -> [Span] {
    let range = range(of: timeline)
    let chosen = span(in: timeline)
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
        let full = span.isDiscarded ? "░" : span.lane == .judge ? "▓" : "█"
        cells[cell] = (
          // A glyph of its own: a full cell in reverse would be a hole.
          span == chosen ? "◆" : share >= 0.5 ? full : "▏",
          span.isDiscarded ? .timeWasted : span.lane.scope,
          span == chosen ? .infinity : share
        )
      }
    }
    return cells.map { Span($0.glyph, $0.scope) }
  }

  private func legend(_ turn: TurnState, _ timeline: Timeline) -> [Span] {
    let ahead = turn.droppedAhead.seconds + turn.judgedInVain.seconds
    let busy = timeline.spans.reduce(ahead) { $0 + $1.end - $1.start }
    let wasted = timeline.spans.filter(\.isDiscarded).reduce(ahead) { $0 + $1.end - $1.start }
    return [
      Span("".padding(to: Self.labelColumns), .dim), Span("░ wasted ", .timeWasted),
      Span(Format.seconds(wasted), .text), Span("  idle or unfinished ", .dim),
      Span(Format.seconds(max(0, timeline.seconds - busy)), .text), Span("  of ", .dim),
      Span(Format.seconds(timeline.seconds), .text),
    ]
  }

  /// What the work is that stands out.
  private func chosenWork(in timeline: Timeline) -> [Span] {
    guard let span = span(in: timeline) else {
      return [Span("← → walk from one piece of work to the next", .dim)]
    }
    let step = span.step.map { "step \($0) " } ?? ""
    let seconds = Format.seconds(span.end - span.start)
    return [
      Span("◆ \(step)\(span.lane.rawValue)  ", .title),
      Span(
        "\(Format.count(span.tokens, "token", "tokens"))  \(seconds) from "
          + Format.seconds(span.start), .text),
      Span(span.isDiscarded ? "  wasted" : "", .timeWasted),
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

// MARK: Actions

extension ActionEntry.Context {
  static let chart = Self("chart", "In the waterfall")
}

extension Action {
  fileprivate static let zoomIn: Action = "zoom-in"
  fileprivate static let zoomOut: Action = "zoom-out"
  fileprivate static let earlier: Action = "earlier"
  fileprivate static let later: Action = "later"
}

extension WaterfallOverlay {
  static let actions: [ActionEntry] = [
    ActionEntry(.zoomIn, "closer", [.plain("+"), .plain("=")], .chart, footer: "closer"),
    ActionEntry(.zoomOut, "farther", [.plain("-")], .chart, footer: "farther"),
    ActionEntry(
      .earlier, "the piece of work before", [Key(.left), .plain("h")], .chart, footer: "before"),
    ActionEntry(
      .later, "the piece of work after", [Key(.right), .plain("l")], .chart, footer: "after"),
  ]
}
