/// A run as its events tell it so far: `events.reduce(into: RunState()) { $0.apply($1) }`.
public struct RunState: Sendable, Equatable {
  /// What was asked for; nil until `run.started` came.
  public private(set) var started: RunStarted?
  /// The acceptance threshold in force, 0 to 9: as started, then as controls changed it.
  public private(set) var threshold = 7.0
  /// The mode of the next turn: as started, then as controls changed it.
  public private(set) var mode = Mode.reason
  /// The other settings that can be changed: as started, then as controls changed them.
  public private(set) var settings: [Setting.Name: Setting] = [:]
  /// Whether the person paused the run.
  public private(set) var isPaused = false
  /// The turns in order; the last may still run.
  public private(set) var turns: [TurnState] = []
  /// Time of the last event, in seconds since the run began.
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
      settings = run.settings
    case .turnStarted(let turn):
      turns.append(
        TurnState(number: turn.turn, prompt: turn.prompt, startedAt: event.time, mode: mode))
    case .control(.setThreshold(let value)):
      threshold = value
    case .control(.setMode(let value)):
      mode = value
    case .control(.set(let setting)):
      settings[setting.name] = setting
    case .thresholdAdapted(let adapted):
      threshold = adapted.threshold
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

  /// The run with its last turn as it was when it left branch `number`; unchanged where it left
  /// none of that number.
  public func showing(branch number: Int) -> RunState {
    guard let turn = turns.last?.showing(branch: number) else { return self }
    var run = self
    run.turns[turns.count - 1] = turn
    return run
  }

  /// The run before its last turn.
  public var beforeLastTurn: RunState {
    var run = self
    if !run.turns.isEmpty { run.turns.removeLast() }
    return run
  }
}
