import Traces

extension Reasoner {
  /// Lets the base model alone answer the prompt of the last turn again, with the same seed and
  /// options, and records the measured speedup as `race.ended`.
  ///
  /// Both runs use the same machine, so the race comes after the turn. The base model's KV cache holds
  /// as much of the prompt as it did when the turn began.
  ///
  /// Does nothing while a turn or a race runs, and where there is no finished turn; a race that is
  /// cancelled or fails records nothing.
  ///
  /// - Parameter onEvent: Takes the events of the base model's run, as a run of its own.
  public func race(onEvent: @escaping @Sendable (Event) -> Void) async {
    let run = state
    guard isIdle, let turn = run.turns.last, let pair = turn.ended else { return }
    let opponent = opponent(on: run.beforeLastTurn)
    await compete(against: opponent, on: turn) {
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
      tokens: ended.tokens.base, seconds: ended.seconds, speedup: nil)
    race.steps = steps
    race.stepSeconds = raced.steps.compactMap(\.moments.committed).map(\.roundedToMicroseconds)
    race.compare(turn)
    if !turn.leftBranches.isEmpty { warn("The pair's time has that of the left branches in it.") }
    record(race: race)
  }
}

extension RaceEnded {
  /// Compares the race with the pair's `turn`: at the last step that both completed, or as a whole where
  /// both came to as many steps; not at all where one was cut off.
  fileprivate mutating func compare(_ turn: TurnState) {
    guard let pair = turn.ended else { return }
    if let cut = [pair.stop, stop].first(where: { !$0.isOwnEnd }) {
      cutBy = cut
      return
    }
    let own = stepSeconds ?? []
    let pairs = turn.steps.compactMap(\.moments.committed)
    let last = min(own.count, pairs.count)
    if last > 0, own.count != pairs.count, pairs[last - 1] > 0 {
      comparedStep = last
      speedup = own[last - 1] / pairs[last - 1]
    } else {
      speedup = seconds / pair.seconds
    }
  }
}
