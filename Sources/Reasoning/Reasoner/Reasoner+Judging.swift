import Traces

/// How steps are judged, and what is drafted before that is known.
extension Reasoner {
  /// Lets the draft model write on while its last step is judged, where that costs nothing.
  private func draftAhead() {
    guard turnOptions.draftsAhead, backend.overlaps, let request = machine?.ahead()?.request else {
      return
    }
    ahead = AheadDraft(request) { [backend] onToken in
      try await backend.generate(request, onToken: onToken)
    }
  }

  /// The judgement of a step: from the lookahead where it knows it, and with a new one where one
  /// may be made.
  func lookedAhead(_ step: Int, _ prefix: Prefix) async throws -> StepJudged {
    if let known = lookahead?.judgement(of: prefix) { return judged(step, known) }
    dropLookahead()
    guard looksAhead, let machine else {
      draftAhead()
      return try await judge(step, prefix, [])[0]
    }
    var ahead = await Lookahead(
      judging: prefix, tokens: recorder.state.turns.last?.steps.last?.drafted?.tokens ?? 0,
      by: machine, depth: turnOptions.lookahead, backend: backend)
    lookahead = ahead
    try await ahead.judge(
      by: Prompts.judge(turnOptions.judge, own: options.judgeWording), backend: backend)
    lookahead = ahead
    guard let known = lookahead?.judgement(of: prefix) else {
      return try await judge(step, prefix, [])[0]
    }
    return judged(step, known)
  }

  /// Whether steps may be written and judged before they are due: by a judge that asks nothing, so
  /// that one pass serves them all, and not while the person goes step by step.
  private var looksAhead: Bool {
    turnOptions.lookahead > 1 && turnOptions.judge == .likelihood && turnOptions.secondJudge == nil
      && !pausesAfterStep && !isPaused
  }

  /// Generates several drafts of a step, the first of them as it comes; the others wait until they
  /// are due.
  func generateSideBySide(
    _ requests: [GenerationRequest], onToken: @escaping @Sendable (GeneratedToken) -> Void
  ) async throws -> Generation {
    let held = requests.map { _ in HeldTokens() }
    held[0].release(to: onToken)
    do {
      let written = try await backend.generate(requests) { held[$0].take($1) }
      for place in requests.indices.dropFirst() {
        siblings.append(
          HeldDrafts.Draft(
            request: requests[place], written: written[place], tokens: held[place].untilNow))
      }
      return written[0]
    } catch {
      let lost = held.dropFirst().map(\.count).filter { $0 > 0 }
      if !lost.isEmpty { drop(AheadDropped(steps: lost.count, tokens: lost.reduce(0, +))) }
      throw error
    }
  }

  func dropSiblings() {
    guard !siblings.isEmpty else { return }
    var rest = siblings.rest
    rest.seconds = rest.seconds.roundedToMicroseconds
    siblings = HeldDrafts()
    drop(rest)
  }

  func dropLookahead() {
    guard let lookahead else { return }
    self.lookahead = nil
    if !lookahead.isEmpty { drop(lookahead.rest) }
  }

  func drop(_ dropped: AheadDropped) {
    machine?.dropped(dropped)
    recorder.record(.aheadDropped(dropped))
  }

  private func judged(
    _ step: Int, _ known: (judgement: Judgement, sharesPass: Bool)
  ) -> StepJudged {
    var judged = Judge.judged(step: step, known.judgement, method: turnOptions.score)
    judged.seconds = judged.seconds.roundedToMicroseconds
    if known.sharesPass { judged.sharesPass = true }
    return judged
  }

  /// Judgements of the last step of `prefix`, and of each text that may stand in its place.
  func judge(
    _ step: Int, _ prefix: Prefix, _ alternatives: [String]
  ) async throws -> [StepJudged] {
    func judged(by kind: JudgeKind) async throws -> [StepJudged] {
      let judgements = try await backend.judge(
        JudgeRequest(
          prefix: prefix, alternatives: alternatives,
          judge: Prompts.judge(kind, own: options.judgeWording)))
      return (0...alternatives.count).map { place in
        self.judged(step, (place < judgements.count ? judgements[place] : .missing, false))
      }
    }
    // The deciding judge comes last: a rewrite begins with what its pass knows.
    var seconds: [StepJudged.SecondOpinion] = []
    if let kind = turnOptions.secondJudge {
      seconds = try await judged(by: kind).map { StepJudged.SecondOpinion($0, by: kind) }
    }
    var deciding = try await judged(by: turnOptions.judge)
    for (place, second) in seconds.enumerated() { deciding[place].second = second }
    return deciding
  }
}
