import Traces

extension ViewerState {
  /// Does `action`, which nothing stands in the way of.
  mutating func perform(_ action: Action) -> [Command] {
    switch action {
    case .send: return send()
    case .newline: composer.insert(CollectionOfOne("\n"))
    case .switchFocus: focus = focus == .composer ? .conversation : .composer
    case .lowerThreshold: return request(threshold: thresholdInForce - Self.thresholdStep)
    case .raiseThreshold: return request(threshold: thresholdInForce + Self.thresholdStep)
    case .nextMode: return request(mode: modeAfter(requestedMode ?? run.mode))
    case .cancel: return cancel()
    case .endInput, .quit: return [.quit]
    case .help: overlay = .help(firstLine: 0)
    case .toggleSidePane: toggleSidePane()
    case .toggleFold: toggleFold()
    case .escape: escape()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .closeOverlay, .chooseItem, .previousItem, .nextItem, .previousItems, .nextItems:
      performInOverlay(action)
    case .previousStep, .nextStep, .scrollUp, .scrollDown, .pageUp, .pageDown, .scrollToStart,
      .scrollToEnd:
      move(action)
    case .left, .right, .up, .down, .wordLeft, .wordRight, .lineStart, .lineEnd,
      .deleteBackward, .deleteForward, .deleteWord, .deleteToLineStart, .deleteToLineEnd:
      edit(action)
    }
    return []
  }

  private static let thresholdStep = 0.5

  /// The screen shows the new value when its event comes back.
  mutating func request(threshold: Double) -> [Command] {
    let threshold = min(Self.thresholds.upperBound, max(Self.thresholds.lowerBound, threshold))
    requestedThreshold = threshold == run.threshold ? nil : threshold
    return [.control(.setThreshold(threshold))]
  }

  mutating func request(mode: Mode) -> [Command] {
    requestedMode = mode == run.mode ? nil : mode
    say("Next turn: mode \(mode.rawValue).")
    return [.control(.setMode(mode))]
  }

  private func modeAfter(_ mode: Mode) -> Mode {
    let modes = Mode.allCases
    let index = modes.firstIndex(of: mode) ?? 0
    return modes[(index + 1) % modes.count]
  }

  private mutating func send() -> [Command] {
    let text = composer.text
    if text.hasPrefix("/") { return runSlashCommand(text) }
    submitted = composer.send()
    scroll = .following
    hasNewBelow = false
    selected = nil
    return [.submit(text)]
  }

  /// First cancels what runs, or clears the composer; pressed again, quits.
  private mutating func cancel() -> [Command] {
    if quitIsArmed { return [.quit] }
    quitIsArmed = true
    if isRunning {
      say("Cancelling. What was written is kept. Ctrl-C again quits.")
      guard !cancelIsRequested else { return [] }
      cancelIsRequested = true
      return [.control(.cancel)]
    }
    if overlay != nil { overlay = nil }
    composer.clear()
    say("Ctrl-C again quits.")
    return []
  }

  private mutating func toggleSidePane() {
    if ScreenLayout.hasSidePaneBeside(size) {
      sidePane.isShownBeside.toggle()
    } else {
      sidePane.isShownOver.toggle()
    }
  }

  private mutating func toggleFold() {
    let turn = selected?.turn ?? run.turns.count - 1
    if foldedTurns.remove(turn) == nil { foldedTurns.insert(turn) }
  }

  private mutating func escape() {
    if sidePane.isShownOver {
      sidePane.isShownOver = false
    } else {
      focus = .composer
    }
  }

  private mutating func edit(_ action: Action) {
    switch action {
    case .left: composer.moveLeft()
    case .right: composer.moveRight()
    case .up: if !composer.moveUp() { composer.recallPrevious() }
    case .down: if !composer.moveDown() { composer.recallNext() }
    case .wordLeft: composer.moveToWordStart()
    case .wordRight: composer.moveToWordEnd()
    case .lineStart: composer.moveToLineStart()
    case .lineEnd: composer.moveToLineEnd()
    case .deleteBackward: composer.deleteBackward()
    case .deleteForward: composer.deleteForward()
    case .deleteWord: composer.deleteWord()
    case .deleteToLineStart: composer.deleteToLineStart()
    case .deleteToLineEnd: composer.deleteToLineEnd()
    default: break
    }
  }
}
