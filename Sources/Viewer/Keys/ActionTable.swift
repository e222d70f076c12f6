import Traces

/// The one table that keys, footer, help, palette, `/commands` and `docs/keys.md` come from.
public enum ActionTable {
  /// Every action with its default keys, in the order in which a key is looked up.
  public static let entries: [ActionEntry] =
    overlays + saved + general + conversation + composer + main

  private static let overlays: [ActionEntry] = [
    entry(.closeOverlay, "close", [Key(.escape)], .list, footer: "close"),
    entry(.choose, "take the chosen one", [Key(.enter)], .list, footer: "choose"),
    entry(.previousItem, "up", [Key(.up), .control("p"), Key(.wheelUp)], .list),
    entry(.nextItem, "down", [Key(.down), .control("n"), Key(.wheelDown)], .list),
    entry(.previousItems, "up one page", [Key(.pageUp)], .list),
    entry(.nextItems, "down one page", [Key(.pageDown)], .list),
    entry(.closeOverlay, "close", [Key(.escape)], .prompt, footer: "close"),
    entry(.choose, "take the line as it is", [Key(.enter)], .prompt, footer: "take"),
    entry(.lowerValue, "the value before", [Key(.left), .plain("h")], .settings, footer: "less"),
    entry(.raiseValue, "the value after", [Key(.right), .plain("l")], .settings, footer: "more"),
    entry(.changeValue, "change or type the value", [Key(.enter)], .settings, footer: "type"),
    entry(
      .showBranch, "show the branch in the conversation", [Key(.enter)], .branches, footer: "show"),
    entry(.goOn, "go on from the branch", [.plain("g")], .branches, footer: "go on"),
    entry(
      .compareBranches, "compare with the marked branch, or with the one that goes on",
      [.plain("c")], .branches, footer: "compare"),
    entry(
      .markBranch, "mark the branch for a comparison", [.plain(" ")], .branches, footer: "mark"),
    entry(.choose, "show the step in the conversation", [Key(.enter)], .steps, footer: "step"),
    entry(
      .closeOverlay, "close", [Key(.escape), .plain("q"), .plain("?"), Key(.enter)], .reader,
      footer: "close"),
    entry(.zoomIn, "closer", [.plain("+"), .plain("=")], .chart, footer: "closer"),
    entry(.zoomOut, "farther", [.plain("-")], .chart, footer: "farther"),
    entry(
      .earlier, "the piece of work before", [Key(.left), .plain("h")], .chart, footer: "before"),
    entry(.later, "the piece of work after", [Key(.right), .plain("l")], .chart, footer: "after"),
    entry(.previousItem, "up", [Key(.up), .plain("k"), Key(.wheelUp)], .reader),
    entry(.nextItem, "down", [Key(.down), .plain("j"), Key(.wheelDown)], .reader),
    entry(.previousItems, "up one page", [Key(.pageUp)], .reader),
    entry(.nextItems, "down one page", [Key(.pageDown), .plain(" ")], .reader),
  ]

  private static let saved: [ActionEntry] = [
    entry(
      .viewRun, "watch the run, and change nothing", [Key(.character("v"), .alt)], .runs,
      footer: "watch"),
    entry(.renameRun, "name the run", [Key(.character("r"), .alt)], .runs, footer: "name"),
    entry(
      .deleteRun, "delete the run", [Key(.character("d"), .alt), Key(.delete, .control)], .runs,
      footer: "delete"),
    entry(
      .restoreRun, "take back the run that was deleted last", [Key(.character("u"), .alt)], .runs,
      footer: "undo"),
    entry(.playOrPause, "pause the replay, and go on", [.plain(" ")], .replay, footer: "pause"),
    entry(.playBack, "back by one step", [Key(.left)], .replay, footer: "back"),
    entry(.playOn, "on by one step", [Key(.right)], .replay, footer: "on"),
    entry(.previousTurn, "back by one turn", [Key(.left, .shift)], .replay),
    entry(.nextTurn, "on by one turn", [Key(.right, .shift)], .replay),
    entry(.slower, "slower", [.plain("-")], .replay, footer: "slower"),
    entry(.faster, "faster", [.plain("+"), .plain("=")], .replay, footer: "faster"),
    entry(.leaveReplay, "back to the run at hand", [Key(.escape)], .replay),
  ]

