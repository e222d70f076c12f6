import Traces

extension ViewerState {
  /// Shows a recorded run instead of a live one.
  ///
  /// - Parameter speed: Seconds of the run in one second, above 0; infinite shows all at once.
  public mutating func replay(_ events: [Event], speed: Double = 1, isPaused: Bool = false) {
    let before = replay == nil ? Replay.Before(run: run, engine: engine) : replay?.before
    replay = Replay(events, speed: speed, isPaused: isPaused)
    if before?.run.started != nil { replay?.before = before }
    engine = .failed("A recording is shown: there are no models that could go on.")
    showAnew(RunState())
    focus = .conversation
  }

  /// Events are shown as time passes: the loop should tell of it.
  public var isPlaying: Bool { replay.map { !$0.isPaused && !$0.isAtEnd } ?? false }

  mutating func pass(_ seconds: Double) {
    guard isPlaying, let count = replay?.advance(by: seconds) else { return }
    show(first: count, isJump: false)
  }

  /// Why `action` cannot be done on a recording; nil when it can.
  func obstacleInReplay(to action: Action) -> String? {
    guard replay != nil else { return nil }
    switch action {
    case .send where composer.text.hasPrefix("/"): return nil
    case .race where run.turns.last?.racedTurn == nil: return "The recording has no race."
    case .send, .editText, .changeModel, .lowerThreshold, .raiseThreshold, .setThreshold, .nextMode,
      .setMode, .settings, .setSetting, .systemPrompt, .examples, .pause, .singleStep,
      .acceptStep, .rejectStep,
      .editStep, .addNote, .writeNote,
      .branch, .answerNow, .goOn:
      return "A recording is shown: there are no models that could do that."
    default:
      return nil
    }
  }

  mutating func performInReplay(_ action: Action) {
    guard var replay else { return }
    switch action {
    case .playOrPause:
      if replay.isAtEnd {
        self.replay?.isPaused = false
        show(first: 0, isJump: true)
      } else {
        self.replay?.isPaused.toggle()
      }
    case .slower, .faster:
      replay.changeSpeed(by: action == .slower ? -1 : 1)
      self.replay = replay
    case .playBack: show(first: replay.place(-1, turns: false), isJump: true)
    case .playOn: show(first: replay.place(1, turns: false), isJump: true)
    case .previousTurn: show(first: replay.place(-1, turns: true), isJump: true)
    case .nextTurn: show(first: replay.place(1, turns: true), isJump: true)
    case .leaveReplay: leaveReplay()
    default: break
    }
  }

  private mutating func leaveReplay() {
    guard let before = replay?.before else { return }
    replay = nil
    engine = before.engine
    showAnew(before.run)
    focus = .composer
  }

  private mutating func show(first count: Int, isJump: Bool) {
    guard let replay else { return }
    let count = min(count, replay.events.count)
    if count < replay.shown { showAnew(RunState()) }
    for event in replay.events[(count < replay.shown ? 0 : replay.shown)..<count] { apply(event) }
    self.replay?.show(count, isJump: isJump)
  }

  /// Shows `run` from its beginning to its end, and nothing of the one before.
  mutating func showAnew(_ run: RunState) {
    self.run = run
    overlay = nil
    race = nil
    otherRun = nil
    viewedBranch = nil
    selected = nil
    selectionStart = nil
    submitted = nil
    requestedThreshold = nil
    requestedMode = nil
    cancelIsRequested = false
    reading.foldedTurns = []
    reading.openSteps = []
    scroll = .following
    hasNewBelow = false
    newStepsBelow = 0
    heldTokens = []
    layout = ConversationLayout()
  }
}
