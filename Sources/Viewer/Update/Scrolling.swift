extension ViewerState {
  /// From the composer to the conversation, to the step pane where it is shown, and back.
  mutating func switchFocus() {
    focus =
      switch focus {
      case .composer: .conversation
      case .conversation: screen.sidePane == nil ? .composer : .stepPane
      case .stepPane: .composer
      }
  }

  mutating func move(_ action: Action) {
    if focus == .stepPane, let pane = SidePanes(self) {
      let page = max(1, pane.stepRows - 1)
      switch action {
      case .previousStep: scrollStepPane(by: -1)
      case .nextStep: scrollStepPane(by: 1)
      case .scrollUp: scrollStepPane(by: -Self.wheelRows)
      case .scrollDown: scrollStepPane(by: Self.wheelRows)
      case .pageUp: scrollStepPane(by: -page)
      case .pageDown: scrollStepPane(by: page)
      case .scrollToStart: scrollStepPane(by: -pane.stepTop)
      case .scrollToEnd: scrollStepPane(by: .max / 2)
      default: break
      }
      return
    }
    let rows = screen.conversation.rows
    switch action {
    case .previousStep: selectStep(-1, rows: rows)
    case .nextStep: selectStep(1, rows: rows)
    case .scrollUp: scroll(by: -Self.wheelRows, rows: rows)
    case .scrollDown: scroll(by: Self.wheelRows, rows: rows)
    case .pageUp: scroll(by: -max(1, rows - 1), rows: rows)
    case .pageDown: scroll(by: max(1, rows - 1), rows: rows)
    case .scrollToStart: scroll(to: 0, rows: rows)
    case .scrollToEnd:
      selected = nil
      follow()
    default: break
    }
  }

  static let wheelRows = 3

  /// Moves the step pane's text, as far as there is more of it.
  mutating func scrollStepPane(by rows: Int) {
    guard let pane = SidePanes(self), let step = shownStep?.id else { return }
    let last = max(0, pane.stepLines.count - pane.stepRows)
    sidePane.top = SidePane.Top(step: step, row: min(last, max(0, pane.stepTop + rows)))
  }

  private mutating func follow() {
    scroll = .following
    hasNewBelow = false
    newStepsBelow = 0
  }

  private mutating func scroll(by lines: Int, rows: Int) {
    scroll(to: topRow(rows: rows) + lines, rows: rows)
  }

  /// Puts line `row` at the top; at the end, follows new text again.
  mutating func scroll(to row: Int, rows: Int) {
    guard row < layout.height - rows, let anchor = layout.anchor(at: max(0, row)) else {
      follow()
      return
    }
    scroll = .anchored(anchor)
  }

  /// Selects the step `offset` places from the one shown; past the last, follows the run again.
  private mutating func selectStep(_ offset: Int, rows: Int) {
    let steps = shownRun.turns.enumerated().flatMap { index, turn in
      turn.steps.map { StepID(turn: index, step: $0.number) }
    }
    guard let shown = shownStep?.id, let place = steps.firstIndex(of: shown) else { return }
    let next = place + offset
    guard steps.indices.contains(next) else {
      if offset > 0 {
        selected = nil
        follow()
      } else {
        selected = shown
      }
      return
    }
    selected = steps[next]
    reading.foldedTurns.remove(steps[next].turn)
    settle()
    reveal(steps[next], rows: rows)
  }

  /// Scrolls as little as needed for the step to be seen.
  mutating func reveal(_ step: StepID, rows: Int) {
    guard let range = layout.rows(of: step) else { return }
    let top = topRow(rows: rows)
    if range.lowerBound < top || range.count > rows {
      scroll(to: range.lowerBound, rows: rows)
    } else if range.upperBound > top + rows {
      scroll(to: range.upperBound - rows, rows: rows)
    }
  }
}
