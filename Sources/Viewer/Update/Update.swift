import Traces

/// Applies one message to `state` and returns the commands that follow from it.
///
/// Pure: no clock, no files, no terminal. The results of commands come back as messages.
public func update(_ state: inout ViewerState, _ message: Message) -> [Command] {
  switch message {
  case .key(let key):
    state.settle()
    return state.press(key)
  case .mouse(let event):
    state.settle()
    return state.handle(event)
  case .paste(let text):
    return state.paste(text)
  case .resize(let size):
    state.terminal.size = size
    return []
  case .event(let event):
    if state.replay?.before != nil {
      state.replay?.before?.run.apply(event)
      return []
    }
    for event in state.released(by: event) { state.apply(event) }
    guard case .turnEnded = event.kind else { return [] }
    return state.sendNext()
  case .race(let event):
    if let event {
      state.opponents.race?.apply(event)
    } else {
      state.requested.cancel = false
      // One that could not begin leaves nothing to show.
      if state.isRacing { state.opponents.race = nil }
    }
    return state.sendNext()
  case .engine(let status):
    // Another model loads: the bars of the first two are over.
    if case .loading = status { state.vitals.loads = [] }
    if state.replay?.before != nil {
      state.replay?.before?.engine = status
    } else if state.replay == nil {
      state.engine = status
    }
    if case .failed = status { state.requested.problem = nil }
    return state.sendNext()
  case .edited(let purpose, let result):
    return state.finishEdit(result, for: purpose)
  case .loaded(let run):
    state.compare(with: run)
    return []
  case .models(let role, let choices):
    state.list(choices, for: role)
    return []
  case .runs(let runs):
    state.list(runs)
    return []
  case .deleted(let id):
    state.deletedRun = id
    return [.run(.runs(.list))]
  case .opened(let run):
    state.goOn(with: run)
    return []
  case .recorded(let events):
    state.replay(events, isPaused: false)
    return []
  case .following(let events):
    state.follow(events)
    return []
  case .followed(let events):
    state.extend(by: events)
    return []
  case .demo(let events):
    state.playDemo(events)
    return []
  case .elapsed(let seconds):
    state.pass(seconds)
    return []
  case .told(let text, let isWarning):
    state.say(text, isWarning ? .warning : .accent)
    return []
  case .tick:
    state.vitals.ticks &+= 1
    return []
  case .progress(let progress):
    state.vitals.take(progress)
    return []
  case .memory(let bytes):
    state.vitals.memoryBytes = bytes
    return []
  case .background(let color):
    state.suit(to: color)
    return []
  }
}

extension ViewerState {
  mutating func press(_ key: Key) -> [Command] {
    notice = nil
    let action = terminal.keys.action(for: key, in: self)
    if action != .cancel { quitIsArmed = false }
    guard let action else { return type(key) }
    return perform(action) ?? []
  }

  private mutating func type(_ key: Key) -> [Command] {
    guard case .character(let character) = key.code, key.modifiers.isEmpty,
      overlay != nil || focus == .composer
    else { return [] }
    return insert(CollectionOfOne(character))
  }

  fileprivate mutating func paste(_ text: String) -> [Command] {
    notice = nil
    if overlay == nil { focus = .composer }
    // "\r\n" is one character in Swift, so both spellings are caught here.
    let characters = text.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }
    if overlay != nil { return insert(characters) }
    if !composer.paste(characters) { sayTooLong() }
    return []
  }

  /// Inserts text into the open overlay, or into the composer.
  private mutating func insert(_ characters: some Collection<Character>) -> [Command] {
    if overlay != nil { return inOverlay { $0.insert(Array(characters), in: &$1) } }
    if !composer.insert(characters) { sayTooLong() }
    return []
  }

  mutating func sayTooLong() {
    say("No more than \(Composer.limit) characters fit; the rest was left out.", .warning)
  }

  mutating func apply(_ event: Event) {
    // The last step is shown as being written until the turn is over.
    let lastStep = run.turns.last?.steps.last?.number ?? 0
    layout.markStale(
      from: run.turns.count - 1, step: min(lastStep, event.kind.firstChangedStep))
    run.apply(event)
    if !event.kind.isToken { coaching.markStale() }
    switch event.kind {
    case .runStarted, .token, .stepRouted, .stepDrafted, .stepScreened, .stepJudged, .stepDecided,
      .stepScored, .answer:
      break
    case .stepCommitted:
      // It looks at all steps, and of very many one more changes nothing.
      let steps = run.turns.last?.steps.count ?? 0
      if steps.isMultiple(of: max(1, steps / 256)) { tellCoach(isAtEnd: false) }
    case .turnStarted:
      opponents.race = nil
      view(branch: nil)
      requested.problem = nil
      requested.cancel = false
    case .turnEnded:
      requested.problem = nil
      requested.cancel = false
      quitIsArmed = false
      tellCoach(isAtEnd: true)
    case .control(.set(let setting)):
      if setting.option == .threshold, requested.threshold == run.options.acceptance {
        requested.threshold = nil
      }
      if setting.option == .mode, requested.mode == run.mode { requested.mode = nil }
    case .raceEnded(let race):
      say(
        "The base model alone took \(Format.seconds(race.seconds)): \(race.comparison).")
    case .branchStarted:
      view(branch: nil)
    case .control, .thresholdAdapted, .generationDropped, .aheadDropped, .turnWaited:
      break
    case .warning(let problem):
      if run.turns.isEmpty { say(problem.message, .warning) }
    case .error(let problem):
      // A turn shows its own errors; before the first there is no other place.
      if requested.problem != nil || run.turns.isEmpty { say(problem.message, .error) }
      requested.problem = nil
    }
    guard case .anchored = scroll.position, event.kind.addsText else { return }
    scroll.hasNew = true
    if case .stepCommitted = event.kind { scroll.newSteps += 1 }
  }
}

extension Event.Kind {
  fileprivate var isToken: Bool {
    if case .token = self { true } else { false }
  }

  /// The first step of the last turn whose text may change; `.max` if only text after the steps may.
  fileprivate var firstChangedStep: Int {
    switch self {
    case .token(let token): token.step ?? .max
    case .stepRouted(let routed): routed.step
    case .stepDrafted(let drafted): drafted.step
    case .stepScreened(let screened): screened.step
    case .stepJudged(let judged): judged.step
    case .stepDecided(let decided): decided.step
    case .stepCommitted(let committed): committed.step
    case .stepScored(let scored): scored.step
    case .generationDropped(let dropped): dropped.step ?? .max
    case .answer, .turnEnded, .turnStarted, .warning, .error, .turnWaited, .aheadDropped: .max
    case .runStarted, .control, .branchStarted, .thresholdAdapted, .raceEnded: 0
    }
  }

  fileprivate var addsText: Bool {
    switch self {
    case .turnStarted, .token, .stepCommitted, .branchStarted, .answer, .turnEnded, .warning,
      .error:
      true
    case .runStarted, .stepRouted, .stepDrafted, .stepScreened, .stepJudged, .stepDecided,
      .thresholdAdapted, .control,
      .stepScored, .generationDropped, .aheadDropped, .turnWaited, .raceEnded:
      false
    }
  }
}
