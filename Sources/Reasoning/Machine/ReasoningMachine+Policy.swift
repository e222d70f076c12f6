import Traces

/// Cheaper ways to decide: who writes a step before anybody judges it, and judges before and instead
/// of the base model.
extension ReasoningMachine {
  // MARK: Before a step is drafted

  /// Why the base model takes the step whose beginning is `generation`; nil where it does not.
  func handedOver(_ generation: Generation) -> StepRouted? {
    let handover = Handover(options)
    let wasStopped = generation.stop == .handover
    let entropy = generation.firstEntropy
    var routed = StepRouted(step: path.nextStep, cause: .words, reason: "", firstEntropy: entropy)
    if let bound = handover?.entropy, let entropy, handover?.isUnsure(entropy) == true {
      let compared = ScoreComparison(score: entropy, threshold: bound)
      routed.cause = .glimpse
      routed.reason =
        "first token's entropy \(compared.shown(entropy)) above \(compared.shown(bound))"
    } else if let word = handover?.word(opening: generation.text) {
      routed.reason = "it begins with \u{201C}\(word)\u{201D}"
    } else if wasStopped {
      // The bounds were moved while its beginning was written.
      if generation.tokens == 1, entropy != nil { routed.cause = .glimpse }
      routed.reason = "its beginning was handed over before that was changed"
    } else {
      return nil
    }
    return routed
  }

  /// Why the base model takes the next step after too many that turned back; nil where it does not.
  var routedAfterReturns: StepRouted? {
    guard let most = options.triggers?.returns else { return nil }
    let last =
      turn.steps.last { $0.routed?.cause == .returns && $0.committed?.by == .base }?.number ?? 0
    let returns = path.prefix.steps.dropFirst(last).count {
      StepTriggers.word(of: StepTriggers.reflectionWords, opening: $0) != nil
    }
    guard returns >= most else { return nil }
    return StepRouted(
      step: path.nextStep, cause: .returns,
      reason: returns == 1 ? "a step turned back" : "\(returns) steps turned back")
  }

  /// Lets the base model write the step because of `routed`.
  mutating func writeByBase(after routed: StepRouted) -> Transition {
    // A step that no budget lets it write is none.
    if allowance.forReasoning > 0 { tell(.stepRouted(routed)) }
    return generateByBase(.baseWritten)
  }

  // MARK: After it is drafted

  /// Whether a draft that the deciding judge lets pass comes without an opinion of the base model.
  var isUnasked: Bool { !options.judge.asksBase && options.cascade?.judge.asksBase != true }

  /// Asks `kind` about `drafts`, at least one, in `next`. Judges that need no model answer at once.
  mutating func ask(_ kind: JudgeKind, about drafts: [Draft], in next: State) -> Transition {
    switch kind.prompt(own: options.judgeWording) {
    case .nobody:
      return accept(drafts[0], by: .rule, reason: "nobody was asked", isUnasked: isUnasked)
    case .confidence:
      begin(next)
      return judged(drafts.map { confidence(in: $0, by: kind) })
    case .wording, .continuation, .likelihood, .itself:
      var judged = path.prefix
      judged.steps += drafts.prefix(1).map(\.generation.text)
      return enter(
        next,
        .judge(
          step: path.nextStep, prefix: judged,
          alternatives: drafts.dropFirst().map(\.generation.text), by: kind))
    }
  }

  private func confidence(in draft: Draft, by kind: JudgeKind) -> StepJudged {
    Judge.judged(
      step: path.nextStep,
      Judgement(
        opinion: .likelihood(tokens: draft.generation.logprobs ?? [], best: []), promptTokens: 0,
        seconds: 0),
      by: kind, method: options.score)
  }

  /// Takes the cheap judge's opinion of `draft`: decides by it, or asks the deciding judge.
  mutating func screened(_ judged: StepJudged, _ draft: Draft) -> Transition {
    guard let cascade = options.cascade else {
      preconditionFailure("only a cascade has a cheap judge, and it stays as the turn began")
    }
    tell(.stepScreened(StepScreened(judged, in: cascade)))
    guard let verdict = cascade.verdict(at: judged.score), let score = judged.score else {
      return ask(options.judge, about: [draft], in: .judging([draft]))
    }
    let bound = verdict == .accepted ? cascade.high : cascade.low
    let compared = ScoreComparison(score: score, threshold: bound)
    let name = cascade.judge.rawValue
    let (shown, limit) = (compared.shown(score), compared.shown(bound))
    switch verdict {
    case .accepted:
      return accept(
        draft, by: .rule, reason: "\(name) \(shown) above \(limit)",
        isUnasked: !cascade.judge.asksBase)
    case .rejected:
      return reject(draft, by: .rule, reason: "\(name) \(shown) below \(limit)")
    }
  }
}