  private static let general: [ActionEntry] = [
    entry(
      .complete, "complete the command or what follows it", [Key(.tab)], .commandLine,
      footer: "complete"),
    entry(
      .switchFocus, "move between composer, conversation and step pane",
      [Key(.tab), Key(.tab, .shift)],
      .main, footer: "focus"),
    entry(
      .lowerThreshold, "lower the acceptance threshold by 0.5, also while it runs",
      [.plain("[")], .commands, footer: "lower τ"),
    entry(
      .raiseThreshold, "raise the acceptance threshold by 0.5, also while it runs",
      [.plain("]")], .commands, footer: "raise τ"),
    entry(
      .help, "show the keys", [.plain("?"), Key(.function(1))], .commands, footer: "help",
      command: "help"),
    entry(
      .palette, "find any action by its name", [.plain(":")], .commands, footer: "actions"),
    entry(.scrollToEnd, "go to the end and follow new text", [Key(.end)], .commands),
    entry(.scrollToStart, "go to the beginning", [Key(.home)], .commands),
    entry(.endInput, "quit, with an empty composer", [.control("d")], .commands),
  ]

  private static let conversation: [ActionEntry] = [
    entry(
      .previousStep, "select the step before", [Key(.up), .plain("k")], .conversation,
      footer: "step"),
    entry(.nextStep, "select the step after", [Key(.down), .plain("j")], .conversation),
    entry(
      .toggleStep, "open the step: the rejected draft beside what was kept, as a word diff",
      [Key(.enter), .plain("o")], .conversation, footer: "open"),
    entry(.nextReject, "go to the next rejected step", [.plain("}")], .conversation),
    entry(.previousReject, "go to the rejected step before", [.plain("{")], .conversation),
    entry(.nextNear, "go to the next step near the threshold", [.plain(")")], .conversation),
    entry(
      .previousNear, "go to the step near the threshold before", [.plain("(")], .conversation),
    entry(
      .nextByScore, "go through the steps by judge score, the lowest first", [.plain("s")],
      .conversation),
    entry(
      .search, "search the conversation", [.plain("/")], .conversation, footer: "search",
      command: "search", argument: "TEXT"),
    entry(.nextMatch, "go to the next match", [.plain("n")], .conversation),
    entry(.previousMatch, "go to the match before", [.plain("N")], .conversation),
    entry(
      .filter, "show only some steps", [], .conversation, command: "filter",
      argument: "accepted|rejected|base|flagged|score<7|off"),
    entry(.copyStep, "copy the step, or the selected ones", [.plain("y")], .conversation),
    entry(.copyAnswer, "copy the answer", [.plain("Y")], .conversation, command: "copy"),
    entry(
      .selectSteps, "begin or give up a selection of steps", [.plain("v")], .conversation),
    entry(
      .toggleRaw, "show texts as they were written, without Markdown and LaTeX", [.plain("x")],
      .conversation, command: "raw"),
    entry(
      .toggleTokens, "show the step's tokens with their probabilities", [.plain("h")],
      .conversation, command: "tokens"),
    entry(
      .toggleFold, "fold or unfold the thinking", [.plain("f")], .conversation, footer: "fold",
      command: "fold"),
    entry(
      .toggleSidePane, "show or hide the step and run panes", [.plain("i")], .conversation,
      command: "panes"),
    entry(
      .nextMode, "choose the mode of the next turn", [.plain("m")], .conversation,
      footer: "mode"),
    entry(
      .whatIf, "what other thresholds would have changed", [.plain("w")], .conversation,
      footer: "what-if", command: "what-if"),
    entry(
      .waterfall, "who worked when, on a time axis", [.plain("t")], .conversation,
      footer: "time", command: "waterfall"),
    entry(
      .race, "let the base model alone race against the last turn: the measured speedup",
      [.plain("B")], .conversation, footer: "race", command: "race"),
    entry(
      .branches, "the tree of the turn's branches: look at them, compare two, go on from one",
      [.plain("T")], .conversation, command: "branches"),
    entry(
      .settings, "change settings while it runs", [.plain("S")], .conversation, footer: "settings",
      command: "settings"),
    entry(
      .pause, "pause, and go on; with nothing running, the next turn begins paused", [.plain("p")],
      .conversation, footer: "pause", command: "pause"),
    entry(
      .singleStep, "go on until the next step is kept, and pause", [.plain(".")], .conversation,
      command: "step"),
    entry(
      .acceptStep, "accept the draft of the step, whatever the judge says", [.plain("a")],
      .conversation, footer: "accept", command: "accept"),
    entry(
      .rejectStep, "reject the step: the base model writes it", [.plain("r")], .conversation,
      footer: "reject", command: "reject"),
    entry(
      .editStep, "edit the step in $VISUAL or $EDITOR, and go on from it", [.plain("e")],
      .conversation, footer: "edit", command: "edit"),
    entry(
      .addNote, "put a note of your own after the step, and go on from it", [.plain("+")],
      .conversation, command: "note", argument: "TEXT"),
    entry(
      .writeNote, "write a longer note in the editor", [Key(.character("+"), .alt)],
      .conversation),
    entry(
      .branch, "go on anew after the step; what came after it is kept as a branch", [.plain("b")],
      .conversation, command: "branch"),
    entry(
      .answerNow, "end the reasoning here and write the answer", [.plain("A")], .conversation,
      command: "answer"),
    entry(.quit, "quit", [.plain("q")], .conversation, footer: "quit", command: "quit"),
  ]

