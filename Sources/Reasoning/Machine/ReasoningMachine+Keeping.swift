import Traces

/// How steps are kept and the answer is given.
extension ReasoningMachine {
  /// Commits a finished step, and goes on as its end demands.
  mutating func keep(
    _ generation: Generation, status: StepStatus, replacing rejected: Generation? = nil
  ) -> Transition {
    let isEmpty = generation.text.isEmpty
    let repeated = path.repeats(generation.text)
    if !isEmpty {
      let cut = generation.stop == .limit || generation.stop == .contextFull
      commit(generation, status: status, replacing: rejected, cut: cut)
    } else if generation.stop != .thinkingEnd {
      tellDropped(
        generation, by: status.author == .draft ? .draft : .base, step: path.nextStep,
        isDiscarded: false)
    }
    switch generation.stop {
    case .thinkingEnd:
      path.prefix.thinkingClosed = true
      return generateAnswer(closing: isEmpty ? generation : nil)
    case .endOfText:
      return endWithoutAnswerPhase(by: status.author)
    case .contextFull:
      tellLongPrompt(generation, context: status.author == .draft ? draftContext : baseContext)
      return finish(.contextFull)
    case .stepEnd, .limit, .handover:
      if isEmpty { return endWithoutAnswerPhase(by: status.author) }
      return repeated ? finish(.repetition) : nextStep()
    }
  }

  /// Keeps what there is of a step when the turn ends in the middle of it.
  ///
  /// - Parameter candidate: The number of an unfinished draft; nil if only one is asked for.
  mutating func keepPart(
    _ generation: Generation, status: StepStatus, cut: Bool, stop: StopReason,
    candidate: Int? = nil
  ) -> Transition {
    if generation.text.isEmpty {
      tellDropped(
        generation, by: status.author == .draft ? .draft : .base, step: path.nextStep,
        candidate: candidate, isDiscarded: false)
    } else {
      commit(generation, status: status, cut: cut, isInterrupted: true)
    }
    return finish(stop)
  }

  /// Makes `generation` the next step.
  mutating func commit(
    _ generation: Generation, status: StepStatus, replacing rejected: Generation? = nil, cut: Bool,
    isInterrupted: Bool = false
  ) {
    var committed = StepCommitted(
      step: path.nextStep, by: status.author, status: status, text: generation.text,
      tokens: generation.tokens, seconds: generation.seconds,
      decodeSeconds: generation.plainDecodeSeconds, speculation: generation.speculation,
      identical: rejected.map { $0.text == generation.text }, cut: cut)
    committed.contextTokens = generation.contextTokens
    committed.passes = generation.passes
    // How much of an interrupted generation was prefill is not known.
    if isInterrupted { committed.decodeSeconds = nil }
    // Whoever keeps the text again has not computed it again.
    var told = generation
    told.passes = nil
    path.append(ReasoningPath.Step(generation: told, rejected: rejected))
    tell(.stepCommitted(committed))
  }

  /// Says that `generation` is in no step and no answer.
  mutating func tellDropped(
    _ generation: Generation, by role: Role, step: Int?, candidate: Int? = nil, isDiscarded: Bool
  ) {
    guard generation.tokens > 0 else { return }
    var dropped = GenerationDropped(
      step: step, by: Author(role), tokens: generation.tokens, seconds: generation.seconds,
      isDiscarded: isDiscarded)
    dropped.candidate = candidate
    dropped.speculation = generation.speculation
    dropped.passes = generation.passes
    tell(.generationDropped(dropped))
  }

  // MARK: The answer

  /// Closes the reasoning where it stands.
  mutating func closeReasoning(because force: Answer.Force) -> Transition {
    self.force = force
    path.prefix.thinkingClosed = true
    return generateAnswer(closing: nil)
  }

  /// Generates the answer after a closed path.
  mutating func generateAnswer(closing: Generation?) -> Transition {
    generate(by: answerRole, in: .answering(closing: closing))
  }

