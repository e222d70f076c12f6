import Traces

/// How a step is drafted and judged, and what becomes of its drafts.
extension ReasoningMachine {
  /// Goes on after draft `number` of the step; `others` are the earlier ones that are to be judged.
  mutating func drafted(
    _ generation: Generation, number: Int, beside others: [Draft]
  ) -> Transition {
    let candidate = options.candidates > 1 ? number : nil
    var draft = Draft(generation: generation, candidate: candidate)
    if generation.stop == .contextFull, others.isEmpty {
      return draftHasNoRoom(after: generation, candidate: candidate)
    }
    if let routed = handedOver(generation) {
      tellDropped(generation, by: .draft, step: path.nextStep, isDiscarded: true)
      return writeByBase(after: routed)
    }
    if generation.stop == .thinkingEnd, generation.text.isEmpty, others.isEmpty {
      tellDropped(
        generation, by: .draft, step: path.nextStep, candidate: candidate, isDiscarded: true)
      return generateByBase(.baseWritten)
    }
    var drafted = StepDrafted(
      step: path.nextStep, text: generation.text, tokens: generation.tokens,
      seconds: generation.seconds, cut: generation.stop == .limit)
    drafted.candidate = candidate
    drafted.passes = generation.passes
    drafted.firstEntropy = generation.firstEntropy
    draft.generation.passes = nil
    tell(.stepDrafted(drafted))
    guard let defect = defect(of: generation) else {
      let isNew = !others.contains { $0.generation.text == generation.text }
      return next(after: number, toJudge: others + (isNew ? [draft] : []))
    }
    let last = generation.stop == .contextFull ? options.candidates : number
    if wantsDraft(after: last) || !others.isEmpty { return next(after: last, toJudge: others) }
    guard defect == Self.repetition else { return reject(draft, by: .rule, reason: defect) }
    decide(.rejected, about: draft, by: .rule, reason: defect)
    return finish(.repetition)
  }

  /// Goes on with the base model alone where it has room for more than the draft model; else the turn
  /// is over.
  private mutating func draftHasNoRoom(after draft: Generation, candidate: Int?) -> Transition {
    guard let draftContext, let baseContext, draftContext < baseContext else {
      tellLongPrompt(draft, context: draftContext)
      return keepPart(draft, status: .draftWritten, cut: true, stop: .contextFull)
    }
    tellDropped(draft, by: .draft, step: path.nextStep, candidate: candidate, isDiscarded: true)
    tell(
      .warning(
        Notice(
          message: """
            The draft model's context of \(draftContext.formatted()) tokens is full; the base model, \
            which has room for \(baseContext.formatted()), goes on alone.
            """, step: path.nextStep)))
    draftIsFull = true
    return generateByBase(.baseWritten)
  }

  /// Tells how long a prompt is that found no room at all.
  mutating func tellLongPrompt(_ generation: Generation, context: Int?) {
    guard let context, let tokens = generation.contextTokens, generation.tokens == 0,
      turn.steps.isEmpty
    else { return }
    tell(
      .warning(
        Notice(
          message: """
            The prompt takes \(tokens.formatted()) tokens, and there is room for \
            \(context.formatted()); shorten it, or start with a larger --context.
            """)))
  }

  /// Why no judge is asked about a draft; nil if one is.
  private func defect(of draft: Generation) -> String? {
    if draft.text.isEmpty { return "empty step" }
    switch draft.stop {
    case .limit: return "cut at \(draft.tokens) tokens"
    case .contextFull: return "cut where the context is full"
    case .stepEnd, .thinkingEnd, .endOfText, .handover:
      if path.repeats(draft.text) { return Self.repetition }
      guard let bound = options.triggers?.perplexity, let perplexity = draft.perplexity,
        perplexity <= bound
      else { return nil }
      let shown = (perplexity * 1e6).rounded() / 1e6
      return "overconfident: perplexity \(shown) at most \(bound)"
    }
  }

  private static let repetition = "the steps repeat"

  /// Whether the step is to have another draft, and there is room for it.
  private func wantsDraft(after number: Int) -> Bool {
    number + 1 < options.candidates && hasRoomForDraft
  }

  /// Asks for another draft of the step if one is wanted, or else for the judgement of `drafts`.
  private mutating func next(after number: Int, toJudge drafts: [Draft]) -> Transition {
    if wantsDraft(after: number) {
      return generate(
        by: .draft, in: .drafting(others: drafts, number: number + 1), limit: options.stepLimit)
    }
    if let cascade = options.cascade, drafts.count == 1 {
      return ask(cascade.judge, about: drafts, in: .screening(drafts[0]))
    }
    return ask(options.judge, about: drafts, in: .judging(drafts))
  }

