extension ActionTable {
  /// Ways to read, search and copy the conversation.
  static let reading: [ActionEntry] = steps + texts + [nextMode]

  private static let steps: [ActionEntry] = [
    ActionEntry(
      .previousStep, "select the step before", [Key(.up), .plain("k")], .conversation,
      footer: "step", unless: { $0.obstacleWithoutStep }, do: { $0.goToStep(-1) }),
    ActionEntry(
      "next-step", "select the step after", [Key(.down), .plain("j")], .conversation,
      unless: { $0.obstacleWithoutStep }, do: { $0.goToStep(1) }),
    ActionEntry(
      "toggle-step", "open the step: the rejected draft beside what was kept, as a word diff",
      [Key(.enter), .plain("o")], .conversation, footer: "open",
      unless: { $0.obstacleWithoutStep }, do: { $0.toggleStep() }),
    ActionEntry(
      "next-reject", "go to the next rejected step", [.plain("}")], .conversation,
      unless: { $0.obstacleWithoutStep }, do: { $0.goToRejectedStep(1) }),
    ActionEntry(
      "previous-reject", "go to the rejected step before", [.plain("{")], .conversation,
      unless: { $0.obstacleWithoutStep }, do: { $0.goToRejectedStep(-1) }),
    ActionEntry(
      "next-near-threshold", "go to the next step near the threshold", [.plain(")")],
      .conversation, unless: { $0.obstacleWithoutStep }, do: { $0.goToStepNearThreshold(1) }),
    ActionEntry(
      "previous-near-threshold", "go to the step near the threshold before", [.plain("(")],
      .conversation, unless: { $0.obstacleWithoutStep }, do: { $0.goToStepNearThreshold(-1) }),
    ActionEntry(
      "next-by-score", "go through the steps by judge score, the lowest first", [.plain("s")],
      .conversation, unless: { $0.obstacleWithoutStep }, do: { $0.goToStepByScore() }),
  ]

  private static let texts: [ActionEntry] = [
    ActionEntry(
      "search", "search the conversation", [.plain("/")], .conversation, footer: "search",
      command: "search", argument: "TEXT",
      run: { state, text in
        state.search(for: text ?? "")
        return []
      }),
    ActionEntry(
      "next-match", "go to the next match", [.plain("n")], .conversation,
      do: { $0.goToMatch(1) }),
    ActionEntry(
      "previous-match", "go to the match before", [.plain("N")], .conversation,
      do: { $0.goToMatch(-1) }),
    ActionEntry(
      "filter", "show only some steps", [], .conversation, command: "filter",
      argument: "accepted|rejected|base|flagged|score<7|off",
      run: { state, filter in state.setFilter(filter ?? "") }),
    ActionEntry(
      "copy-step", "copy the step, or the selected ones", [.plain("y")], .conversation,
      unless: { $0.obstacleWithoutStep }, run: { state, _ in state.copySteps() }),
    ActionEntry(
      "copy-answer", "copy the answer", [.plain("Y")], .conversation, command: "copy",
      unless: { state in
        (state.shownStep?.turn ?? state.run.turns.last)?.answerText.isEmpty ?? true
          ? "There is no answer yet." : nil
      },
      run: { state, _ in state.copyAnswer() }),
    ActionEntry(
      "select-steps", "begin or give up a selection of steps", [.plain("v")], .conversation,
      unless: { $0.obstacleWithoutStep },
      do: { $0.selection.start = $0.selection.start == nil ? $0.shownStep?.id : nil }),
    ActionEntry(
      "toggle-raw", "show texts as they were written, without Markdown and LaTeX", [.plain("x")],
      .conversation, command: "raw", do: { $0.reading.isRaw.toggle() }),
    ActionEntry(
      "toggle-tokens", "show the step's tokens with their probabilities", [.plain("h")],
      .conversation, command: "tokens", unless: { $0.obstacleWithoutStep },
      do: { $0.toggleTokens() }),
    ActionEntry(
      "toggle-fold", "fold or unfold the thinking", [.plain("f")], .conversation, footer: "fold",
      command: "fold",
      unless: { $0.run.turns.isEmpty ? "There is nothing to fold yet." : nil },
      do: { $0.toggleFold() }),
    ActionEntry(
      .toggleSidePane, "show or hide the step and run panes", [.plain("i")], .conversation,
      command: "panes", do: { $0.toggleSidePane() }),
  ]

  private static let nextMode = ActionEntry(
    .nextMode, "choose the mode of the next turn", [.plain("m")], .conversation, footer: "mode",
    needsModels: true, unless: { $0.obstacleToSettings },
    run: { state, _ in state.requestNextMode() })
}

extension Action {
  static let previousStep: Action = "previous-step"
  static let toggleSidePane: Action = "toggle-side-pane"
  static let nextMode: Action = "next-mode"
}

extension ViewerState {
  var obstacleWithoutStep: String? { shownStep == nil ? "There is no step yet." : nil }
  var obstacleWithoutTurn: String? { run.turns.isEmpty ? "There is no turn yet." : nil }
  var obstacleWithoutRun: String? { run.started == nil ? "The run has not begun yet." : nil }
}
