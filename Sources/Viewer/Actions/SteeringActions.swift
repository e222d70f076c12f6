import Traces

extension ActionTable {
  /// What a person does to a turn that runs, or to the last one.
  static let steering: [ActionEntry] = [
    ActionEntry(
      "pause", "pause, and go on; with nothing running, the next turn begins paused",
      [.plain("p")], .conversation, footer: "pause", command: "pause", needsModels: true,
      unless: { $0.obstacleToModels },
      run: { state, _ in
        if !state.isRunning {
          state.say(
            state.run.isPaused ? "The next turn begins at once." : ViewerState.pausedSentence)
        }
        return [.run(.control(state.run.isPaused ? .resume : .pause))]
      }),
    ActionEntry(
      "single-step", "go on until the next step is kept, and pause", [.plain(".")], .conversation,
      command: "step", needsModels: true,
      unless: { state in
        if let obstacle = state.obstacleToModels { return obstacle }
        return state.run.isPaused && state.isRunning
          ? nil : "Only a paused turn goes on step by step: p pauses."
      },
      run: { _, _ in [.run(.control(.singleStep))] }),
    ActionEntry(
      "accept-step", "accept the draft of the step, whatever the judge says", [.plain("a")],
      .conversation, footer: "accept", command: "accept", needsModels: true,
      unless: { state in
        state.obstacleToSteering { step in
          step.committed?.isAcceptedDraft == true
            ? "Step \(step.number) is accepted already." : nil
        }
      },
      run: { state, _ in
        [.run(.control(.steer(.override(step: state.steeredStep, verdict: .accepted))))]
      }),
    ActionEntry(
      "reject-step", "reject the step: the base model writes it", [.plain("r")], .conversation,
      footer: "reject", command: "reject", needsModels: true,
      unless: { state in
        state.obstacleToSteering { step in
          step.rejectedDraft != nil ? "Step \(step.number) is rejected already." : nil
        }
      },
      run: { state, _ in
        [.run(.control(.steer(.override(step: state.steeredStep, verdict: .rejected))))]
      }),
    ActionEntry(
      "edit-step", "edit the step in $VISUAL or $EDITOR, and go on from it", [.plain("e")],
      .conversation, footer: "edit", command: "edit", needsModels: true,
      unless: { $0.obstacleToSteering() },
      run: { state, _ in
        [.screen(.edit(state.steered?.step.keptText ?? "", .step(state.steeredStep)))]
      }),
    ActionEntry(
      "add-note", "put a note of your own after the step, and go on from it", [.plain("+")],
      .conversation, command: "note", argument: "TEXT", needsModels: true,
      unless: { $0.obstacleToNote }, run: { state, text in state.addNote(text ?? "") }),
    ActionEntry(
      "write-note", "write a longer note in the editor", [Key(.character("+"), .alt)],
      .conversation, needsModels: true, unless: { $0.obstacleToNote },
      run: { state, _ in [.screen(.edit("", .note(after: state.steeredStep)))] }),
    ActionEntry(
      "branch", "go on anew after the step; what came after it is kept as a branch", [.plain("b")],
      .conversation, command: "branch", needsModels: true, unless: { $0.obstacleToSteering() },
      run: { state, _ in [.run(.control(.steer(.branch(after: state.steeredStep))))] }),
    ActionEntry(
      "answer-now", "end the reasoning here and write the answer", [.plain("A")], .conversation,
      command: "answer", needsModels: true,
      unless: { state in
        if let obstacle = state.obstacleToBranch { return obstacle }
        return state.isRunning ? nil : "No turn is running."
      },
      run: { _, _ in [.run(.control(.steer(.answerNow)))] }),
    ActionEntry(
      .extend,
      "go on with as much budget again after it ended the turn; so does Enter with nothing written",
      [], .conversation, command: "more", needsModels: true, unless: { $0.obstacleToExtending },
      run: { _, _ in [.run(.control(.steer(.extend)))] }),
    ActionEntry(
      .quit, "quit", [.plain("q")], .conversation, footer: "quit", command: "quit",
      run: { _, _ in [.screen(.quit)] }),
  ]
}

extension Action {
  static let extend: Action = "extend"
  static let quit: Action = "quit"
}

extension ViewerState {
  /// The step that steering is about: the shown one, if it belongs to the last turn.
  var steered: (id: StepID, step: StepState)? {
    guard let shown = shownStep, shown.id.turn == run.turns.count - 1 else { return nil }
    return (shown.id, shown.step)
  }

  /// Its number; 0 for the beginning of the turn.
  fileprivate var steeredStep: Int { steered?.id.step ?? 0 }

  /// Why the models cannot be steered at all; nil if they can. What only their side knows comes
  /// back as a warning.
  fileprivate var obstacleToModels: String? {
    guard case .ready = engine else { return "There are no models that could go on." }
    return isRacing ? "A race is running. Ctrl-C ends it." : nil
  }

  /// The same for what changes the branch that is shown.
  fileprivate var obstacleToBranch: String? {
    if let obstacleToModels { return obstacleToModels }
    return viewedBranch != nil
      ? "This branch was left. T and g go on from it; Esc shows the one that goes on." : nil
  }

  /// A budget ended the last turn: Enter goes on with as much again.
  var isOutOfBudget: Bool {
    replay == nil && !isRunning && run.turns.last?.ended?.stop.isOfBudget == true
  }

  /// Why the last turn cannot go on with as much budget again; nil if it can.
  var obstacleToExtending: String? {
    if let obstacleToBranch { return obstacleToBranch }
    return isOutOfBudget ? nil : "Only a turn that its budget ended goes on with as much again."
  }

  fileprivate var obstacleToNote: String? { obstacleToBranch ?? obstacleWithoutTurn }

  /// Why the steered step cannot be changed; `special` adds what one action has against it.
  fileprivate func obstacleToSteering(
    _ special: (StepState) -> String? = { _ in nil }
  ) -> String? {
    if let obstacleToBranch { return obstacleToBranch }
    guard let steered else {
      return obstacleWithoutStep ?? "Only steps of the last turn can be changed."
    }
    return special(steered.step)
  }

  fileprivate mutating func addNote(_ text: String) -> [Command] {
    let step = steeredStep
    if text.isEmpty {
      overlay = Prompt("Note after step \(step)") { text, _ in
        .close([.run(.control(.steer(.note(after: step, text: text))))])
      }
      return []
    }
    return [.run(.control(.steer(.note(after: step, text: text))))]
  }
}
