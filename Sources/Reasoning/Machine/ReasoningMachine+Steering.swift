import Traces

/// What the person changes while a turn runs, or after it, and what ends it in the middle.
///
/// Steering a step that is already kept begins a branch: the turn goes on from before that step, and
/// what came after it counts as discarded.
extension ReasoningMachine {
  /// Why `steering` cannot be obeyed as things stand, in one sentence; nil if it can.
  public func refusal(of steering: Steering) -> String? {
    let kept = path.steps.count
    switch steering {
    case .override(let step, .accepted):
      return draft(of: step) == nil ? "Step \(step) has no draft that could be accepted." : nil
    case .override(let step, .rejected):
      guard mode.judgesSteps else { return "In mode \(mode.rawValue) no step is rejected." }
      let canBeWritten = step >= 1 && step <= kept || waitingDraft(of: step) != nil
      return canBeWritten ? nil : "There is no step \(step) that could be rejected."
    case .edit(let step, let text):
      guard step >= 1 && step <= kept || waitingDraft(of: step) != nil else {
        return "There is no step \(step) that could be edited."
      }
      return Self.refusal(ofText: text)
    case .note(let step, let text):
      guard step >= 0 && step <= kept else { return "There is no step \(step)." }
      return Self.refusal(ofText: text)
    case .branch(let step):
      return step >= 0 && step <= kept ? nil : "There is no step \(step)."
    case .goOn(let branch):
      return path.leftBranches.indices.contains(branch)
        ? nil : "The turn left no branch \(branch)."
    case .answerNow:
      return path.prefix.thinkingClosed || isFinished
        ? "The reasoning is over already." : nil
    case .extend:
      guard case .finished(let stop) = state, stop.isOfBudget else {
        return "Only a turn that its budget ended goes on with as much again."
      }
      return nil
    }
  }

  /// Obeys `steering` in place of the result of the last action.
  ///
  /// - Parameters:
  ///   - steering: Steering that is not refused.
  ///   - partial: The unfinished step or answer, if one was being generated.
  public mutating func steered(by steering: Steering, partial: Generation? = nil) -> Transition {
    precondition(refusal(of: steering) == nil, "refused steering does not reach the rules")
    tell(.control(.steer(steering)))
    switch steering {
    case .override(let step, let verdict):
      return overridden(step, verdict, partial)
    case .edit(let step, let text):
      leave(keeping: step - 1, dropping: partial)
      return put(text, as: .edited)
    case .note(let step, let text):
      leave(keeping: step, dropping: partial)
      return put(text, as: .note)
    case .branch(let step):
      // Another text is wanted even if no step is lost.
      leave(keeping: step, dropping: partial, beginsBranch: true)
      return nextStep()
    case .goOn(let branch):
      return goOn(from: branch, dropping: partial)
    case .answerNow:
      keepUnfinished(partial)
      return closeReasoning(because: .person)
    case .extend:
      let isClosed = path.prefix.thinkingClosed && force?.stop == nil
      leave(keeping: path.steps.count, dropping: partial)
      guard isClosed else { return nextStep() }
      path.prefix.thinkingClosed = true
      return generateAnswer(closing: nil)
    }
  }

  /// Ends the turn in the middle of an action: by the person, an error, or a full context.
  ///
  /// - Parameter partial: The unfinished step or answer, if one was being generated. It is kept; a
  ///   draft without a judgement is kept as unjudged.
  public mutating func interrupted(by stop: StopReason, partial: Generation? = nil) -> Transition {
    switch state {
    case .drafting(let others, let number):
      guard let partial else {
        dropWaiting(others)
        return finish(stop)
      }
      return keepPart(
        partial, status: .draftWritten, cut: true, stop: stop,
        candidate: options.candidates > 1 ? number : nil)
    case .judging(let drafts):
      return keepPart(
        drafts[drafts.count - 1].generation, status: .draftWritten, cut: false, stop: stop)
    case .asking(let draft), .screening(let draft):
      return keepPart(draft.generation, status: .draftWritten, cut: false, stop: stop)
    case .generating(let status, _):
      guard let partial else { return finish(stop) }
      return keepPart(partial, status: status, cut: true, stop: stop)
    case .answering(let closing):
      guard let partial else { return finish(stop, afterClosing: closing) }
      return answered(partial, closing: closing, interruptedBy: stop)
    case .idle, .finished:
      return finish(stop)
    }
  }

  private var isFinished: Bool {
    if case .finished = state { true } else { false }
  }

  private static func refusal(ofText text: String) -> String? {
    text.allSatisfy(\.isWhitespace) ? "A step needs a text." : nil
  }

