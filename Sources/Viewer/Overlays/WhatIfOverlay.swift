import Traces

/// What other thresholds would have changed in the shown turn: the judge's scores, and acceptance
/// and time over the threshold. All of it is an estimate.
struct WhatIfOverlay: Overlay {
  /// The chosen step among those that would flip.
  private var cursor = ListCursor()

  /// The threshold moves where one sees what it does.
  var contexts: Set<ActionEntry.Context> { [.reader, .steps, .commands] }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    let view = WhatIfView(state, chosen: cursor.index)
    if cursor.move(action, count: view.flips.count, page: 1) { return .stay() }
    guard action == .choose else { return .close() }
    guard let step = view.chosenStep else {
      state.say("No decision would change at this threshold.", .warning)
      return .stay()
    }
    state.show(step)
    return .close()
  }

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    let frame = OverlayFrame(size: state.terminal.size, wantedColumns: 76, wantedRows: 26)
    let tau = Format.score(state.thresholdInForce)
    frame.draw(
      title: DisplayText(" What-if at τ \(tau) (est.) "), on: &canvas, theme: state.terminal.theme)
    let lines = WhatIfView(state, chosen: cursor.index, width: frame.inner.columns)
      .lines(width: frame.inner.columns, rows: frame.inner.rows)
    frame.draw(lines, on: &canvas, theme: state.terminal.theme)
  }
}

/// The text and the charts of what-if.
private struct WhatIfView {
  private static let chartRows = 4
  /// Columns of one half step of the threshold where there is room.
  private static let mostColumnsPerHalf = 3
  private static let labelColumns = 12

  private let turn: (index: Int, state: TurnState)?
  private let threshold: Double
  private let baseSecondsPerToken: Double?
  private let chosen: Int
  /// Scores of the base model's own steps, of all turns.
  private let ownScores: [Double]
  private let coach: String?
  /// The coach calls the judge flat: then one turn's evidence is chance.
  private let isFlat: Bool
  /// Columns of one half step: fewer on narrow screens, so that no threshold is cut off.
  private let columnsPerHalf: Int

  /// - Parameters:
  ///   - chosen: The place, among the steps that would flip, of the one that stands out.
  ///   - width: Columns for the charts.
  init(_ state: ViewerState, chosen: Int, width: Int = .max) {
    self.chosen = chosen
    let room = (width - Self.labelColumns) / WhatIf.thresholds.count
    columnsPerHalf = max(1, min(Self.mostColumnsPerHalf, room))
    turn = state.shownTurn
    threshold = state.thresholdInForce
    baseSecondsPerToken = state.run.baseSecondsPerToken
    ownScores = state.run.ownScores(by: state.run.options.judge, state.run.options.score)
    coach = state.coachLine(columns: .max)
    if case .flat? = state.coach?.advice { isFlat = true } else { isFlat = false }
  }

  /// The steps that would flip.
  var flips: [WhatIf.Flip] {
    turn.map { WhatIf(threshold: threshold, turn: $0.state).flips } ?? []
  }

  /// The flip that stands out.
  var chosenStep: ViewerState.StepID? {
    let flips = flips
    guard let turn, !flips.isEmpty else { return nil }
    return ViewerState.StepID(turn: turn.index, step: flips[min(chosen, flips.count - 1)].step)
  }

  /// What fits into `rows` lines of `width` columns.
  func lines(width: Int, rows: Int) -> [[Span]] {
    guard let turn = turn?.state, turn.mode.judgesSteps,
      turn.steps.contains(where: { $0.judged?.score != nil })
    else {
      let isUnasked = (turn?.state.unaskedSteps ?? 0) > 0
      let sentence =
        isUnasked
        ? "No step of this turn was decided by its score against τ."
        : "No step of this turn has a judge score yet."
      return [[Span(sentence, .dim)]]
    }
    let sweep = WhatIf.sweep(turn, baseSecondsPerToken: baseSecondsPerToken)
    let now = WhatIf(
      threshold: threshold, turn: turn,
      baseSecondsPerToken: baseSecondsPerToken)
    let text = summary(now, turn: turn, width: width)
    // A small screen has room for the histogram and the words, the smallest for the words alone.
    let room = rows - text.count
    var lines: [[Span]] = []
    // A chart, its axis and a blank line.
    func hasRoom() -> Bool { room >= lines.count + Self.chartRows + 2 }
    // Between two charts, of which one would seem to stand on the other.
    func separate() { if room > lines.count + Self.chartRows + 2 { lines.append([]) } }
    if hasRoom() {
      let scores = turn.steps.indices.compactMap { turn.steps[$0].judged?.score }
      lines += histogram(ownScores.isEmpty ? "scores" : "drafts", of: scores, .judgeMid)
      if !ownScores.isEmpty, hasRoom() {
        separate()
        lines += histogram("base's own", of: ownScores, .timeBase)
      }
      lines += [axis, []]
    }
    let charts = lines.count
    if hasRoom() {
      lines += chart("accepted", sweep.map { $0.acceptance?.estimate ?? 0 }, .judgeHigh)
    }
    let times = sweep.map { $0.seconds?.estimate ?? 0 }
    if hasRoom(), let longest = times.max(), longest > 0 {
      if lines.count > charts { separate() }
      lines += chart("time", times.map { $0 / longest }, .timeBase)
    }
    if lines.count > charts { lines += [axis, []] }
    return lines + text
  }

