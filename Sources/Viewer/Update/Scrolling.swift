extension ViewerState {
  /// Moves the focus from the composer to the conversation, to the step pane if visible, and back.
  mutating func switchFocus() {
    focus =
      switch focus {
      case .composer: .conversation
      case .conversation: screen.sidePane == nil ? .composer : .stepPane
      case .stepPane: .composer
      }
  }

  /// Moves the selection by `offset` steps; scrolls by rows if the step pane has the focus.
  mutating func goToStep(_ offset: Int) {
    if focus == .stepPane, screen.sidePane != nil {
      scrollStepPane(by: offset)
    } else {
      selectStep(offset, rows: screen.conversation.rows)
    }
  }

  mutating func scroll(byRows rows: Int) {
    if focus == .stepPane, screen.sidePane != nil {
      scrollStepPane(by: rows)
    } else {
      scroll(by: rows, rows: screen.conversation.rows)
    }
  }

  mutating func scroll(byPages pages: Int) {
    let pane = focus == .stepPane ? SidePanes(self) : nil
    scroll(byRows: pages * max(1, (pane?.stepRows ?? screen.conversation.rows) - 1))
  }

  mutating func scrollToStart() {
    if focus == .stepPane, screen.sidePane != nil {
      scrollStepPane(by: -(Int.max / 2))
    } else {
      scroll(to: 0, rows: screen.conversation.rows)
    }
  }

  mutating func scrollToEnd() {
    if focus == .stepPane, screen.sidePane != nil {
      scrollStepPane(by: Int.max / 2)
    } else {
      selection.step = nil
      followRun()
    }
  }

  static let wheelRows = 3

  /// Scrolls the step pane, within its text.
  mutating func scrollStepPane(by rows: Int) {
    guard let pane = SidePanes(self), let step = shownStep?.id else { return }
    let last = max(0, pane.stepLines.count - pane.stepRows)
    sidePane.top = SidePane.Top(step: step, row: min(last, max(0, pane.stepTop + rows)))
  }

  /// Scrolls to the end and follows new text.
  mutating func followRun() {
    scroll = Scroll()
  }

  private mutating func scroll(by lines: Int, rows: Int) {
    scroll(to: topRow(rows: rows) + lines, rows: rows)
  }

  /// Scrolls line `row` to the top; at the end, follows new text.
  mutating func scroll(to row: Int, rows: Int) {
    guard row < layout.height - rows, let anchor = layout.anchor(at: max(0, row)) else {
      followRun()
      return
    }
    scroll.position = .anchored(anchor)
  }

  /// Moves the selection by `offset` steps; past the last step, follows new text.
  private mutating func selectStep(_ offset: Int, rows: Int) {
    let steps = shownRun.turns.enumerated().flatMap { index, turn in
      turn.steps.map { StepID(turn: index, step: $0.number) }
    }
    guard let shown = shownStep?.id, let place = steps.firstIndex(of: shown) else { return }
    let next = place + offset
    guard steps.indices.contains(next) else {
      if offset > 0 {
        selection.step = nil
        followRun()
      } else {
        selection.step = shown
      }
      return
    }
    selection.step = steps[next]
    reading.foldedTurns.remove(steps[next].turn)
    settle()
    reveal(steps[next], rows: rows)
  }

  /// Scrolls as little as needed to make the step visible.
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
