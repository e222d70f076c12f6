import Traces

extension ActionTable {
  /// The controls of a replay.
  static let replaying: [ActionEntry] = [
    ActionEntry(
      "play-or-pause", "pause the replay, and go on", [.plain(" ")], .replay, footer: "pause",
      do: { $0.playOrPause() }),
    ActionEntry(
      "play-back", "back by one step", [Key(.left)], .replay, footer: "back",
      do: { $0.jumpInReplay(-1, turns: false) }),
    ActionEntry(
      "play-on", "on by one step", [Key(.right)], .replay, footer: "on",
      do: { $0.jumpInReplay(1, turns: false) }),
    ActionEntry(
      "previous-turn", "back by one turn", [Key(.left, .shift)], .replay,
      do: { $0.jumpInReplay(-1, turns: true) }),
    ActionEntry(
      "next-turn", "on by one turn", [Key(.right, .shift)], .replay,
      do: { $0.jumpInReplay(1, turns: true) }),
    ActionEntry(
      "slower", "slower", [.plain("-")], .replay, footer: "slower",
      do: { $0.replay?.changeSpeed(by: -1) }),
    ActionEntry(
      "faster", "faster", [.plain("+"), .plain("=")], .replay, footer: "faster",
      do: { $0.replay?.changeSpeed(by: 1) }),
    ActionEntry(
      "leave-replay", "back to the run at hand", [Key(.escape)], .replay,
      unless: { state in
        state.replay?.before == nil
          ? "There is nothing but this recording: q quits." : nil
      },
      run: { state, _ in state.leaveReplay() }),
  ]
}

extension ViewerState {
  /// Replays a recorded run.
  ///
  /// - Parameter speed: Playback speed relative to the recording, above 0; infinity shows all at once.
  public mutating func replay(_ events: [Event], speed: Double = 1, isPaused: Bool = false) {
    let before = replay == nil ? Replay.Before(run: run, engine: engine) : replay?.before
    replay = Replay(events, speed: speed, isPaused: isPaused)
    if before?.run.started != nil { replay?.before = before }
    beginReplay()
  }

  /// Plays the demo's recording at reading speed; what was at hand waits meanwhile.
  mutating func playDemo(_ events: [Event]) {
    guard replay == nil else { return }
    let before = Replay.Before(run: run, engine: engine)
    replay = Replay(events, pace: .reading, speed: 1, isPaused: false)
    replay?.before = before
    beginReplay()
    say("A recorded run, at reading speed: Space pauses, Esc comes back here.")
  }

  mutating func showReplayToItsEnd() { show(first: .max, isJump: true) }

  /// Shows a run that another process writes, from its beginning on; `extend` adds what comes.
  ///
  /// It can be paused, and gone back in, like any recording.
  public mutating func follow(_ events: [Event] = []) {
    let isPaused = replay?.isPaused ?? false
    replay = Replay(events, pace: .followed, speed: .infinity, isPaused: isPaused)
    beginReplay()
    engine = .failed("Another process works on this run: it can only be watched here.")
    if !isPaused { show(first: events.count, isJump: false) }
  }

  /// Adds to the followed run what was written meanwhile, and shows it at once where that is wanted.
  mutating func extend(by events: [Event]) {
    // A second copy of the replay while it grows would make its events be copied with it.
    guard replay?.isFollowing == true else { return }
    replay?.append(events)
    if let replay, !replay.isPaused, replay.speed.isInfinite {
      show(first: replay.events.count, isJump: false)
    }
  }

  private mutating func beginReplay() {
    engine = .failed("A recording is shown: there are no models that could go on.")
    showAnew(RunState())
    focus = .conversation
  }

  /// A recording plays, so that `elapsed` messages are needed.
  public var isPlaying: Bool { replay.map { !$0.isPaused && !$0.isAtEnd } ?? false }

  mutating func pass(_ seconds: Double) {
    guard isPlaying, let count = replay?.advance(by: seconds) else { return }
    show(first: count, isJump: false)
  }

  fileprivate mutating func playOrPause() {
    guard let replay else { return }
    if replay.isAtEnd, !replay.isFollowing {
      self.replay?.isPaused = false
      show(first: 0, isJump: true)
    } else {
      self.replay?.isPaused.toggle()
    }
  }

  /// Jumps to the previous (-1) or next (1) end of a step or, with `turns`, of a prompt.
  fileprivate mutating func jumpInReplay(_ direction: Int, turns: Bool) {
    guard let replay else { return }
    // What is live would go on at once.
    if replay.isFollowing, direction < 0 { self.replay?.isPaused = true }
    show(first: replay.place(direction, turns: turns), isJump: true)
  }

  fileprivate mutating func leaveReplay() -> [Command] {
    guard let before = replay?.before else { return [] }
    replay = nil
    engine = before.engine
    showAnew(before.run)
    focus = .composer
    return sendNext()
  }

  private mutating func show(first count: Int, isJump: Bool) {
    guard let replay else { return }
    let count = min(count, replay.events.count)
    if count < replay.shown {
      let tried = requested.threshold
      showAnew(RunState())
      requested.threshold = tried
    }
    for event in replay.events[(count < replay.shown ? 0 : replay.shown)..<count] {
      apply(event)
      if replay.pace == .reading { explain(event) }
    }
    self.replay?.show(count, isJump: isJump)
  }

  /// Says what an event of the demo means, where it is one of those to be understood.
  private mutating func explain(_ event: Event) {
    let tau = Format.score(run.threshold)
    switch event.kind {
    case .stepDecided(let decided) where decided.by == .judge:
      guard let score = shownStep?.step.judged?.score else { return }
      say(
        decided.verdict == .accepted
          ? "The base model gave \(Format.score(score)), at least τ \(tau): the draft's step stays."
          : "The base model gave \(Format.score(score)), below τ \(tau): it writes the step anew.",
        decided.verdict == .accepted ? .stepAccepted : .stepRejected)
    case .turnEnded:
      say("That is all: [ and ] move τ and show what would flip, w says more, Esc goes back.")
    default: break
    }
  }

  /// Replaces the shown run by `run`, and resets everything that belonged to the old one.
  mutating func showAnew(_ run: RunState) {
    self.run = run
    overlay = nil
    opponents = Opponents()
    viewedBranch = nil
    selection = Selection(search: selection.search)
    requested = Requested()
    coaching = Coaching()
    reading.foldedTurns = []
    reading.openSteps = []
    scroll = Scroll()
    heldTokens = []
    layout = ConversationLayout()
  }
}
