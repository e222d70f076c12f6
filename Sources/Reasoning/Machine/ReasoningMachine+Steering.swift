import Traces

/// What the person changes while a turn runs, or after it.
///
/// A control that concerns a step which is kept already begins a branch: the turn goes on from
/// before that step, and what came after it counts as discarded.
extension ReasoningMachine {
  /// Why `control` cannot be obeyed as things stand, in one sentence; nil where it can.
  ///
  /// Only controls that change the reasoning itself are the machine's: overrides, edits, notes,
  /// branches, and the call for the answer.
  public func refusal(of control: Control) -> String? {
    switch control {
    case .override(let step, .accepted):
      return draft(of: step) == nil ? "Step \(step) has no draft that could be accepted." : nil
    case .override(let step, .rejected):
      guard mode.judgesSteps else { return "In mode \(mode.rawValue) no step is rejected." }
      let canBeWritten = step >= 1 && step <= kept.count || waitingDraft(of: step) != nil
      return canBeWritten ? nil : "There is no step \(step) that could be rejected."
    case .edit(let step, let text):
      guard step >= 1 && step <= kept.count || waitingDraft(of: step) != nil else {
        return "There is no step \(step) that could be edited."
      }
      return Self.refusal(ofText: text)
    case .note(let step, let text):
      guard step >= 0 && step <= kept.count else { return "There is no step \(step)." }
      return Self.refusal(ofText: text)
    case .branch(let step):
      return step >= 0 && step <= kept.count ? nil : "There is no step \(step)."
    case .goOn(let branch):
      return leftBranches.indices.contains(branch)
        ? nil : "The turn left no branch \(branch)."
    case .answerNow:
      return prefix.thinkingClosed || isFinished ? "The reasoning is over already." : nil
    case .setThreshold, .setMode, .set, .pause, .resume, .singleStep, .cancel:
      return "This changes no step."
    }
  }

