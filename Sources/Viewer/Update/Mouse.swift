extension ViewerState {
  mutating func handle(_ event: MouseEvent) -> [Command] {
    if overlay != nil {
      return switch event.kind {
      case .wheel(let key): press(key)
      case .press: inOverlay { $0.press(event.position, in: &$1) }
      case .drag: []
      }
    }
    switch event.kind {
    case .wheel(let key) where SidePanes(self)?.hasStep(at: event.position) == true:
      notice = nil
      scrollStepPane(by: key.code == .wheelUp ? -Self.wheelRows : Self.wheelRows)
    case .wheel(let key): return press(key)
    case .press:
      notice = nil
      pressMain(event.position)
    case .drag: drag(to: event.position)
    }
    return []
  }

  private mutating func pressMain(_ position: Position) {
    selection.pressed = nil
    if screen.sidePane.map({ $0.contains(position) }) ?? false {
      if SidePanes(self)?.hasStep(at: position) == true { focus = .stepPane }
      return
    }
    if screen.composer.contains(position) {
      focus = .composer
      composer.move(to: ComposerPane.index(at: position, in: composer, screen.composer))
    } else if position.row == screen.stripRow {
      guard let step = StripPane(self, screen).step(atColumn: position.column) else { return }
      show(step)
    } else if let block = block(at: position) {
      focus = .conversation
      press(on: block)
    }
  }

  private mutating func press(on block: Block.ID) {
    if let step = block.stepID {
      selection.start = nil
      selection.pressed = step
      if selection.step == step { toggleStep() }
      selection.step = step
    } else if block.part == .summary {
      let folds = reading.foldedTurns
      if folds.contains(block.turn) {
        reading.foldedTurns.remove(block.turn)
      } else {
        reading.foldedTurns.insert(block.turn)
      }
    }
  }

  /// Selects the steps from where the button was pressed to `position`.
  private mutating func drag(to position: Position) {
    guard let start = selection.pressed,
      let step = block(at: position)?.stepID, step != selection.step
    else { return }
    selection.start = step == start ? nil : start
    selection.step = step
  }

  /// The paragraph of the conversation at `position`.
  private func block(at position: Position) -> Block.ID? {
    let rect = screen.conversation
    guard !run.turns.isEmpty, (rect.row..<rect.maxRow).contains(position.row) else { return nil }
    let row = topRow(rows: rect.rows) + position.row - rect.row
    return layout.lines(in: row..<(row + 1)).first?.id
  }

  mutating func toggleMouse() -> [Command] {
    terminal.takesMouse.toggle()
    say(
      terminal.takesMouse
        ? "The mouse selects steps and scrolls." : "The mouse is left to the terminal's selection.")
    return [.screen(.mouse(terminal.takesMouse))]
  }
}

extension Block.ID {
  fileprivate var stepID: ViewerState.StepID? {
    isStep ? ViewerState.StepID(turn: turn, step: step) : nil
  }
}
