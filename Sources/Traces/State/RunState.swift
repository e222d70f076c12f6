/// The state of a run after some of its events: `events.reduce(into: RunState()) { $0.apply($1) }`.
public struct RunState: Sendable, Equatable {
  /// What was asked for; nil before `run.started`.
  public private(set) var started: RunStarted?
  /// The options in force: as started, then as controls and the adaptive threshold changed them.
  public private(set) var options = RunOptions()
  /// Why the threshold moved by itself last; nil where it stands as it was put.
  public private(set) var thresholdReason: String?
  /// Whether the person paused the run.
  public private(set) var isPaused = false
  /// The turns in order; the last may still run.
  public private(set) var turns: [TurnState] = []
  /// What passes of both models cost.
  public private(set) var costs = PairCosts()
  /// Time of the last event, in seconds since the run began.
  public private(set) var time = 0.0

  /// The acceptance threshold in force, 0 to 9.
  public var threshold: Double { options.threshold }
  /// The mode of the next turn.
  public var mode: Mode { options.mode }

  /// A run without events.
  public init() {}

  /// Folds in one event.
  public mutating func apply(_ event: Event) {
    time = event.time
    costs.apply(event.kind)
    switch event.kind {
    case .runStarted(let run):
      started = run
      options = run.options
      thresholdReason = nil
    case .turnStarted(let turn):
      turns.append(
        TurnState(
          number: turn.turn, prompt: turn.prompt, startedAt: event.time, mode: mode,
          judging: judging, promptTokens: turn.promptTokens, cachedTokens: turn.cachedTokens))
    case .control(.set(let setting)):
      options.apply(setting)
      // Another judge's scores say nothing of where a share puts the threshold now.
      if ["threshold", "judge", "judge-question", "judge-opening"].contains(setting.option.name) {
        thresholdReason = nil
      }
    case .thresholdAdapted(let adapted):
      options.threshold = adapted.threshold
      thresholdReason = adapted.reason
    case .control(.pause):
      isPaused = true
    case .control(.resume), .control(.singleStep), .control(.cancel):
      isPaused = false
    case .raceEnded(let race):
      guard let index = turns.lastIndex(where: { $0.number == race.turn }) else { return }
      turns[index].apply(event)
    case .turnEnded:
      isPaused = false
      fallthrough
    default:
      guard !turns.isEmpty else { return }
      turns[turns.count - 1].apply(event)
    }
  }

  /// Scores by `judge` and `method` of the steps that the base model wrote, oldest first.
  public func ownScores(by judge: JudgeKind, _ method: ScoreMethod) -> [Double] {
    turns.flatMap { $0.ownScores(by: judge, method) }
  }

  private var judging: TurnState.Judging? {
    started.map {
      TurnState.Judging(
        base: $0.base.source, judge: options.judge,
        wording: options.judge == .own ? options.judgeWording : nil)
    }
  }

  /// The run with its last turn as it was when it left branch `number`; unchanged if it left no such
  /// branch.
  public func showing(branch number: Int) -> RunState {
    guard let turn = turns.last?.showing(branch: number) else { return self }
    var run = self
    run.turns[turns.count - 1] = turn
    return run
  }

  /// The run with its last turn alone, of which a copy costs the same however many there are.
  var ofLastTurn: RunState {
    var run = self
    run.turns = Array(turns.suffix(1))
    return run
  }

  /// The run before its last turn.
  public var beforeLastTurn: RunState {
    var run = self
    if !run.turns.isEmpty { run.turns.removeLast() }
    return run
  }
}

extension Answer {
  /// Whether it is the last of `steps`: nothing was written for it alone.
  public func isLast(of steps: [StepState]) -> Bool {
    tokens == 0 && steps.last?.committed?.text == text
  }
}

extension TurnState {
  /// Whether the last step stands as the answer: nothing was written for it alone.
  public var answersInLastStep: Bool { answer?.isLast(of: steps) ?? false }

  /// Scores by `judge` and `method` of the steps that the base model wrote, in order.
  public func ownScores(by judge: JudgeKind, _ method: ScoreMethod) -> [Double] {
    steps.indices.compactMap { steps[$0].scored?.score(by: judge, method) }
  }
}