  /// Takes a control of the person in the place of what the last action gives.
  ///
  /// - Parameters:
  ///   - control: One that is not refused.
  ///   - partial: What was written of the step or answer at hand.
  public mutating func steered(by control: Control, partial: Generation? = nil) -> Transition {
    precondition(refusal(of: control) == nil, "the control is refused")
    let told: [Event.Kind] = [.control(control)]
    switch control {
    case .override(let step, let verdict):
      return overridden(step, verdict, partial, after: told)
    case .edit(let step, let text):
      let events = told + leave(keeping: step - 1, dropping: partial)
      return put(text, as: .edited, after: events)
    case .note(let step, let text):
      return put(text, as: .note, after: told + leave(keeping: step, dropping: partial))
    case .branch(let step):
      // Another text is wanted even where no step is lost.
      let events = leave(keeping: step, dropping: partial, beginsBranch: true)
      return nextStep(after: told + events)
    case .goOn(let branch):
      return goOn(from: branch, dropping: partial, after: told)
    case .answerNow:
      return answerNow(because: .person, after: told + keepUnfinished(partial))
    case .setThreshold, .setMode, .set, .pause, .resume, .singleStep, .cancel:
      preconditionFailure("the control changes no step")
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
    guard step == stepNumber else { return nil }
    switch state {
    case .judging(let drafts): return drafts.last
    case .asking(let draft): return draft
    case .idle, .drafting, .baseWriting, .answering, .finished: return nil
    }
  }

  /// The draft that accepting step `step` would keep.
  private func draft(of step: Int) -> Generation? {
    if step >= 1, step <= kept.count { return kept[step - 1].rejected }
    if step == stepNumber, case .baseWriting(_, let rejected?) = state { return rejected }
    return waitingDraft(of: step)?.written
  }

  private mutating func overridden(
    _ step: Int, _ verdict: Verdict, _ partial: Generation?, after told: [Event.Kind]
  ) -> Transition {
    switch verdict {
    case .accepted:
      let reason = "accepted by the person"
      if let draft = waitingDraft(of: step) {
        dropOthers()
        return accept(draft, by: .person, reason: reason, after: told)
      }
      guard let draft = draft(of: step) else { preconditionFailure("refused above") }
      // It was rejected before, and is neither rejected nor discarded any more.
      rejected -= 1
      tokens.discarded -= draft.tokens
      let events = told + leave(keeping: step - 1, dropping: partial)
      return accept(Draft(written: draft), by: .person, reason: reason, after: events)
    case .rejected:
      let reason = "rejected by the person"
      if let draft = waitingDraft(of: step) {
        dropOthers()
        return reject(draft, by: .person, reason: reason, after: told)
      }
      let written = kept[step - 1].written
      let events = told + leave(keeping: step - 1, dropping: partial)
      tokens.discarded -= written.tokens
      return reject(Draft(written: written), by: .person, reason: reason, after: events)
    }
  }

  /// Counts all drafts that await their judgement but the last as discarded.
  private mutating func dropOthers() {
    guard case .judging(let drafts) = state else { return }
    tokens.discarded += Self.tokens(of: drafts.dropLast())
  }

  /// Keeps the person's own text as a step.
  private mutating func put(
    _ text: String, as status: StepStatus, after events: [Event.Kind]
  ) -> Transition {
    let written = Generation(text: text, tokens: 0, stop: .stepEnd, seconds: 0, decodeSeconds: 0)
    return keep(written, status: status, after: events)
  }

  /// Goes back to the first `count` steps and drops what is being written.
  private mutating func leave(
    keeping count: Int, dropping partial: Generation?, beginsBranch: Bool = false
  ) -> [Event.Kind] {
    dropUnfinished(partial)
    guard beginsBranch || count < kept.count || prefix.thinkingClosed || isFinished else {
      return []
    }
    let parent = branch
    beginBranch(with: Array(kept[..<count]))
    return [
      .branchStarted(BranchStarted(turn: turn, branch: branch, parent: parent, keeps: count))
    ]
  }

  /// Takes up a branch that was left; one that had closed its reasoning gets another answer.
  private mutating func goOn(
    from number: Int, dropping partial: Generation?, after told: [Event.Kind]
  ) -> Transition {
    dropUnfinished(partial)
    let left = leftBranches[number]
    beginBranch(with: left.kept)
    let started = BranchStarted(turn: turn, branch: branch, parent: number, keeps: kept.count)
    let events = told + [.branchStarted(started)]
    guard left.thinkingClosed else { return nextStep(after: events) }
    prefix.thinkingClosed = true
    return writeAnswer(closing: nil, after: events)
  }

  /// Leaves the branch at hand for one that begins with `steps`.
  private mutating func beginBranch(with steps: [KeptStep]) {
    func count(_ steps: [KeptStep]) -> Int { steps.reduce(0) { $0 + $1.written.tokens } }
    leftBranches.append(LeftBranch(kept: kept, thinkingClosed: prefix.thinkingClosed))
    tokens.discarded += count(kept) - count(steps)
    kept = steps
    prefix.steps = steps.map(\.written.text)
    prefix.thinkingClosed = false
    force = nil
    tokensBefore = tokens.draft + tokens.base - tokensAhead - count(kept)
    branch += 1
  }

  /// Counts what is being written, or waits for its decision, as discarded.
  private mutating func dropUnfinished(_ partial: Generation?) {
    switch state {
    case .drafting(let others, _):
      tokens.discarded += Self.tokens(of: others)
      if let partial { count(partial, by: .draft) }
    case .baseWriting:
      if let partial { count(partial, by: .base) }
    case .answering:
      if let partial { count(partial, by: answerRole) }
    case .judging(let drafts):
      tokens.discarded += Self.tokens(of: drafts)
    case .asking(let draft):
      tokens.discarded += draft.written.tokens
    case .idle, .finished:
      break
    }
    tokens.discarded += partial?.tokens ?? 0
  }

  /// Keeps what the base model has written of a step, and drops a draft.
  private mutating func keepUnfinished(_ partial: Generation?) -> [Event.Kind] {
    guard case .baseWriting(let status, let rejected) = state, let partial, !partial.text.isEmpty
    else {
      dropUnfinished(partial)
      return []
    }
    count(partial, by: .base)
    var committed = commit(partial, status: status, replacing: rejected, cut: true)
    // How much of an interrupted write was prefill is not known.
    committed.decodeSeconds = nil
    return [.stepCommitted(committed)]
  }
}
