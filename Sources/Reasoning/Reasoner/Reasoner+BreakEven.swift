import Traces

/// Whether speculation can pay, by what passes cost.
extension Reasoner {
  /// Judged steps of a turn from which on their times tell whether speculation can pay; the first
  /// ones of a run are slow where caches are cold.
  private static let stepsForBreakEven = 6
  /// A step as instruct models write them, and the wording of a judge, where nothing was written yet.
  private static let typicalStep = (tokens: 40, wording: 30)
  /// Before a step was judged, only what is beyond doubt is told.
  private static let doubt = 1.25
  /// Seconds of a step below which nothing is said beforehand: nobody waits for it, and other work of
  /// the machine disturbs the measurement of such short passes.
  private static let leastSeconds = 0.1
  /// Acceptance of draft tokens, where draft and base are of one family.
  private static let typicalAcceptance = 0.8

  /// Says before a turn, once per run, that speculation by steps cannot pay where the measurement at
  /// the start leaves no doubt, as with a base model of many experts.
  func warnWherePassesCannotPay() {
    let run = recorder.state
    guard !toldThatItCannotPay, turnOptions.mode.judgesSteps, asksBaseOfEachStep,
      let limit = limit(run, wording: wordingTokens), limit.breakEven > Self.doubt
    else { return }
    let alone = Double(limit.stepTokens) * limit.basePerToken
    guard alone >= Self.leastSeconds else { return }
    toldThatItCannotPay = true
    let together = Double(limit.stepTokens) * limit.draftPerToken + limit.judging
    warn(
      "A step of \(limit.stepTokens) tokens takes the base model \(Self.short(alone)) s, drafting and "
        + "judging it \(Self.short(together)) s, so speculation by steps cannot pay here; "
        + advice(run))
  }

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
    let message =
      "Drafting and judging a step takes \(Self.short(breakEven)) times as long as the base model "
      + "takes to write it, so speculation by steps cannot pay here; " + advice(state)
    var transition = transition
    transition.events.append(.warning(Notice(message: message)))
    return transition
  }

  /// Whether it pays to draft another step of `tokens` tokens before one pass judges it with the last
  /// one; true where passes do not tell.
  func paysToDraftAhead(tokens: Int) -> Bool {
    let run = recorder.state
    let decided = run.metrics.map { (accepted: $0.accepted, all: $0.accepted + $0.rejected) }
    // Before any was decided, half of the steps count as accepted.
    let acceptance = Double((decided?.accepted ?? 0) + 1) / Double((decided?.all ?? 0) + 2)
    let gain = run.costs.gainOfDraftingAhead(
      tokens: max(1, tokens), acceptance: acceptance, context: context(run))
    return gain.map { $0 > 0 } ?? true
  }

  /// What to use instead, by what passes cost.
  private func advice(_ run: RunState) -> String {
    if !turnOptions.judge.isLikelihood, pair?.likelihoodObstacle == nil,
      let limit = limit(run, wording: 0).map(\.breakEven), limit < 0.9
    {
      return "a judge that asks nothing may (--judge likelihood breaks even at "
        + "\(Int((limit * 100).rounded()))% accepted)."
    }
    guard pair?.speculationObstacle == nil else {
      return "mode base is faster."
    }
    let gain = run.costs.tokenSpeculationSpeedup(
      acceptance: Self.typicalAcceptance, context: context(run))
    guard let gain else { return "mode spec-decode or a shorter judge may." }
    return gain > 1.03
      ? "mode spec-decode may (\(Self.short(gain))× where four of five draft tokens are accepted)."
      : "nor can mode spec-decode (\(Self.short(gain))×): mode base is faster."
  }

  private func limit(_ run: RunState, wording: Int) -> SpeculationLimit? {
    run.costs.speculationLimit(
      stepTokens: Self.typicalStep.tokens, wordingTokens: wording, context: context(run))
  }

  /// Whether the base model gives an opinion of each drafted step.
  private var asksBaseOfEachStep: Bool {
    turnOptions.judge.asksBase && turnOptions.cascade == nil && turnOptions.glimpse == nil
      && turnOptions.triggers == nil
  }

  private var wordingTokens: Int {
    turnOptions.judge.isLikelihood ? 0 : Self.typicalStep.wording
  }

  private func context(_ run: RunState) -> Int { run.turns.last?.promptTokens ?? 0 }

  private static func short(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}
