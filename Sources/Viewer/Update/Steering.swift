import Traces

extension ViewerState {
  /// The step that steering concerns: the selected one, else the latest, if it is of the last turn.
  private var steered: (id: StepID, step: StepState)? {
    guard let shown = shownStep, shown.id.turn == run.turns.count - 1 else { return nil }
    return (shown.id, shown.step)
  }

  /// What the person is asked while the turn waits for a decision; nil where it does not.
  var question: StatusLine? {
    guard overlay == nil, let step = run.turns.last?.askedStep else { return nil }
    let way = focus == .composer ? "Tab, then a accepts" : "a accepts"
    return StatusLine(
      text: "Step \(step): the judge cannot be read — \(way), r rejects", scope: .warning)
  }

  /// Why the person cannot steer so now; nil when they can. What only the models' side knows comes
  /// back as a warning.
  func obstacle(toSteering action: Action) -> String? {
    guard case .ready = engine else { return "There are no models that could go on." }
    if isRacing { return "A race is running. Ctrl-C ends it." }
    if viewedBranch != nil, action != .pause, action != .singleStep {
      return "This branch was left. T and g go on from it; Esc shows the one that goes on."
    }
    switch action {
    case .pause: return nil
    case .singleStep:
      return run.isPaused && isRunning ? nil : "Only a paused turn goes on step by step: p pauses."
    case .answerNow:
      return isRunning ? nil : "No turn is running."
    case .addNote, .writeNote:
      return run.turns.isEmpty ? "There is no turn yet." : nil
    default:
      guard let steered else {
        return shownStep == nil
          ? "There is no step yet." : "Only steps of the last turn can be changed."
      }
      if action == .acceptStep, steered.step.committed?.status == .draftAccepted {
        return "Step \(steered.id.step) is accepted already."
      }
      if action == .rejectStep, steered.step.rejectedDraft != nil {
        return "Step \(steered.id.step) is rejected already."
      }
      return nil
    }
  }

  mutating func steer(_ action: Action, _ argument: String?) -> [Command] {
    let step = steered?.id.step ?? 0
    switch action {
    case .pause: return [.run(.control(run.isPaused ? .resume : .pause))]
    case .singleStep: return [.run(.control(.singleStep))]
    case .answerNow: return [.run(.control(.answerNow))]
    case .acceptStep: return [.run(.control(.override(step: step, verdict: .accepted)))]
    case .rejectStep: return [.run(.control(.override(step: step, verdict: .rejected)))]
    case .branch: return [.run(.control(.branch(after: step)))]
    case .editStep: return [.screen(.edit(steered?.step.keptText ?? "", .step(step)))]
    case .addNote:
      if let argument, !argument.isEmpty {
        return [.run(.control(.note(after: step, text: argument)))]
      }
      overlay = Prompt("Note after step \(step)") { text, _ in
        .close([.run(.control(.note(after: step, text: text)))])
      }
      return []
    case .writeNote: return [.screen(.edit("", .note(after: step)))]
    default: return []
    }
  }

  mutating func finishEdit(_ result: EditResult, for purpose: EditPurpose) -> [Command] {
    switch (result, purpose) {
    case (.failure(let reason), _):
      say(reason, .warning)
    case (.text(let text), .composer):
      composer.replace(with: text.trimmedAtEnd)
      focus = .composer
    case (.text(let text), .step(let step)):
      let old = run.turns.last?.steps.last { $0.number == step }
      guard text.trimmedAtEnd != old?.keptText.trimmedAtEnd else {
        say("Step \(step) stays as it was.")
        return []
      }
      return [.run(.control(.edit(step: step, text: text.trimmedAtEnd)))]
    case (.text(let text), .note(let step)):
      guard !text.trimmedAtEnd.isEmpty else {
        say("No note was written.")
        return []
      }
      return [.run(.control(.note(after: step, text: text.trimmedAtEnd)))]
    case (.text(let text), .systemPrompt):
      return set(.setting(.systemPrompt), text.trimmedAtEnd) ?? []
    }
    return []
  }
}

extension String {
  /// Editors end a file with a line break that the person did not write.
  fileprivate var trimmedAtEnd: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
