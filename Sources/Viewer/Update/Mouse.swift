extension ViewerState {
  mutating func handle(_ event: MouseEvent) -> [Command] {
    settle()
    switch (event.kind, overlay) {
    case (.wheel(let key), nil) where SidePanes(self)?.hasStep(at: event.position) == true:
      notice = nil
      scrollStepPane(by: key.code == .wheelUp ? -Self.wheelRows : Self.wheelRows)
    case (.wheel(let key), _): return press(key)
    case (.press, nil):
      notice = nil
      pressMain(event.position)
    case (.press, .chooser(let chooser)): return press(event.position, in: chooser)
    case (.drag, nil): drag(to: event.position)
    case (.press, _), (.drag, _): break
    }
    return []
  }

  private mutating func pressMain(_ position: Position) {
    let screen = ScreenLayout(self)
    pressedStep = nil
    if screen.sidePane.map({ $0.contains(position) }) ?? false {
      if SidePanes(self)?.hasStep(at: position) == true { focus = .stepPane }
      return
    }
    if screen.composer.contains(position) {
      focus = .composer
      composer.move(to: ComposerPane(self, screen).index(at: position))
    } else if position.row == screen.stripRow {
      guard let step = StripPane(self, screen).step(atColumn: position.column) else { return }
      show(step)
    } else if let block = block(at: position, in: screen) {
      focus = .conversation
      press(on: block)
    }
  }

  private mutating func press(on block: Block.ID) {
    if let step = block.stepID {
      selectionStart = nil
      pressedStep = step
      if selected == step { toggleStep() }
      selected = step
    } else if block.part == .summary {
      let folds = reading.foldedTurns
      if folds.contains(block.turn) {
        reading.foldedTurns.remove(block.turn)
      } else {
        reading.foldedTurns.insert(block.turn)
      }
    }
  }

  /// From one step to another, selects the steps between them.
  private mutating func drag(to position: Position) {
    guard let start = pressedStep,
      let step = block(at: position, in: ScreenLayout(self))?.stepID, step != selected
    else { return }
    selectionStart = step == start ? nil : start
    selected = step
  }

  /// The paragraph of the conversation that is drawn at `position`.
  private func block(at position: Position, in screen: ScreenLayout) -> Block.ID? {
    let rect = screen.conversation
    guard !run.turns.isEmpty, (rect.row..<rect.maxRow).contains(position.row) else { return nil }
    let row = topRow(rows: rect.rows) + position.row - rect.row
    return layout.lines(in: row..<(row + 1)).first?.id
  }

  /// The first click on a line chooses it, the next one takes it; a click beside the list closes it.
  private mutating func press(_ position: Position, in chooser: Chooser) -> [Command] {
    let pane = ChooserPane(self, chooser)
    guard pane.rect.contains(position) else { return performInOverlay(.closeOverlay) }
    guard let match = pane.match(at: position) else { return [] }
    if match == chooser.chosen { return performInOverlay(.choose) }
    var chooser = chooser
    chooser.move(by: match - chooser.chosen)
    overlay = .chooser(chooser)
    return []
  }

  mutating func toggleMouse() -> [Command] {
    takesMouse.toggle()
    say(
      takesMouse
        ? "The mouse selects steps and scrolls." : "The mouse is left to the terminal's selection.")
    return [.screen(.mouse(takesMouse))]
  }
}

extension Block.ID {
  fileprivate var stepID: ViewerState.StepID? {
    isStep ? ViewerState.StepID(turn: turn, step: step) : nil
  }
}
