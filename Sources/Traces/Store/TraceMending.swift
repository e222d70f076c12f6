/// Makes a whole story of the events that could be read of a trace.
///
/// A lost line leaves a gap: a turn or a branch without its beginning, a step or an answer without
/// its end. Where a later event shows such a gap, the missing event is put in as far as it can be
/// told, so that what follows is not taken for part of something else.
struct TraceMending {
  /// The prompt of a turn whose beginning is lost.
  static let lostPrompt = "(The line of the trace that held this question is damaged.)"

  /// What the events tell so far.
  private(set) var run = RunState()
  /// A line was lost since the turn or branch at hand began.
  private var hasGap = false
  /// A line was lost since the step at hand began.
  private var hasGapInStep = false
  /// The person asked for a change of steps since the turn or branch at hand began.
  private var isSteered = false

  /// A line could not be read here.
  mutating func noteLostLine() {
    hasGap = true
    hasGapInStep = true
  }

  /// Takes in the next event; gives those that are missing before it.
  mutating func append(_ event: Event) -> [Event] {
    var missing: [Event] = []
    // At most a turn's beginning, a step's end and an answer's; the bound is for hostile files.
    while missing.count < 4, let found = missingEvent(before: event) {
      missing.append(found)
      fold(found)
    }
    fold(event)
    return missing
  }

  /// Ends what is open; gives the events that do.
  mutating func close() -> [Event] {
    let events = run.closingEvents
    for event in events { fold(event) }
    return events
  }

  private mutating func fold(_ event: Event) {
    let step = run.turns.last?.steps.last?.number
    run.apply(event)
    if run.turns.last?.steps.last?.number != step { hasGapInStep = false }
    switch event.kind {
    case .turnStarted, .branchStarted: (hasGap, hasGapInStep, isSteered) = (false, false, false)
    case .control(let control): isSteered = isSteered || control.changesSteps
    default: break
    }
  }

  private func missingEvent(before event: Event) -> Event? {
    let turn = run.turns.last
    if case .turnStarted = event.kind, let turn, turn.ended == nil {
      return run.closingEvents.first
    }
    guard hasGap, event.kind.isPartOfTurn else { return nil }
    let step = event.kind.stepNumber
    guard let turn, turn.ended == nil || isSteered else {
      var number = (turn?.number ?? 0) + 1
      if case .turnEnded(let end) = event.kind {
        guard end.turn != turn?.number else { return nil }
        number = end.turn
      }
      let started = TurnStarted(turn: number, prompt: Self.lostPrompt)
      return Event(time: event.time, kind: .turnStarted(started))
    }
    // Steps come in order, so the one meant is nearly always the last.
    let isKnown = step.map { $0 <= turn.steps.last?.number ?? 0 } ?? false
    let wasKept = isKnown && step.flatMap(turn.step)?.committed != nil
    if turn.ended != nil || wasKept {
      let branch = BranchStarted(
        turn: turn.number, branch: turn.branch + 1, parent: turn.branch,
        keeps: max(0, (step ?? turn.steps.count + 1) - 1))
      return Event(time: event.time, kind: .branchStarted(branch))
    }
    guard hasGapInStep, let last = turn.steps.last else { return nil }
    let endsPart =
      switch event.kind {
      case .turnEnded: true
      default: turn.answerText.isEmpty && (step ?? .max) > last.number
      }
    guard endsPart else { return nil }
    return turn.unfinishedPart(at: run.time, isWhole: true).map { Event(time: run.time, kind: $0) }
  }
}

extension Event.Kind {
  /// Whether a turn must be under way for it.
  fileprivate var isPartOfTurn: Bool {
    switch self {
    case .token, .stepRouted, .stepDrafted, .stepScreened, .stepJudged, .stepDecided,
      .stepCommitted, .answer, .turnEnded:
      true
    default: false
    }
  }

  /// The step that it is about; nil where it is about none, or the answer.
  fileprivate var stepNumber: Int? {
    switch self {
    case .token(let token): token.step
    case .stepRouted(let routed): routed.step
    case .stepDrafted(let drafted): drafted.step
    case .stepScreened(let screened): screened.step
    case .stepJudged(let judged): judged.step
    case .stepDecided(let decided): decided.step
    case .stepCommitted(let committed): committed.step
    default: nil
    }
  }
}

extension Control {
  /// Whether a branch may begin with it.
  fileprivate var changesSteps: Bool {
    switch self {
    case .steer: true
    default: false
    }
  }
}
