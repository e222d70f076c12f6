/// A run as its events tell it so far: `events.reduce(into: RunState()) { $0.apply($1) }`.
public struct RunState: Sendable, Equatable {
  public private(set) var started: RunStarted?
  /// The threshold and mode in force: as started, then as controls changed them.
  public private(set) var threshold = 7.0
  public private(set) var mode = Mode.reason
  public private(set) var turns: [TurnState] = []
  /// Time of the last event.
  public private(set) var time = 0.0

  /// A run of which nothing is known yet.
  public init() {}

  /// Folds in one event.
  public mutating func apply(_ event: Event) {
    time = event.time
    switch event.kind {
    case .runStarted(let run):
      started = run
      threshold = run.threshold
      mode = run.mode
    case .turnStarted(let turn):
      turns.append(
        TurnState(number: turn.turn, prompt: turn.prompt, startedAt: event.time, mode: mode))
    case .control(.setThreshold(let value)):
      threshold = value
    case .control(.setMode(let value)):
      mode = value
    case .control(.cancel):
      break
    default:
      guard !turns.isEmpty else { return }
      turns[turns.count - 1].apply(event)
    }
  }
}

/// One turn: the person's prompt, the steps, and the answer.
public struct TurnState: Sendable, Equatable {
  public let number: Int
  public let prompt: String
  public let startedAt: Double
  /// The mode this turn runs in.
  public let mode: Mode
  public private(set) var steps: [StepState] = []
  /// Text of the answer so far; empty before it begins.
  public private(set) var answerText = ""
  public private(set) var answer: Answer?
  public private(set) var ended: TurnEnded?
  public private(set) var notices: [Notice] = []

  init(number: Int, prompt: String, startedAt: Double, mode: Mode) {
    self.number = number
    self.prompt = prompt
    self.startedAt = startedAt
    self.mode = mode
  }

  mutating func apply(_ event: Event) {
    switch event.kind {
    case .token(let token):
      guard let step = token.step else {
        answerText += token.text
        return
      }
      update(step) { $0.write(token) }
    case .stepDrafted(let drafted):
      update(drafted.step) { $0.drafted = drafted }
    case .stepJudged(let judged):
      update(judged.step) { $0.judged = judged }
    case .stepDecided(let decided):
      update(decided.step) { $0.decided = decided }
    case .stepCommitted(let committed):
      update(committed.step) { $0.committed = committed }
    case .answer(let answer):
      self.answer = answer
      answerText = answer.text
    case .turnEnded(let end):
      ended = end
    case .warning(let notice), .error(let notice):
      notices.append(notice)
    case .runStarted, .turnStarted, .control:
      break
    }
  }

  private mutating func update(_ number: Int, _ change: (inout StepState) -> Void) {
    // Steps come in order, so the one meant is nearly always the last.
    if let index = steps.lastIndex(where: { $0.number == number }) {
      change(&steps[index])
    } else {
      var step = StepState(number: number)
      change(&step)
      steps.append(step)
    }
  }
}

/// One step: what the draft wrote, what the judge said, what was kept.
public struct StepState: Sendable, Equatable {
  public let number: Int
  /// Text as it streams from the draft model, and from the base model.
  public private(set) var draftText = ""
  public private(set) var baseText = ""
  public internal(set) var drafted: StepDrafted?
  public internal(set) var judged: StepJudged?
  public internal(set) var decided: StepDecided?
  public internal(set) var committed: StepCommitted?

  init(number: Int) {
    self.number = number
  }

  mutating func write(_ token: TokenWritten) {
    switch token.by {
    case .draft: draftText += token.text
    case .base: baseText += token.text
    case .person: break
    }
  }

  /// Where the step stands.
  public enum Phase: Sendable, Equatable {
    case drafting, judging, regenerating, baseWriting
    case committed(StepStatus)
  }

  /// Where the step stands now.
  public var phase: Phase {
    if let committed { return .committed(committed.status) }
    if decided?.verdict == .rejected { return .regenerating }
    if drafted != nil { return .judging }
    return draftText.isEmpty && !baseText.isEmpty ? .baseWriting : .drafting
  }
}
