import Traces

/// How steps are judged.
extension Reasoner {
  /// The judgement of the last step of `prefix` and of each text that may stand in its place: the
  /// known one if it was judged ahead, or a new one.
  func judgements(
    of step: Int, _ prefix: Prefix, _ alternatives: [String]
  ) async throws -> [StepJudged] {
    if alternatives.isEmpty, let known = ahead.judgement(of: prefix) {
      return [judged(step, known)]
    }
    await dropAhead()
    guard alternatives.isEmpty else { return try await judge(step, prefix, alternatives) }
    if looksAhead {
      try await lookAhead(from: prefix)
      if let known = ahead.judgement(of: prefix) { return [judged(step, known)] }
    } else {
      draftDuringJudgement()
    }
    return try await judge(step, prefix, [])
  }

  private func judged(_ step: Int, _ known: WorkAhead.Known) -> StepJudged {
    var judged = Judge.judged(step: step, known.judgement, method: turnOptions.score)
    judged.seconds = judged.seconds.roundedToMicroseconds
    judged.passes = judged.passes?.withShortTimes
    if known.sharesPass { judged.sharesPass = true }
    return judged
  }

  private func judge(
    _ step: Int, _ prefix: Prefix, _ alternatives: [String]
  ) async throws -> [StepJudged] {
    func judged(by kind: JudgeKind) async throws -> [StepJudged] {
      let judgements = try await backend.judge(
        JudgeRequest(
          prefix: prefix, alternatives: alternatives,
          judge: Prompts.judge(kind, own: turnOptions.judgeWording)))
      return (0...alternatives.count).map { place in
        let judgement = place < judgements.count ? judgements[place] : .missing
        return self.judged(step, WorkAhead.Known(judgement: judgement, sharesPass: false))
      }
    }
    // The deciding judge comes last: a regeneration begins with what its pass computed.
    var seconds: [StepJudged.SecondOpinion] = []
    if let kind = turnOptions.secondJudge {
      seconds = try await judged(by: kind).map { StepJudged.SecondOpinion($0, by: kind) }
    }
    var deciding = try await judged(by: turnOptions.judge)
    for (place, second) in seconds.enumerated() { deciding[place].second = second }
    return deciding
  }
}
