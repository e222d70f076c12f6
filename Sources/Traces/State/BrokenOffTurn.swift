/// How a run goes on whose process ended in the middle of a turn.
///
/// Whether something runs is the engine's to know: what a file leaves open is over. What a cancelled
/// turn keeps is kept of it, too: whole steps, and what was generated of a step or answer as cut.
extension RunState {
  /// The events that end what the trace leaves open, at the time of its last event: the last turn as
  /// broken off, or a pause. Empty where nothing is open.
  package var closingEvents: [Event] {
    guard let turn = turns.last, turn.ended == nil else {
      return isPaused ? [Event(time: time, kind: .control(.resume))] : []
    }
    var closed = ofLastTurn
    var events: [Event] = []
    if let part = turn.unfinishedPart(at: time, isWhole: false) {
      events.append(Event(time: time, kind: part))
      closed.apply(events[0])
    }
    guard let metrics = closed.metrics else { return events }
    var end = TurnEnded(
      turn: turn.number, stop: .brokenOff,
      seconds: (metrics.wallSeconds * 1e6).rounded() / 1e6, tokens: metrics.tokens,
      accepted: metrics.accepted, rejected: metrics.rejected,
      identicalRewrites: metrics.ledger.identicalRewrites,
      estimatedSpeedup: metrics.estimatedSpeedup)
    end.baseAlone = metrics.baseAlone
    return events + [Event(time: time, kind: .turnEnded(end))]
  }
}

extension TurnState {
  /// The event that keeps the step or answer that the trace has no end of; nil where there is none.
  ///
  /// - Parameters:
  ///   - time: Seconds since the run began.
  ///   - isWhole: Whether it was finished, and only its end is missing in the trace.
  func unfinishedPart(at time: Double, isWhole: Bool) -> Event.Kind? {
    let now = time - startedAt
    guard answerText.isEmpty else {
      guard answer == nil else { return nil }
      return .answer(
        Answer(
          text: answerText, boxed: BoxedAnswer.last(in: answerText),
          by: mode == .draft ? .draft : .base, tokens: answerTokens,
          seconds: max(0, now - (answerBegan ?? now))))
    }
    guard let step = steps.last else { return nil }
    let began =
      step.moments.judged ?? step.moments.screened ?? step.moments.drafted
      ?? steps.dropLast().last?.moments.committed ?? 0
    return step.unfinished(seconds: max(0, now - began), isWhole: isWhole)
      .map(Event.Kind.stepCommitted)
  }
}

extension StepState {
  /// The step as far as it was generated; nil where it was kept already or has no text.
  fileprivate func unfinished(seconds: Double, isWhole: Bool) -> StepCommitted? {
    let kept: StepCommitted
    switch phase {
    case .committed: return nil
    case .drafting:
      kept = StepCommitted(
        step: number, by: .draft, status: .draftWritten, text: draftText, tokens: draftTokens,
        seconds: seconds, cut: !isWhole)
    case .judging:
      guard let drafted else { return nil }
      kept = StepCommitted(
        step: number, by: .draft,
        status: decided?.verdict == .accepted
          ? decided?.unasked == true ? .draftUnasked : .draftAccepted : .draftWritten,
        text: drafted.text, tokens: drafted.tokens, seconds: drafted.seconds, cut: drafted.cut)
    case .regenerating, .baseWriting:
      kept = StepCommitted(
        step: number, by: .base,
        status: phase == .regenerating
          ? .baseRegenerated : markedBase.contains(where: \.isFromDraft) ? .stitched : .baseWritten,
        text: baseText,
        tokens: baseTokens, seconds: seconds, cut: !isWhole)
    }
    return kept.text.isEmpty ? nil : kept
  }
}