  private static let composer: [ActionEntry] = [
    entry(.send, "send the problem, or run a /command", [Key(.enter)], .composer, footer: "send"),
    entry(
      .editText, "write the problem in $VISUAL or $EDITOR", [.control("x"), .control("g")],
      .composer, command: "editor"),
    entry(.newline, "begin a new line", [Key(.enter, .alt), .control("j")], .composer),
    entry(.up, "one line up; on the first line, the problem sent before", [Key(.up)], .composer),
    entry(
      .down, "one line down; on the last line, the problem sent after", [Key(.down)], .composer),
    entry(.left, "one character back", [Key(.left), .control("b")], .writing),
    entry(.right, "one character on", [Key(.right), .control("f")], .writing),
    entry(
      .wordLeft, "one word back",
      [Key(.left, .control), Key(.left, .alt), Key(.character("b"), .alt)], .writing),
    entry(
      .wordRight, "one word on",
      [Key(.right, .control), Key(.right, .alt), Key(.character("f"), .alt)], .writing),
    entry(.lineStart, "to the start of the line", [Key(.home), .control("a")], .writing),
    entry(.lineEnd, "to the end of the line", [Key(.end), .control("e")], .writing),
    entry(.deleteBackward, "delete the character before", [Key(.backspace)], .writing),
    entry(.deleteForward, "delete the character after", [Key(.delete), .control("d")], .writing),
    entry(
      .deleteWord, "delete the word before", [.control("w"), Key(.backspace, .alt)], .writing),
    entry(.deleteToLineStart, "delete to the start of the line", [.control("u")], .writing),
    entry(
      .undo, "undo the last change of the text", [.control("_"), Key(.character("u"), .alt)],
      .writing),
    entry(
      .redo, "do again what was undone", [Key(.character("_"), .alt), Key(.character("r"), .alt)],
      .writing),
    entry(.deleteToLineEnd, "delete to the end of the line", [.control("k")], .writing),
  ]

