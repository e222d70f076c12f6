extension ActionTable {
  /// What the keys for a threshold, for help and for both ends do nearly everywhere.
  static let general: [ActionEntry] = [
    ActionEntry(
      "complete", "complete the command or what follows it", [Key(.tab)], .commandLine,
      footer: "complete", do: { $0.complete() }),
    ActionEntry(
      "previous-command", "choose the command before", [Key(.up)], .commandLine,
      do: { $0.chooseCommand(-1) }),
    ActionEntry(
      "next-command", "choose the command after", [Key(.down)], .commandLine,
      do: { $0.chooseCommand(1) }),
    ActionEntry(
      "switch-focus", "move between composer, conversation and step pane",
      [Key(.tab), Key(.tab, .shift)], .main, footer: "focus", do: { $0.switchFocus() }),
    ActionEntry(
      .lowerThreshold, "lower the acceptance threshold by 0.5, a share by 5%, also while it runs",
      [.plain("[")],
      .commands, footer: "lower τ",
      unless: { state in
        state.obstacleToSettings
          ?? (state.acceptanceInForce == state.movedThreshold(by: -1)
            ? "The acceptance threshold is at its lowest." : nil)
      },
      run: { state, _ in state.requestThreshold(by: -1) }),
    ActionEntry(
      .raiseThreshold, "raise the acceptance threshold by 0.5, a share by 5%, also while it runs",
      [.plain("]")],
      .commands, footer: "raise τ",
      unless: { state in
        state.obstacleToSettings
          ?? (state.acceptanceInForce == state.movedThreshold(by: 1)
            ? "The acceptance threshold is at its highest." : nil)
      },
      run: { state, _ in state.requestThreshold(by: 1) }),
    ActionEntry(
      .takeSuggestion, "set the threshold that the coach suggests", [.plain("=")], .commands,
      command: "suggested", needsModels: true, unless: { $0.obstacleToSuggestion },
      run: { state, _ in
        state.coach?.suggestion.map { state.request(threshold: .score($0.threshold)) } ?? []
      }),
    ActionEntry(
      .help, "show the keys", [.plain("?"), Key(.function(1))], .commands, footer: "help",
      command: "help", do: { $0.overlay = HelpOverlay() }),
    ActionEntry(
      .palette, "find any action by its name", [.plain(":")], .commands, footer: "actions",
      do: { $0.openPalette() }),
    ActionEntry(
      "scroll-to-end", "go to the end and follow new text", [Key(.end)], .commands,
      do: { $0.scrollToEnd() }),
    ActionEntry(
      "scroll-to-start", "go to the beginning", [Key(.home)], .commands,
      do: { $0.scrollToStart() }),
    ActionEntry(
      "end-input", "quit, with an empty composer", [.control("d")], .commands,
      run: { _, _ in [.screen(.quit)] }),
  ]
}

extension Action {
  static let lowerThreshold: Action = "lower-threshold"
  static let raiseThreshold: Action = "raise-threshold"
  static let takeSuggestion: Action = "take-suggestion"
  static let help: Action = "help"
  static let palette: Action = "palette"
}
