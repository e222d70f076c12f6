import Traces

/// How a step is drafted and judged, and what becomes of its drafts.
extension ReasoningMachine {
  /// Takes draft `number` of the step; `others` are those before it that are to be judged.
  mutating func drafted(
    _ written: Generation, number: Int, beside others: [Draft]
  ) -> Transition {
    let draft = Draft(written: written, candidate: options.candidates > 1 ? number : nil)
    if written.stop == .contextFull, others.isEmpty {
      return keptPart(written, status: .draftWritten, cut: true, stop: .contextFull)
    }
    if written.stop == .thinkingEnd, written.text.isEmpty, others.isEmpty {
      tokens.discarded += written.tokens
      return writeByBase(.baseWritten, after: [])
    }
    var drafted = StepDrafted(
      step: stepNumber, text: written.text, tokens: written.tokens, seconds: written.seconds,
      cut: written.stop == .limit)
    drafted.candidate = draft.candidate
    let events: [Event.Kind] = [.stepDrafted(drafted)]
    guard let defect = defect(of: written) else {
      let isNew = !others.contains { $0.written.text == written.text }
      if !isNew { tokens.discarded += written.tokens }
      return next(after: number, toJudge: others + (isNew ? [draft] : []), after: events)
    }
    let last = written.stop == .contextFull ? options.candidates : number
    if wantsDraft(after: last) || !others.isEmpty {
      tokens.discarded += written.tokens
      return next(after: last, toJudge: others, after: events)
    }
    var transition = reject(draft, by: .rule, reason: defect, after: events)
    if defect == Self.repetition {
      transition.action = .finish(.repetition)
      state = .finished
    }
    return transition
  }

  /// Why no judge is asked about a draft; nil where one is.
  private func defect(of draft: Generation) -> String? {
    if draft.text.isEmpty { return "empty step" }
    switch draft.stop {
    case .limit: return "cut at \(draft.tokens) tokens"
    case .contextFull: return "cut where the context is full"
    case .stepEnd, .thinkingEnd, .endOfText:
      return repeats(draft.text) ? Self.repetition : nil
    }
  }

  private static let repetition = "the steps repeat"

  /// Whether the step is to have another draft, and there is room for it.
  private func wantsDraft(after number: Int) -> Bool {
    number + 1 < options.candidates && min(budgetLeft, thinkingLeft ?? .max) > 0
  }

  /// Another draft of the step where one is wanted, or else the judgement of `drafts`.
  private mutating func next(
    after number: Int, toJudge drafts: [Draft], after events: [Event.Kind]
  ) -> Transition {
    if wantsDraft(after: number) {
      state = .drafting(others: drafts, written: number + 1)
      return write(role: .draft, step: stepNumber, limit: options.stepLimit, after: events)
    }
    state = .judging(drafts)
    var judged = prefix
    judged.steps += drafts.prefix(1).map(\.written.text)
    return Transition(
      events: events,
      action: .judge(
        step: stepNumber, prefix: judged, alternatives: drafts.dropFirst().map(\.written.text)))
  }

  mutating func accept(
    _ draft: Draft, by decider: StepDecided.Decider, reason: String, after events: [Event.Kind]
  ) -> Transition {
    accepted += 1
    let decided = decision(.accepted, of: draft, by: decider, reason: reason)
    return keep(draft.written, status: .draftAccepted, after: events + [decided])
  }

  mutating func reject(
    _ draft: Draft, by decider: StepDecided.Decider, reason: String, after events: [Event.Kind]
  ) -> Transition {
    rejected += 1
    tokens.discarded += draft.written.tokens
    let decided = decision(.rejected, of: draft, by: decider, reason: reason)
    return writeByBase(.baseRegenerated, rejected: draft.written, after: events + [decided])
  }

