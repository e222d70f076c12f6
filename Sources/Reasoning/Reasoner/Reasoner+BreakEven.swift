import Traces

/// Whether speculation can pay.
extension Reasoner {
  /// Judged steps of a turn from which on their times tell whether speculation can pay; the first
  /// ones of a run are slow where caches are cold.
  private static let stepsForBreakEven = 6

  /// Adds once per run that speculation cannot pay, when it was seen that it cannot.
  func withBreakEven(
    _ transition: ReasoningMachine.Transition
  ) -> ReasoningMachine.Transition {
    guard !toldThatItCannotPay else { return transition }
    var state = recorder.state
    for event in transition.events { state.apply(Event(time: recorder.now, kind: event)) }
    guard let steps = state.turns.last?.steps,
      steps.count(where: { $0.judged != nil }) >= Self.stepsForBreakEven,
      let breakEven = state.metrics?.breakEvenAcceptance, breakEven > 1
    else { return transition }
    toldThatItCannotPay = true
    let share = (breakEven * 100).rounded() / 100
    let message =
      "Drafting and judging a step takes \(share) times as long as the base model takes to write "
      + "it, so speculation by steps cannot pay here; a shorter judge (--judge likelihood) or "
      + "mode \(pair?.vocabularyDifference == nil ? Mode.specDecode.rawValue : Mode.base.rawValue) "
      + "may."
    var transition = transition
    transition.events.append(.warning(Notice(message: message)))
    return transition
  }
}
