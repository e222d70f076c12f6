extension ViewerState {
  mutating func toggleSidePane() {
    if ScreenLayout.hasSidePaneBeside(terminal.size) {
      sidePane.isShownBeside.toggle()
    } else {
      sidePane.isShownOver.toggle()
    }
  }

  mutating func toggleTokens() {
    reading.showsTokens.toggle()
    guard reading.showsTokens, screen.sidePane == nil else { return }
    toggleSidePane()
  }

  mutating func toggleFold() {
    let turn = selection.step?.turn ?? run.turns.count - 1
    if reading.foldedTurns.remove(turn) == nil { reading.foldedTurns.insert(turn) }
  }

  mutating func toggleStep() {
    guard let step = shownStep?.id else { return }
    if reading.openSteps.remove(step) == nil { reading.openSteps.insert(step) }
    selection.step = step
    // Its head stays in sight when the step grows.
    settle()
    reveal(step, rows: screen.conversation.rows)
  }
}