  private func decision(
    _ verdict: Verdict, of draft: Draft, by decider: StepDecided.Decider, reason: String
  ) -> Event.Kind {
    var decided = StepDecided(
      step: stepNumber, verdict: verdict, threshold: threshold, by: decider, reason: reason)
    decided.candidate = draft.candidate
    return .stepDecided(decided)
  }

  // MARK: Judging

  /// Takes what the last `judge` action gave: an opinion for each of its texts, in order.
  public mutating func judged(_ judgements: [StepJudged]) -> Transition {
    guard case .judging(let drafts) = state, judgements.count == drafts.count else {
      preconditionFailure("nothing was to be judged")
    }
    var opinions: [(draft: Draft, judged: StepJudged)] = []
    for (draft, judged) in zip(drafts, judgements) {
      tokens.judge += judged.promptTokens
      seconds += judged.seconds
      var judged = judged
      judged.candidate = draft.candidate
      opinions.append((draft, judged))
    }
    let told = opinions.map { Event.Kind.stepJudged($0.judged) }
    // The first of equals: what else is as good was written later.
    let best = opinions.max { ($0.judged.score ?? -1) < ($1.judged.score ?? -1) }
    guard let best, let score = best.judged.score else { return unreadable(drafts, after: told) }
    tokens.discarded += Self.tokens(of: drafts) - best.draft.written.tokens
    let comparison = ScoreComparison(score: score, threshold: threshold)
    let among = drafts.count > 1 ? ", the best of \(drafts.count)" : ""
    let verdict = best.judged.verdict(at: threshold)
    var transition =
      switch verdict {
      case .rejected:
        reject(best.draft, by: .judge, reason: comparison.below + among, after: told)
      case .accepted:
        accept(best.draft, by: .judge, reason: comparison.reached + among, after: told)
      }
    if let adapted = adapt(after: best.judged, verdict) {
      transition.events.insert(.thresholdAdapted(adapted), at: told.count + 1)
    }
    return transition
  }

  private mutating func unreadable(
    _ drafts: [Draft], after events: [Event.Kind]
  ) -> Transition {
    let warning = Notice(message: "The judge's answer is unreadable.", step: stepNumber)
    let events = events + [.warning(warning)]
    let draft = drafts[drafts.count - 1]
    tokens.discarded += Self.tokens(of: drafts) - draft.written.tokens
    switch options.unreadable {
    case .reject: return reject(draft, by: .rule, reason: "unreadable judge", after: events)
    case .accept: return accept(draft, by: .rule, reason: "unreadable judge", after: events)
    case .ask:
      state = .asking(draft)
      return Transition(events: events, action: .ask(step: stepNumber))
    }
  }

  static func tokens(of drafts: some Sequence<Draft>) -> Int {
    drafts.reduce(0) { $0 + $1.written.tokens }
  }

  /// Moves the threshold where it adapts; nil where it stays.
  private mutating func adapt(after judged: StepJudged, _ verdict: Verdict) -> ThresholdAdapted? {
    let keptTokens = kept.reduce(0) { $0 + $1.written.tokens }
    let speedup = baseSecondsPerToken.flatMap { perToken in
      seconds > 0 && keptTokens > 0 ? Double(keptTokens) * perToken / seconds : nil
    }
    guard
      let adapted = adaptiveThreshold?.move(threshold, after: judged, verdict, speedup: speedup),
      adapted.threshold != threshold
    else { return nil }
    threshold = adapted.threshold
    return adapted
  }
}

/// Why a score was enough or not, in words.
private struct ScoreComparison {
  let score: Double
  let threshold: Double

  var reached: String { "score \(shown(score)) reached \(shown(threshold))" }
  var below: String { "score \(shown(score)) below \(shown(threshold))" }

  /// One decimal, or as many as it takes to tell the two apart.
  private func shown(_ value: Double) -> String {
    var scale = 10.0
    while scale < 1e6, score != threshold,
      (score * scale).rounded() == (threshold * scale).rounded()
    {
      scale *= 10
    }
    return "\((value * scale).rounded() / scale)"
  }
}
