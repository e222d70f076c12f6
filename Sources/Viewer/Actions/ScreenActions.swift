import Traces

extension ActionTable {
  /// Scrolling, the screen itself, and what is chosen or set by a `/command`.
  static let screen: [ActionEntry] = scrolling + choosing + setting + program

  private static let scrolling: [ActionEntry] = [
    ActionEntry(
      "page-up", "scroll one page back", [Key(.pageUp)], .main, do: { $0.scroll(byPages: -1) }),
    ActionEntry(
      "page-down", "scroll one page on", [Key(.pageDown)], .main, do: { $0.scroll(byPages: 1) }),
    ActionEntry(
      "scroll-up", "scroll back", [Key(.up, .control), Key(.up, .shift), Key(.wheelUp)], .main,
      do: { $0.scroll(byRows: -ViewerState.wheelRows) }),
    ActionEntry(
      "scroll-down", "scroll on", [Key(.down, .control), Key(.down, .shift), Key(.wheelDown)],
      .main, do: { $0.scroll(byRows: ViewerState.wheelRows) }),
    ActionEntry(.help, "show the keys", [Key(.function(1))], .main),
    ActionEntry(.palette, "find any action by its name", [.control("p")], .main),
    ActionEntry(.toggleSidePane, "show or hide the step and run panes", [.control("o")], .main),
    ActionEntry(.nextMode, "choose the mode of the next turn", [.control("t")], .main),
    ActionEntry(
      "escape", "close what is open; from the composer, read the conversation", [Key(.escape)],
      .main, do: { $0.escape() }),
  ]

  private static let choosing: [ActionEntry] = [
    ActionEntry(
      "runs", "list the saved runs: Enter goes on with one", [.control("r")], .main,
      command: "runs",
      unless: { state in
        state.isRunning || state.isRacing ? "A turn is running. Ctrl-C cancels it." : nil
      },
      run: { _, _ in [.run(.runs(.list))] }),
    ActionEntry(
      "change-model", "change a model of the pair; the conversation stays", [], .main,
      command: "model", argument: "base|draft [FILE]", needsModels: true,
      unless: { state in
        if state.isRunning || state.isRacing { return "A turn is running. Ctrl-C cancels it." }
        if case .loading = state.engine { return "The models are still loading." }
        return nil
      },
      run: { state, argument in state.chooseModel(argument ?? "") }),
    ActionEntry(
      "examples", "choose one of the example problems", [], .main, command: "examples",
      needsModels: true,
      unless: { $0.examples.isEmpty ? "These models have no examples." : nil },
      do: { $0.openExamples() }),
  ]

  private static let setting: [ActionEntry] = [
    ActionEntry(
      "set-threshold", "set the acceptance threshold: 0 to 9, or a share such as 80%", [], .main,
      command: "threshold",
      argument: "6.5", needsModels: true,
      run: { state, argument in state.setThreshold(argument ?? "") }),
    ActionEntry(
      .setMode, "set the mode of the next turn", [], .main, command: "mode",
      argument: Mode.allCases.map(\.rawValue).joined(separator: "|"), needsModels: true,
      run: { state, argument in state.setMode(argument ?? "") }),
    ActionEntry(
      "system-prompt",
      "set the system prompt from the next turn on, or write it in the editor", [], .main,
      command: "system", argument: "[TEXT]", needsModels: true,
      unless: { $0.obstacleWithoutRun },
      run: { state, argument in state.setSystemPrompt(argument) }),
    ActionEntry(
      "set", "change a setting, such as temperature 0.8", [], .main, command: "set",
      argument: "NAME VALUE", needsModels: true, unless: { $0.obstacleWithoutRun },
      run: { state, argument in state.set(argument ?? "") }),
    ActionEntry(
      "compare-run", "compare the last turn with that of a recorded run", [], .main,
      command: "compare", argument: "RUN",
      unless: { state in
        state.run.turns.isEmpty
          ? "There is no turn yet that a run could be compared with." : nil
      },
      run: { state, name in
        guard let name, !name.isEmpty else {
          state.say(
            "/compare needs the name of a saved run, or a file: /compare latest.", .warning)
          return nil
        }
        return [.run(.load(name))]
      }),
    ActionEntry(
      .theme, "choose a theme", [Key(.function(2))], .main, command: "theme",
      argument: "[NAME]", run: { state, name in state.setTheme(name ?? "") }),
  ]

  private static let program: [ActionEntry] = [
    ActionEntry(
      .cancel,
      "cancel the turn and keep what was written; when nothing runs, clear the composer; again, quit",
      [.control("c")], .anywhere, footer: "cancel", command: "cancel",
      run: { state, _ in state.cancel() }),
    ActionEntry(
      "toggle-mouse", "take the mouse, or leave it to the terminal's own selection", [], .main,
      command: "mouse", run: { state, _ in state.toggleMouse() }),
    ActionEntry(
      .redraw, "draw the screen anew", [.control("l")], .anywhere,
      run: { _, _ in [.screen(.redraw)] }),
    ActionEntry(
      "suspend", "go to the background", [.control("z")], .anywhere,
      run: { _, _ in [.screen(.suspend)] }),
  ]
}

extension Action {
  static let setMode: Action = "set-mode"
  static let theme: Action = "theme"
  static let cancel: Action = "cancel"
  static let redraw: Action = "redraw"
}

extension ViewerState {
  /// First cancels what runs, or clears the composer; pressed again, quits.
  fileprivate mutating func cancel() -> [Command] {
    if quitIsArmed { return [.screen(.quit)] }
    quitIsArmed = true
    if isRunning || isRacing {
      say("Cancelling. What was written is kept. Ctrl-C again quits.")
      guard !requested.cancel else { return [] }
      requested.cancel = true
      return [.run(.control(.cancel))]
    }
    overlay = nil
    composer.clear()
    say("Ctrl-C again quits.")
    return []
  }

  fileprivate mutating func escape() {
    if selection.start != nil {
      selection.start = nil
    } else if viewedBranch != nil {
      view(branch: nil)
    } else if sidePane.isShownOver {
      sidePane.isShownOver = false
    } else if focus == .composer, composer.characters.first == "/" {
      composer.clear()
    } else if focus == .conversation {
      say("READ: keys act on the conversation. Tab goes to the composer.")
    } else {
      focus = .conversation
    }
  }
}