  /// The draft of step `step` that awaits its decision.
  private func waitingDraft(of step: Int) -> Draft? {
    guard step == path.nextStep else { return nil }
    switch state {
    case .judging(let drafts): return drafts.last
    case .asking(let draft), .screening(let draft): return draft
    case .idle, .drafting, .generating, .answering, .finished: return nil
    }
  }

  /// The draft that accepting step `step` would keep.
  private func draft(of step: Int) -> Draft? {
    if step >= 1, step <= path.steps.count {
      return path.steps[step - 1].rejected.map { Draft(generation: $0) }
    }
    // What was rejected may also be a text of the base model's own, which is no draft.
    if step == path.nextStep, case .generating(_, let rejected?) = state,
      turn.steps.last?.drafted != nil
    {
      return Draft(generation: rejected)
    }
    return waitingDraft(of: step)
  }

  private mutating func overridden(
    _ step: Int, _ verdict: Verdict, _ partial: Generation?
  ) -> Transition {
    let reason = "\(verdict.rawValue) by the person"
    if let draft = waitingDraft(of: step) {
      return decide(verdict, draft, reason)
    }
    let known =
      verdict == .accepted
      ? draft(of: step) : Draft(generation: path.steps[step - 1].generation)
    leave(keeping: step - 1, dropping: partial)
    guard let known else { preconditionFailure("accepting a step without a draft is refused") }
    return decide(verdict, known, reason)
  }

  private mutating func decide(
    _ verdict: Verdict, _ draft: Draft, _ reason: String
  ) -> Transition {
    switch verdict {
    case .accepted: accept(draft, by: .person, reason: reason)
    case .rejected: reject(draft, by: .person, reason: reason)
    }
  }

  /// Keeps the person's own text as a step.
  private mutating func put(_ text: String, as status: StepStatus) -> Transition {
    keep(
      Generation(text: text, tokens: 0, stop: .stepEnd, seconds: 0, decodeSeconds: 0),
      status: status)
  }

  /// Goes back to the first `count` steps and drops what is unfinished.
  private mutating func leave(
    keeping count: Int, dropping partial: Generation?, beginsBranch: Bool = false
  ) {
    dropUnfinished(partial)
    if beginsBranch || count < path.steps.count || path.prefix.thinkingClosed
      || isFinished
    {
      beginBranch(from: turn.branch, with: Array(path.steps[..<count]))
    }
  }

  /// Takes up a branch that was left; one that had closed its reasoning gets another answer.
  private mutating func goOn(from number: Int, dropping partial: Generation?) -> Transition {
    dropUnfinished(partial)
    let left = path.leftBranches[number]
    beginBranch(from: number, with: left.steps)
    guard left.thinkingClosed else { return nextStep() }
    path.prefix.thinkingClosed = true
    return generateAnswer(closing: nil)
  }

  private mutating func beginBranch(from parent: Int, with steps: [ReasoningPath.Step]) {
    path.branch(to: steps)
    force = nil
    draftIsFull = false
    tell(
      .branchStarted(
        BranchStarted(
          turn: turn.number, branch: turn.branch + 1, parent: parent, keeps: steps.count)))
  }

  /// Drops what is being generated or awaits its decision.
  private mutating func dropUnfinished(_ partial: Generation?) {
    let step = path.nextStep
    switch state {
    case .drafting(let others, let number):
      guard let partial else { return dropWaiting(others) }
      tellDropped(
        partial, by: .draft, step: step, candidate: options.candidates > 1 ? number : nil,
        isDiscarded: true)
    case .generating:
      if let partial { tellDropped(partial, by: .base, step: step, isDiscarded: true) }
    case .answering(let closing):
      for generation in [closing, partial].compactMap(\.self) {
        tellDropped(generation, by: answerRole, step: nil, isDiscarded: true)
      }
    case .judging(let drafts):
      dropWaiting(drafts)
    case .asking(let draft), .screening(let draft):
      dropWaiting([draft])
    case .idle, .finished:
      break
    }
  }

  /// Drops drafts that await their decision.
  mutating func dropWaiting(_ drafts: [Draft]) {
    // Of several, the last is the step's; the others count as discarded already.
    guard let draft = drafts.last else { return }
    tellDropped(
      draft.generation, by: .draft, step: path.nextStep, candidate: draft.candidate,
      isDiscarded: true)
  }

  /// Keeps what the base model has generated of a step; drops a draft.
  private mutating func keepUnfinished(_ partial: Generation?) {
    guard case .generating(let status, let rejected) = state, let partial, !partial.text.isEmpty
    else { return dropUnfinished(partial) }
    commit(partial, status: status, replacing: rejected, cut: true, isInterrupted: true)
  }
}