  private func histogram(_ name: String, of scores: [Double], _ scope: Scope) -> [[Span]] {
    var counts = [Int](repeating: 0, count: WhatIf.thresholds.count)
    for score in scores where score.isFinite {
      counts[max(0, min(counts.count - 1, Int(score * 2)))] += 1
    }
    let most = Double(max(1, counts.max() ?? 1))
    return chart(name, counts.map { Double($0) / most }, scope)
  }

  /// A bar for each half step of the threshold; those at and above the one in force stand out.
  private func chart(_ name: String, _ shares: [Double], _ scope: Scope) -> [[Span]] {
    (0..<Self.chartRows).map { row in
      let floor = Double(Self.chartRows - 1 - row) / Double(Self.chartRows)
      let label = row == Self.chartRows - 1 ? name : ""
      let bars = zip(WhatIf.thresholds, shares).map { place, share in
        let part = (share - floor) * Double(Self.chartRows)
        let gap = columnsPerHalf > 1 ? " " : ""
        let bar = String(repeating: Bar.vertical(part), count: columnsPerHalf - gap.count) + gap
        return Span(bar, place >= threshold ? scope : .dim)
      }
      return [Span(label.padding(to: Self.labelColumns), .dim)] + bars
    }
  }

  private var axis: [Span] {
    let marks = WhatIf.thresholds.map { place in
      let isHere = abs(place - threshold) < 0.25
      let digit = place == place.rounded() ? Format.fixed(place, 0) : "·"
      return Span(
        (isHere ? "τ" : digit).padding(to: columnsPerHalf), isHere ? .threshold : .dim)
    }
    return [Span("τ".padding(to: Self.labelColumns), .dim)] + marks
  }

  private func summary(_ now: WhatIf, turn: TurnState, width: Int) -> [[Span]] {
    var sentences: [[Span]] = []
    let tau = Format.score(now.threshold)
    if let acceptance = now.acceptance {
      var text = "At τ \(tau) \(Format.percent(acceptance.estimate)) of the drafted steps accepted"
      if acceptance.low < acceptance.high {
        text += " (\(Format.percent(acceptance.low)) to \(Format.percent(acceptance.high)))"
      }
      if let seconds = now.seconds {
        text += ", \(Format.seconds(seconds.estimate))"
        if let ended = turn.ended { text += " instead of \(Format.seconds(ended.seconds))" }
      }
      sentences.append([Span(text + ".", .text)])
    }
    if let first = now.divergesAt {
      let flips = now.flips.enumerated().flatMap { place, flip in
        let mark = "\(flip.step) \(flip.verdict == .accepted ? "✓" : "✗")"
        let isChosen = place == min(chosen, now.flips.count - 1)
        return [
          Span(isChosen ? "[\(mark)]" : mark, isChosen ? .selection : .stepFlip),
          Span(place == now.flips.count - 1 ? ". " : ", ", .stepFlip),
        ]
      }
      sentences.append(
        [Span("⇄ would flip: ", .stepFlip)] + flips
          + [Span("From step \(first) on this is counterfactual.", .dim)])
    } else {
      sentences.append([Span("No decision would change.", .dim)])
    }
    if !isFlat, let suggested = WhatIf.suggestedThreshold(for: turn) {
      sentences.append([
        Span("This turn speaks for τ \(Format.fixed(suggested, 1)).", .accent),
        Span(" [ and ] move τ.", .dim),
      ])
    } else if !isFlat {
      sentences.append([Span("Nothing in this turn speaks for another τ.", .dim)])
    }
    if let coach { sentences.append([Span("Of the run: \(coach)", .threshold)]) }
    return sentences.flatMap { TextLayout.lines(text: $0, width: width).map(\.spans) }
  }
}

extension String {
  /// Filled up with spaces on the right.
  func padding(to columns: Int) -> String {
    self + String(repeating: " ", count: max(0, columns - count))
  }
}
