import Traces

extension ViewerState {
  /// Does `action`, which nothing stands in the way of; nil when `argument`, what was written after
  /// its name, is no good, which is said then.
  mutating func perform(_ action: Action, _ argument: String? = nil) -> [Command]? {
    switch action {
    case .send: return send()
    case .complete: complete()
    case .newline: composer.insert(CollectionOfOne("\n"))
    case .switchFocus: switchFocus()
    case .lowerThreshold: return request(threshold: thresholdInForce - Self.thresholdStep)
    case .raiseThreshold: return request(threshold: thresholdInForce + Self.thresholdStep)
    case .nextMode: return request(mode: modeAfter(requestedMode ?? run.mode))
    case .pause, .singleStep, .acceptStep, .rejectStep, .editStep, .addNote, .writeNote,
      .branch, .answerNow:
      return steer(action, argument)
    case .toggleRaw: reading.isRaw.toggle()
    case .toggleTokens: toggleTokens()
    case .toggleStep: toggleStep()
    case .nextReject: jump(1, to: "rejected step") { $0.rejectedDraft != nil }
    case .previousReject: jump(-1, to: "rejected step") { $0.rejectedDraft != nil }
    case .nextNear: jump(1, to: "step near the threshold", \.isNearThreshold)
    case .previousNear: jump(-1, to: "step near the threshold", \.isNearThreshold)
    case .nextByScore: jumpByScore()
    case .search:
      if let argument, !argument.isEmpty {
        startSearch(argument)
      } else {
        overlay = Prompt("Search") { text, state in
          state.startSearch(text)
          return .close()
        }
      }
    case .nextMatch: goToMatch(1)
    case .previousMatch: goToMatch(-1)
    case .filter: return setFilter(argument ?? "")
    case .selectSteps: selectionStart = selectionStart == nil ? shownStep?.id : nil
    case .copyStep: return copySteps()
    case .copyAnswer: return copyAnswer()
    case .whatIf: overlay = WhatIfOverlay()
    case .waterfall: overlay = WaterfallOverlay()
    case .branches: overlay = run.turns.last.map { BranchesOverlay($0) }
    case .settings: overlay = SettingsOverlay()
    case .setSetting: return set(argument ?? "")
    case .changeModel: return chooseModel(argument ?? "")
    case .runs: return [.run(.runs(.list))]
    case .viewRun, .renameRun, .deleteRun, .restoreRun: return performOnRuns(action)
    case .playOrPause, .playBack, .playOn, .previousTurn, .nextTurn, .slower, .faster, .leaveReplay:
      performInReplay(action)
    case .compareRun:
      guard let argument, !argument.isEmpty else { return nil }
      return [.run(.load(argument))]
    case .race: return startRace()
    case .editText: return [.screen(.edit(composer.text, .composer))]
    case .cancel: return cancel()
    case .endInput, .quit: return [.screen(.quit)]
    case .help: overlay = HelpOverlay()
    case .toggleSidePane: toggleSidePane()
    case .toggleFold: toggleFold()
    case .escape: escape()
    case .redraw: return [.screen(.redraw)]
    case .toggleMouse: return toggleMouse()
    case .suspend: return [.screen(.suspend)]
    case .lowerValue, .raiseValue, .changeValue, .showBranch, .markBranch, .compareBranches, .goOn,
      .zoomIn, .zoomOut, .earlier, .later, .closeOverlay, .choose, .previousItem, .nextItem,
      .previousItems, .nextItems:
      return inOverlay { $0.handle(action, in: &$1) }
    case .palette: openPalette()
    case .examples: openExamples()
    case .setThreshold: return setThreshold(argument ?? "")
    case .setMode: return setMode(argument ?? "")
    case .systemPrompt: return setSystemPrompt(argument)
    case .theme: return setTheme(argument ?? "")
    case .previousStep, .nextStep, .scrollUp, .scrollDown, .pageUp, .pageDown, .scrollToStart,
      .scrollToEnd:
      move(action)
    case .left, .right, .up, .down, .wordLeft, .wordRight, .lineStart, .lineEnd,
      .deleteBackward, .deleteForward, .deleteWord, .deleteToLineStart, .deleteToLineEnd, .undo,
      .redo:
      edit(action)
    }
    return []
  }

  private static let thresholdStep = 0.5

  /// The screen shows the new value when its event comes back.
  mutating func request(threshold: Double) -> [Command] {
    let threshold = min(Self.thresholds.upperBound, max(Self.thresholds.lowerBound, threshold))
    requestedThreshold = threshold == run.threshold ? nil : threshold
    return [.run(.control(.setThreshold(threshold)))]
  }

  mutating func request(mode: Mode) -> [Command] {
    requestedMode = mode == run.mode ? nil : mode
    say("Next turn: mode \(mode.rawValue).")
    return [.run(.control(.setMode(mode)))]
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
    newStepsBelow = 0
    selected = nil
    return [.run(.submit(text))]
  }

  /// First cancels what runs, or clears the composer; pressed again, quits.
  private mutating func cancel() -> [Command] {
    if quitIsArmed { return [.screen(.quit)] }
    quitIsArmed = true
    if isRunning || isRacing {
      say("Cancelling. What was written is kept. Ctrl-C again quits.")
      guard !cancelIsRequested else { return [] }
      cancelIsRequested = true
      return [.run(.control(.cancel))]
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

  private mutating func toggleTokens() {
    reading.showsTokens.toggle()
    guard reading.showsTokens, screen.sidePane == nil else { return }
    toggleSidePane()
  }

  private mutating func toggleFold() {
    let turn = selected?.turn ?? run.turns.count - 1
    if reading.foldedTurns.remove(turn) == nil { reading.foldedTurns.insert(turn) }
  }

  mutating func toggleStep() {
    guard let step = shownStep?.id else { return }
    if reading.openSteps.remove(step) == nil { reading.openSteps.insert(step) }
    selected = step
  }

  private mutating func escape() {
    if selectionStart != nil {
      selectionStart = nil
    } else if viewedBranch != nil {
      view(branch: nil)
    } else if sidePane.isShownOver {
      sidePane.isShownOver = false
    } else {
      focus = .composer
    }
  }

  /// Edits the text that is being written: the open overlay's, or the composer's.
  private mutating func edit(_ action: Action) {
    if var line = overlay?.text {
      line.edit(action)
      overlay?.text = line
    } else {
      composer.edit(action)
    }
  }
}

extension Composer {
  fileprivate mutating func edit(_ action: Action) {
    switch action {
    case .left: moveLeft()
    case .right: moveRight()
    case .up: if !moveUp() { recallPrevious() }
    case .down: if !moveDown() { recallNext() }
    case .wordLeft: moveToWordStart()
    case .wordRight: moveToWordEnd()
    case .lineStart: moveToLineStart()
    case .lineEnd: moveToLineEnd()
    case .deleteBackward: deleteBackward()
    case .deleteForward: deleteForward()
    case .deleteWord: deleteWord()
    case .deleteToLineStart: deleteToLineStart()
    case .deleteToLineEnd: deleteToLineEnd()
    case .undo: undo()
    case .redo: redo()
    default: break
    }
  }
}
