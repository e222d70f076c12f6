extension PublishedResult {
  /// What a result file does not tell, and a person may.
  package struct Circumstances: Sendable {
    /// The problem.
    package var prompt: String
    /// The base model's name.
    package var base: String
    /// The draft model's name.
    package var draft: String
    /// The acceptance threshold, 0 to 9.
    package var threshold: Double
    /// Where the file stands.
    package var source: String
    /// The version of the program that reads it.
    package var version: String

    /// All of it.
    package init(
      prompt: String, base: String, draft: String, threshold: Double, source: String,
      version: String
    ) {
      self.prompt = prompt
      self.base = base
      self.draft = draft
      self.threshold = threshold
      self.source = source
      self.version = version
    }
  }

  /// The trace of this result: one turn. All times are 0, as none is known.
  package func events(_ circumstances: Circumstances) -> [Event] {
    var kinds: [Event.Kind] = [
      .runStarted(started(circumstances)),
      .turnStarted(TurnStarted(turn: 1, prompt: circumstances.prompt)),
    ]
    for (index, step) in steps.enumerated() {
      kinds += events(of: step, number: index + 1, threshold: circumstances.threshold)
    }
    if let answer { kinds.append(.answer(answer)) }
    kinds.append(.turnEnded(ended))
    return kinds.map { Event(time: 0, kind: $0) }
  }

  /// Whether the scores are those of single digits.
  private var isGreedy: Bool { steps.compactMap(\.score).allSatisfy { $0 == $0.rounded() } }

  private func started(_ circumstances: Circumstances) -> RunStarted {
    var options = RunOptions()
    options.mode = .reason
    options.judge = .reference
    options.score = isGreedy ? .greedy : .average
    options.threshold = circumstances.threshold
    options.firstBaseSteps = steps.prefix { $0.draft == nil }.count
    options.stepLimit = Self.stepLimit
    return RunStarted(
      version: circumstances.version,
      base: ModelDescription(name: circumstances.base, source: circumstances.source),
      draft: ModelDescription(name: circumstances.draft, source: circumstances.source),
      options: options,
      machine: "imported from a result file of spec_reason.py; times are not recorded",
      baseSecondsPerToken: nil)
  }

  private func events(of step: Step, number: Int, threshold: Double) -> [Event.Kind] {
    var kinds: [Event.Kind] = []
    if let draft = step.draft {
      kinds.append(
        .stepDrafted(
          StepDrafted(
            step: number, text: draft.text, tokens: draft.tokens, seconds: 0,
            cut: draft.tokens >= Self.stepLimit)))
      let digit = step.justification.flatMap { Int($0) }
      // The script scores an answer that is no digit with 0.
      let score = isGreedy && digit == nil && step.justification != nil ? nil : step.score
      kinds.append(
        .stepJudged(
          StepJudged(
            step: number, score: score, greedy: digit, average: isGreedy ? nil : step.score,
            probabilities: [], readable: score != nil, promptTokens: 0, seconds: 0)))
      let isAccepted = step.base == nil
      kinds.append(
        .stepDecided(
          StepDecided(
            step: number, verdict: isAccepted ? .accepted : .rejected, threshold: threshold,
            by: .judge, reason: "as the result file has it")))
    }
    let kept = step.base ?? step.draft
    var committed = StepCommitted(
      step: number, by: step.base == nil ? .draft : .base,
      status: step.base == nil
        ? .draftAccepted : step.draft == nil ? .baseWritten : .baseRegenerated,
      text: step.text, tokens: kept?.tokens ?? 0, seconds: 0,
      cut: (kept?.tokens ?? 0) >= Self.stepLimit)
    if let draft = step.draft, let base = step.base {
      committed.identical = draft.text == base.text
    }
    kinds.append(.stepCommitted(committed))
    if let warning = step.warning {
      kinds.append(.warning(Notice(message: warning, step: number)))
    }
    return kinds
  }

  /// The script stops at a step with a box or the word for an answer: that step is the answer.
  private var answer: Answer? {
    guard stopReason == "finished", let last = steps.last, !isRepeated else { return nil }
    return Answer(
      text: last.text, boxed: BoxedAnswer.last(in: last.text),
      by: last.base == nil ? .draft : .base,
      tokens: 0, seconds: 0)
  }

  /// Whether the script stopped because a step was written twice.
  private var isRepeated: Bool {
    guard steps.count > 2, let last = steps.last else { return false }
    let hasAnswer = ["boxed", "Answer:", "ANSWER:"].contains { last.text.contains($0) }
    return !hasAnswer && last.text == steps[steps.count - 2].text
  }

  private var ended: TurnEnded {
    var tokens = TokenCounts()
    tokens.draft = steps.reduce(0) { $0 + ($1.draft?.tokens ?? 0) }
    tokens.base = steps.reduce(0) { $0 + ($1.base?.tokens ?? 0) }
    let rejected = steps.filter { $0.draft != nil && $0.base != nil }
    tokens.discarded = rejected.reduce(0) { $0 + ($1.draft?.tokens ?? 0) }
    let stop: StopReason =
      switch stopReason {
      case "finished": isRepeated ? .repetition : .finished
      case "budget": .budget
      default: .error
      }
    return TurnEnded(
      turn: 1, stop: stop, seconds: 0, tokens: tokens,
      accepted: steps.count { $0.base == nil }, rejected: rejected.count,
      identicalRewrites: rejected.count { $0.draft?.text == $0.base?.text },
      estimatedSpeedup: nil)
  }
}
