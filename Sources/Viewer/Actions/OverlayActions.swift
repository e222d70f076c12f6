import Traces

extension ActionTable {
  /// The actions of the overlays. Keys of one overlay go before those of all readers.
  static let inOverlays: [ActionEntry] =
    Chooser.actions + Prompt.actions + SettingsOverlay.actions + BranchesOverlay.actions
    + steps + closing + WaterfallOverlay.actions + moving + Chooser.savedRunActions

  /// The contexts of overlays and replays, in the order of the help.
  static let overlayContexts: [ActionEntry.Context] = [
    .list, .prompt, .reader, .settings, .branches, .runs, .replay, .chart, .steps,
  ]

  /// What opens an overlay from the conversation.
  static let analysing: [ActionEntry] = [
    ActionEntry(
      "what-if", "what other thresholds would have changed", [.plain("w")], .conversation,
      footer: "what-if", command: "what-if", unless: { $0.obstacleWithoutTurn },
      do: { $0.overlay = WhatIfOverlay() }),
    ActionEntry(
      "waterfall", "who worked when, on a time axis", [.plain("t")], .conversation,
      footer: "time", command: "waterfall", unless: { $0.obstacleWithoutTurn },
      do: { $0.overlay = WaterfallOverlay() }),
    ActionEntry(
      "race", "let the base model alone race against the last turn: the measured speedup",
      [.plain("B")], .conversation, footer: "race", command: "race",
      unless: { $0.obstacleToRace }, run: { state, _ in state.startRace() }),
    ActionEntry(
      "branches", "the tree of the turn's branches: look at them, compare two, go on from one",
      [.plain("T")], .conversation, command: "branches",
      unless: { state in
        state.run.turns.last?.leftBranches.isEmpty ?? true
          ? "The last turn has no branches: b, e, a, r and + begin one." : nil
      },
      do: { state in state.overlay = state.run.turns.last.map { BranchesOverlay($0) } }),
    ActionEntry(
      "settings", "change settings while it runs", [.plain("S")], .conversation,
      footer: "settings", command: "settings", needsModels: true, unless: { $0.obstacleWithoutRun },
      do: { $0.overlay = SettingsOverlay() }),
  ]

  private static let steps: [ActionEntry] = [
    ActionEntry(
      .choose, "show the step in the conversation", [Key(.enter)], .steps, footer: "step")
  ]

  private static let closing: [ActionEntry] = [
    ActionEntry(
      .closeOverlay, "close", [Key(.escape), .plain("q"), .plain("?"), Key(.enter)], .reader,
      footer: "close")
  ]

  private static let moving: [ActionEntry] = [
    ActionEntry(.previousItem, "up", [Key(.up), .plain("k"), Key(.wheelUp)], .reader),
    ActionEntry(.nextItem, "down", [Key(.down), .plain("j"), Key(.wheelDown)], .reader),
    ActionEntry(.previousItems, "up one page", [Key(.pageUp)], .reader),
    ActionEntry(.nextItems, "down one page", [Key(.pageDown), .plain(" ")], .reader),
  ]
}

/// What every overlay understands.
extension Action {
  static let closeOverlay: Action = "close"
  static let choose: Action = "choose"
  static let previousItem: Action = "previous-item"
  static let nextItem: Action = "next-item"
  static let previousItems: Action = "previous-items"
  static let nextItems: Action = "next-items"
}