  /// Ends the turn with its answer, which `stop` cut off, if given.
  mutating func answered(
    _ generation: Generation, closing: Generation?, interruptedBy stop: StopReason? = nil
  ) -> Transition {
    guard !generation.text.isEmpty else {
      tellDropped(generation, by: answerRole, step: nil, isDiscarded: false)
      // A budget leaves an answer, even if the model has none to give.
      if stop == nil, let force, force.stop != nil {
        giveLastStepAsAnswer(by: lastAuthor, forced: force)
      }
      return finish(stop ?? self.stop(ofAnswer: generation), afterClosing: closing)
    }
    let closingSeconds = closing.map(\.plainDecodeSeconds) ?? 0
    var answer = Answer(
      text: generation.text, boxed: BoxedAnswer.last(in: generation.text), by: Author(answerRole),
      tokens: generation.tokens + (closing?.tokens ?? 0),
      seconds: generation.seconds + (closing?.seconds ?? 0),
      decodeSeconds: generation.plainDecodeSeconds.flatMap { own in
        closingSeconds.map { own + $0 }
      },
      speculation: TokenSpeculation.sum(generation.speculation, closing?.speculation))
    answer.forced = force
    answer.contextTokens = generation.contextTokens
    answer.passes = generation.passes.adding(closing?.passes)
    // How much of an interrupted generation was prefill is not known.
    if stop != nil { answer.decodeSeconds = nil }
    tell(.answer(answer))
    return finish(stop ?? self.stop(ofAnswer: generation))
  }

  /// Why the turn ends with `generation`, the answer.
  private func stop(ofAnswer generation: Generation) -> StopReason {
    switch generation.stop {
    case .contextFull: .contextFull
    case .limit: force?.stop ?? allowance.stop
    case .stepEnd, .thinkingEnd, .endOfText, .handover:
      force?.stop ?? (generation.text.isEmpty ? .endOfText : .answer)
    }
  }

  /// The model ended its text inside the reasoning: the last step stands as the answer.
  private mutating func endWithoutAnswerPhase(by author: Author) -> Transition {
    guard let answer = giveLastStepAsAnswer(by: author) else { return finish(.endOfText) }
    if untagged.contains(where: { Author($0) == author }) { return finish(.finished) }
    return finish(answer.boxed == nil ? .endOfText : .answer)
  }

  /// Who wrote the last step.
  var lastAuthor: Author { turn.steps.last?.committed?.by ?? Author(answerRole) }

  /// Lets the last step stand as the answer, and gives it; nil where there is no step.
  @discardableResult
  mutating func giveLastStepAsAnswer(
    by author: Author, forced force: Answer.Force? = nil
  ) -> Answer? {
    let steps = path.prefix.steps
    guard let text = steps.last else { return nil }
    let boxed =
      BoxedAnswer.last(in: text) ?? BoxedAnswer.last(in: steps.joined(separator: "\n\n"))
    var answer = Answer(text: text, boxed: boxed, by: author, tokens: 0, seconds: 0)
    answer.forced = force
    tell(.answer(answer))
    return answer
  }
}

extension Generation {
  /// Time of decoding token by token; nil if several tokens came from one pass.
  fileprivate var plainDecodeSeconds: Double? { speculation == nil ? decodeSeconds : nil }
}

extension StepStatus {
  /// Whose text a step of this status has.
  var author: Author {
    switch self {
    case .draftAccepted, .draftUnasked, .draftWritten: .draft
    case .baseRegenerated, .baseWritten, .stitched: .base
    case .edited, .note: .person
    }
  }
}

extension Author {
  /// The author that a role is.
  public init(_ role: Role) {
    switch role {
    case .draft: self = .draft
    case .base: self = .base
    }
  }
}

extension TokenSpeculation {
  /// What two generations proposed and kept together; nil if neither proposed anything.
  fileprivate static func sum(_ one: Self?, _ other: Self?) -> Self? {
    guard let one, let other else { return one ?? other }
    return TokenSpeculation(
      proposed: one.proposed + other.proposed, accepted: one.accepted + other.accepted,
      passes: one.passes + other.passes, draftSeconds: one.draftSeconds + other.draftSeconds)
  }
}