  /// Accepts a draft.
  ///
  /// - Parameter isUnasked: Whether the base model has given no opinion of it.
  mutating func accept(
    _ draft: Draft, by decider: StepDecided.Decider, reason: String, isUnasked: Bool = false
  ) -> Transition {
    decide(.accepted, about: draft, by: decider, reason: reason, isUnasked: isUnasked)
    return follow(.accepted, draft, isUnasked: isUnasked)
  }

  mutating func reject(
    _ draft: Draft, by decider: StepDecided.Decider, reason: String
  ) -> Transition {
    decide(.rejected, about: draft, by: decider, reason: reason)
    return follow(.rejected, draft)
  }

  private mutating func decide(
    _ verdict: Verdict, about draft: Draft, by decider: StepDecided.Decider, reason: String,
    isUnasked: Bool = false
  ) {
    var decided = StepDecided(
      step: path.nextStep, verdict: verdict, threshold: threshold, by: decider,
      reason: reason)
    decided.candidate = draft.candidate
    if isUnasked, verdict == .accepted { decided.unasked = true }
    tell(.stepDecided(decided))
  }

  /// Keeps an accepted draft; lets the base model regenerate a rejected one.
  private mutating func follow(
    _ verdict: Verdict, _ draft: Draft, isUnasked: Bool = false
  ) -> Transition {
    switch verdict {
    case .accepted: keep(draft.generation, status: isUnasked ? .draftUnasked : .draftAccepted)
    case .rejected: generateByBase(.baseRegenerated, rejected: draft.generation)
    }
  }

  // MARK: Judging

  /// Takes the result of the last `judge` action: a judgement for each of its texts, in order.
  public mutating func judged(_ judgements: [StepJudged]) -> Transition {
    if case .screening(let draft) = state, judgements.count == 1 {
      return screened(judgements[0], draft)
    }
    guard case .judging(let drafts) = state, judgements.count == drafts.count else {
      preconditionFailure("judgements answer the last action, one for each of its texts")
    }
    var opinions: [(draft: Draft, judged: StepJudged)] = []
    for (draft, judgement) in zip(drafts, judgements) {
      var judged = judgement
      judged.candidate = draft.candidate
      tell(.stepJudged(judged))
      opinions.append((draft, judged))
    }
    // The first of equals: what else is as good was generated later.
    let best = opinions.max { ($0.judged.score ?? -1) < ($1.judged.score ?? -1) }
    guard let best, let score = best.judged.score else { return unreadable(drafts) }
    let verdict = best.judged.verdict(at: threshold)
    let comparison = ScoreComparison(score: score, threshold: threshold).reason(for: verdict)
    let among = drafts.count > 1 ? ", the best of \(drafts.count)" : ""
    let isUnasked = isUnasked
    decide(
      verdict, about: best.draft, by: .judge, reason: comparison + among, isUnasked: isUnasked)
    adapt(after: verdict, about: best.draft)
    return follow(verdict, best.draft, isUnasked: isUnasked)
  }

  private mutating func unreadable(_ drafts: [Draft]) -> Transition {
    let step = path.nextStep
    tell(.warning(Notice(message: "The judge's answer is unreadable.", step: step)))
    let draft = drafts[drafts.count - 1]
    switch options.unreadable {
    case .reject: return reject(draft, by: .rule, reason: "unreadable judge")
    case .accept:
      return accept(draft, by: .rule, reason: "unreadable judge", isUnasked: isUnasked)
    case .ask: return enter(.asking(draft), .ask(step: step))
    }
  }

  /// Moves the threshold if it adapts.
  private mutating func adapt(after verdict: Verdict, about draft: Draft) {
    guard
      let adapted = AdaptiveThreshold(options)?.moved(
        threshold, after: verdict, in: turn, speedup: speedup(after: verdict, about: draft)),
      adapted.threshold != threshold
    else { return }
    threshold = adapted.threshold
    tell(.thresholdAdapted(adapted))
  }

  /// The estimated speedup after `verdict`; nil where it is unknown or the threshold aims at another
  /// thing.
  private func speedup(after verdict: Verdict, about draft: Draft) -> Double? {
    guard case .speedup? = options.adapt else { return nil }
    var events = untold
    if verdict == .accepted {
      // What is about to be kept counts.
      let generation = draft.generation
      events.append(
        .stepCommitted(
          StepCommitted(
            step: path.nextStep, by: .draft, status: .draftAccepted, text: generation.text,
            tokens: generation.tokens, seconds: generation.seconds, cut: false)))
    }
    return estimatedSpeedup(events)
  }
}
