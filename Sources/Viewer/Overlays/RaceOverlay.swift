import Traces

/// The base model's own run beside the pair's turn.
struct RaceOverlay: Overlay {
  private var scroll = ListCursor()

  var contexts: Set<ActionEntry.Context> { [.reader] }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    SideBySide.scroll(&scroll, action, over: Self.sides(in: state), in: state.terminal.size)
  }

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    Self.sides(in: state)?.draw(on: &canvas, scroll: scroll, theme: state.terminal.theme)
  }

  /// Both up to the same second of their clocks; nil while there is no race.
  private static func sides(in state: ViewerState) -> SideBySide? {
    guard let pair = state.run.turns.last,
      let opponent = state.opponents.race?.turns.last ?? pair.racedTurn
    else { return nil }
    let isRunning = opponent.ended == nil
    let clock =
      isRunning ? max(0, (state.opponents.race?.time ?? 0) - opponent.startedAt) : Double.infinity
    let title =
      isRunning
      ? "Race at \(Format.seconds(clock)): the base model runs, the pair is replayed"
      : "Race: \(pair.race?.comparison ?? "no result")"
    return SideBySide(
      title: title,
      SideBySide.Side(pair, "The pair, \(pair.mode.rawValue)", until: clock, hasMoments: true),
      SideBySide.Side(opponent, "The base model alone", hasMoments: true))
  }
}

extension ViewerState {
  var obstacleToRace: String? {
    if run.turns.last?.racedTurn != nil { return nil }
    if replay != nil { return "The recording has no race." }
    guard case .ready = engine else { return "There are no models that could race." }
    if isRacing { return nil }
    if isRunning { return "The turn still runs; the race comes after it." }
    guard let turn = run.turns.last, turn.ended != nil else { return "There is no turn yet." }
    return turn.mode == .base ? "The base model wrote this turn alone already." : nil
  }

  /// Shows the race, and begins it if it was not run already.
  mutating func startRace() -> [Command] {
    overlay = RaceOverlay()
    guard !isRacing else { return [] }
    // A race that was run already is shown; after a replay's turn there is no other.
    guard run.turns.last?.racedTurn == nil else {
      opponents.race = nil
      return []
    }
    opponents.race = RunState()
    return [.run(.race)]
  }
}

extension RaceEnded {
  /// What the race measured, or why nothing.
  package var comparison: String {
    if let cutBy { return "not comparable: stopped by \(cutBy.rawValue)" }
    guard let speedup else { return "no result" }
    let place = comparedStep.map { ", up to step \($0)" } ?? ""
    return Format.speedup(speedup) + " (measured\(place))"
  }
}
