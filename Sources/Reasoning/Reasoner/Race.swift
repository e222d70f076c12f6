import Traces

extension Reasoner {
  /// Lets the base model alone answer the prompt of the last turn again, with the same seed and
  /// options, and records the measured speedup as `race.ended`.
  ///
  /// Both runs use the same machine, so the race comes after the turn. What was computed is
  /// forgotten before it where the turn was the first, as it began with nothing; after a later one
  /// the base model may find the chat so far in its cache, which can only favour it.
  ///
  /// Does nothing while a turn or a race runs, and where there is no finished turn; a race that is
  /// cancelled or fails records nothing.
  ///
  /// - Parameter onEvent: Takes the events of the base model's run, as a run of its own.
  public func race(onEvent: @escaping @Sendable (Event) -> Void) async {
    let run = state
    guard isIdle, let turn = run.turns.last, let pair = turn.ended else { return }
    let opponent = opponent(on: run.beforeLastTurn)
    await compete(against: opponent) {
      async let told: Void = {
        for await event in opponent.events { onEvent(event) }
      }()
      await opponent.run(prompt: turn.prompt)
      await opponent.finish()
      await told
    }
    guard let raced = await opponent.state.turns.last, let ended = raced.ended,
      ended.stop != .cancelled, ended.stop != .error, pair.seconds > 0
    else { return }
    let steps = raced.steps.compactMap { $0.committed?.text }
    var race = RaceEnded(
      turn: turn.number, reasoning: steps.joined(separator: "\n\n"),
      answer: raced.answerText, boxed: raced.answer?.boxed, stop: ended.stop,
      tokens: ended.tokens.base, seconds: ended.seconds,
      speedup: ended.seconds / pair.seconds)
    race.steps = steps
    race.stepSeconds = raced.steps.compactMap(\.moments.committed).map(\.roundedToMicroseconds)
    if !turn.leftBranches.isEmpty { warn("The pair's time has that of the left branches in it.") }
    record(race: race)
  }
}