  private static let main: [ActionEntry] = [
    entry(.pageUp, "scroll one page back", [Key(.pageUp)], .main),
    entry(.pageDown, "scroll one page on", [Key(.pageDown)], .main),
    entry(.scrollUp, "scroll back", [Key(.up, .control), Key(.up, .shift), Key(.wheelUp)], .main),
    entry(
      .scrollDown, "scroll on", [Key(.down, .control), Key(.down, .shift), Key(.wheelDown)], .main),
    entry(.help, "show the keys", [Key(.function(1))], .main),
    entry(.palette, "find any action by its name", [.control("p")], .main),
    entry(.toggleSidePane, "show or hide the step and run panes", [.control("o")], .main),
    entry(.nextMode, "choose the mode of the next turn", [.control("t")], .main),
    entry(
      .escape, "close the panes over the conversation; back to the composer", [Key(.escape)], .main),
    entry(
      .runs, "list the saved runs: Enter goes on with one", [.control("r")], .main, command: "runs"),
    entry(
      .changeModel, "change a model of the pair; the conversation stays", [], .main,
      command: "model", argument: "base|draft [FILE]"),
    entry(.examples, "choose one of the example problems", [], .main, command: "examples"),
    entry(
      .setThreshold, "set the acceptance threshold, 0 to 9", [], .main, command: "threshold",
      argument: "6.5"),
    entry(
      .setMode, "set the mode of the next turn", [], .main, command: "mode",
      argument: Mode.allCases.map(\.rawValue).joined(separator: "|")),
    entry(
      .systemPrompt, "set the system prompt from the next turn on, or write it in the editor", [],
      .main, command: "system", argument: "[TEXT]"),
    entry(
      .setSetting, "change a setting, such as temperature 0.8", [], .main, command: "set",
      argument: "NAME VALUE"),
    entry(
      .compareRun, "compare the last turn with that of a recorded run", [], .main,
      command: "compare", argument: "FILE"),
    entry(
      .theme, "choose a theme", [Key(.function(2))], .main, command: "theme", argument: "[NAME]"),
    entry(
      .cancel,
      "cancel the turn and keep what was written; when nothing runs, clear the composer; again, quit",
      [.control("c")], .anywhere, footer: "cancel", command: "cancel"),
    entry(
      .toggleMouse, "take the mouse, or leave it to the terminal's own selection", [], .main,
      command: "mouse"),
    entry(.redraw, "draw the screen anew", [.control("l")], .anywhere),
    entry(.suspend, "go to the background", [.control("z")], .anywhere),
  ]

  private static func entry(
    _ action: Action, _ help: String, _ keys: [Key], _ context: ActionEntry.Context,
    footer: String? = nil, command: String? = nil, argument: String? = nil
  ) -> ActionEntry {
    ActionEntry(
      action: action, help: help, keys: keys, context: context, footer: footer,
      command: command.map { ActionEntry.CommandForm(name: $0, argument: argument) })
  }

  /// The page `docs/keys.md`: the keys of each context, then the commands.
  package static var markdown: String {
    let contexts = ActionEntry.Context.allCases.map { context in
      let rows = entries.filter { $0.context == context && !$0.keys.isEmpty }.map { entry in
        let keys = entry.keys.map { "`\($0.name)`" }.joined(separator: " ")
        return (keys, entry.help)
      }
      return section(context.rawValue, "key", rows)
    }
    let commands = entries.compactMap { entry in
      entry.command.map { ("`\($0.written)`", entry.help) }
    }
    return """
      # Keys and commands

      `specreason keys` lists the keys that are in force, and `specreason keys check` reports \
      mistakes in `keys.toml`. That file, in `$XDG_CONFIG_HOME/specreason` or \
      `~/.config/specreason`, rebinds an action with `action = ["key", "key"]`, at the top level \
      for every context or in a table named after one.

      """
        + (contexts + [section("Commands", "command", commands)]).joined()
  }

  private static func section(
    _ title: String, _ column: String, _ rows: [(name: String, help: String)]
  ) -> String {
    "\n## \(title)\n\n| \(column) | what it does |\n|---|---|\n"
      // A bar would end the cell, also within code.
      + rows.map { "| \($0.name.replacing("|", with: "\\|")) | \($0.help) |\n" }.joined()
  }
}

extension ActionEntry.CommandForm {
  /// Whether it means nothing without its argument; a hint in brackets may be left out.
  var needsArgument: Bool { argument.map { !$0.hasPrefix("[") } ?? false }

  /// As people write it, such as `/threshold 6.5`.
  var written: String { "/" + name + (argument.map { " " + $0 } ?? "") }
}
