import Traces

/// How steps are judged.
extension Reasoner {
  /// The judgement of the last step of `prefix` and of each text that may stand in its place: the
  /// known one if it was judged ahead, or a new one.
  func judgements(
    of step: Int, _ prefix: Prefix, _ alternatives: [String], by kind: JudgeKind
  ) async throws -> [StepJudged] {
    if alternatives.isEmpty, let known = ahead.judgement(of: prefix) {
      return [judged(step, known, by: kind)]
    }
    await dropAhead()
    guard alternatives.isEmpty else { return try await judge(step, prefix, alternatives, by: kind) }
    if looksAhead {
      try await lookAhead(from: prefix)
      if let known = ahead.judgement(of: prefix) { return [judged(step, known, by: kind)] }
    } else if kind == turnOptions.judge, kind.asksBase {
      draftDuringJudgement()
    }
    return try await judge(step, prefix, [], by: kind)
  }

  private func judged(_ step: Int, _ known: WorkAhead.Known, by kind: JudgeKind) -> StepJudged {
    var judged = Judge.judged(step: step, known.judgement, by: kind, method: turnOptions.score)
    judged.seconds = judged.seconds.roundedToMicroseconds
    judged.passes = judged.passes?.withShortTimes
    if known.sharesPass { judged.sharesPass = true }
    return judged
  }

  private func judge(
    _ step: Int, _ prefix: Prefix, _ alternatives: [String], by kind: JudgeKind
  ) async throws -> [StepJudged] {
    func judged(by kind: JudgeKind) async throws -> [StepJudged] {
      var judgements: [Judgement] = []
      do {
        judgements = try await backend.judge(
          JudgeRequest(
            prefix: prefix, alternatives: alternatives,
            judge: Prompts.judge(kind, own: turnOptions.judgeWording),
            by: kind.asksBase ? .base : .draft))
      } catch let error as ReasoningError where error.isContextFull && !kind.asksBase {
        // The base model may have room where the draft model has none for a question.
      }
      return (0...alternatives.count).map { place in
        let judgement = place < judgements.count ? judgements[place] : .missing
        return self.judged(step, WorkAhead.Known(judgement: judgement, sharesPass: false), by: kind)
      }
    }
    // The deciding judge comes last: a regeneration begins with what its pass computed.
    var seconds: [StepJudged.SecondOpinion] = []
    if let second = turnOptions.secondJudge, kind == turnOptions.judge {
      seconds = try await judged(by: second).map { StepJudged.SecondOpinion($0, by: second) }
    }
    var deciding = try await judged(by: kind)
    for (place, second) in seconds.enumerated() { deciding[place].second = second }
    return deciding
  }
}
