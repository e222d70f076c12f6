/// What a key can do.
public enum Action: Sendable, CaseIterable {
  case closeOverlay, chooseItem, previousItem, nextItem, previousItems, nextItems
  case send, newline, switchFocus
  case lowerThreshold, raiseThreshold, nextMode
  case cancel, endInput, quit
  case help, toggleSidePane, toggleFold
  case previousStep, nextStep
  case scrollUp, scrollDown, pageUp, pageDown, scrollToStart, scrollToEnd
  case left, right, up, down, wordLeft, wordRight, lineStart, lineEnd
  case deleteBackward, deleteForward, deleteWord, deleteToLineStart, deleteToLineEnd
  case escape, redraw, suspend
}

/// One row of the action table.
public struct ActionEntry: Sendable {
  /// The action itself.
  public let action: Action
  /// What it does, for the help and the README.
  public let help: String
  /// Keys that do it, the preferred one first.
  public let keys: [Key]
  /// When these keys mean it.
  public let context: Context
  /// A word for the footer; nil keeps it out of there.
  public let footer: String?

  /// When its keys mean it.
  public enum Context: String, Sendable, CaseIterable {
    case anywhere = "Anywhere"
    /// The conversation has the focus, or the composer has it and is empty.
    case commands = "With an empty composer, or in the conversation"
    case conversation = "In the conversation"
    case composer = "In the composer"
    /// No overlay is open.
    case main = "On the main screen"
    case overlay = "In a list or the help"
  }
}

/// The one table that keys, footer, help and README's list of keys come from.
public enum ActionTable {
  /// Every action, in the order in which a key is looked up.
  public static let entries: [ActionEntry] = [
    entry(.closeOverlay, "close", [Key(.escape), .plain("q"), .plain("?")], .overlay, "close"),
    entry(.chooseItem, "take the problem into the composer", [Key(.enter)], .overlay, "choose"),
    entry(.previousItem, "up", [Key(.up), .plain("k"), Key(.wheelUp)], .overlay),
    entry(.nextItem, "down", [Key(.down), .plain("j"), Key(.wheelDown)], .overlay),
    entry(.previousItems, "up one page", [Key(.pageUp)], .overlay),
    entry(.nextItems, "down one page", [Key(.pageDown), .plain(" ")], .overlay),

    entry(
      .switchFocus, "move between composer and conversation", [Key(.tab), Key(.tab, .shift)],
      .main, "focus"),
    entry(
      .lowerThreshold, "lower the acceptance threshold by 0.5, also while it runs",
      [.plain("[")], .commands, "lower τ"),
    entry(
      .raiseThreshold, "raise the acceptance threshold by 0.5, also while it runs",
      [.plain("]")], .commands, "raise τ"),
    entry(.help, "show the keys", [.plain("?"), Key(.function(1))], .commands, "help"),
    entry(.scrollToEnd, "go to the end and follow new text", [Key(.end)], .commands),
    entry(.scrollToStart, "go to the beginning", [Key(.home)], .commands),

    entry(
      .previousStep, "select the step before", [Key(.up), .plain("k")], .conversation, "step"),
    entry(.nextStep, "select the step after", [Key(.down), .plain("j")], .conversation),
    entry(.toggleFold, "fold or unfold the thinking", [.plain("f")], .conversation, "fold"),
    entry(.toggleSidePane, "show or hide the step and run panes", [.plain("i")], .conversation),
    entry(.nextMode, "choose the mode of the next turn", [.plain("m")], .conversation, "mode"),
    entry(.quit, "quit", [.plain("q")], .conversation, "quit"),

    entry(.send, "send the problem, or run a /command", [Key(.enter)], .composer, "send"),
    entry(
      .newline, "begin a new line", [Key(.enter, .alt), .control("j")], .composer),
    entry(.endInput, "quit, with an empty composer", [.control("d")], .commands),
    entry(.left, "one character back", [Key(.left), .control("b")], .composer),
    entry(.right, "one character on", [Key(.right), .control("f")], .composer),
    entry(.up, "one line up; on the first line, the problem sent before", [Key(.up)], .composer),
    entry(
      .down, "one line down; on the last line, the problem sent after", [Key(.down)], .composer),
    entry(
      .wordLeft, "one word back",
      [Key(.left, .control), Key(.left, .alt), Key(.character("b"), .alt)],
      .composer),
    entry(
      .wordRight, "one word on",
      [Key(.right, .control), Key(.right, .alt), Key(.character("f"), .alt)], .composer),
    entry(.lineStart, "to the start of the line", [Key(.home), .control("a")], .composer),
    entry(.lineEnd, "to the end of the line", [Key(.end), .control("e")], .composer),
    entry(.deleteBackward, "delete the character before", [Key(.backspace)], .composer),
    entry(.deleteForward, "delete the character after", [Key(.delete), .control("d")], .composer),
    entry(
      .deleteWord, "delete the word before", [.control("w"), Key(.backspace, .alt)], .composer),
    entry(.deleteToLineStart, "delete to the start of the line", [.control("u")], .composer),
    entry(.deleteToLineEnd, "delete to the end of the line", [.control("k")], .composer),

    entry(.pageUp, "scroll one page back", [Key(.pageUp)], .main),
    entry(.pageDown, "scroll one page on", [Key(.pageDown)], .main),
    entry(.scrollUp, "scroll back", [Key(.up, .control), Key(.up, .shift), Key(.wheelUp)], .main),
    entry(
      .scrollDown, "scroll on", [Key(.down, .control), Key(.down, .shift), Key(.wheelDown)], .main),
    entry(.help, "show the keys", [Key(.function(1))], .main),
    entry(.toggleSidePane, "show or hide the step and run panes", [.control("o")], .main),
    entry(.nextMode, "choose the mode of the next turn", [.control("t")], .main),
    entry(
      .escape, "close the panes over the conversation; back to the composer", [Key(.escape)], .main),
    entry(
      .cancel,
      "cancel the turn and keep what was written; when nothing runs, clear the composer; again, quit",
      [.control("c")], .anywhere, "cancel"),
    entry(.redraw, "draw the screen anew", [.control("l")], .anywhere),
    entry(.suspend, "go to the background", [.control("z")], .anywhere),
  ]

  private static func entry(
    _ action: Action, _ help: String, _ keys: [Key], _ context: ActionEntry.Context,
    _ footer: String? = nil
  ) -> ActionEntry {
    ActionEntry(action: action, help: help, keys: keys, context: context, footer: footer)
  }

  /// What `key` means in `state`; nil when it means nothing but itself.
  static func action(for key: Key, in state: ViewerState) -> Action? {
    entries.first { entry in
      state.isActive(entry.context) && entry.keys.contains(key)
    }?.action
  }

  /// The table as Markdown, one section for each context.
  public static var markdown: String {
    ActionEntry.Context.allCases.map { context in
      let rows = entries.filter { $0.context == context }.map { entry in
        let keys = entry.keys.map { "`\($0.name)`" }.joined(separator: " ")
        return "| \(keys) | \(entry.help) |"
      }
      return (["**\(context.rawValue)**", "", "| key | what it does |", "|---|---|"] + rows)
        .joined(separator: "\n")
    }.joined(separator: "\n\n") + "\n"
  }
}

extension ViewerState {
  /// Whether keys of `context` count now.
  func isActive(_ context: ActionEntry.Context) -> Bool {
    if overlay != nil { return context == .overlay || context == .anywhere }
    return switch context {
    case .anywhere, .main: true
    case .overlay: false
    case .conversation: focus == .conversation
    case .composer: focus == .composer
    case .commands: focus == .conversation || composer.isEmpty
    }
  }

  /// Why `action` cannot be done now, for people; nil when it can.
  func obstacle(to action: Action) -> String? {
    switch action {
    case .send:
      if composer.text.allSatisfy(\.isWhitespace) { return "Write a problem first." }
      // Commands of the viewer itself need no engine.
      if composer.text.hasPrefix("/") { return nil }
      if isRunning { return "A turn is running. Ctrl-C cancels it and keeps what was written." }
      switch engine {
      case .ready: return nil
      case .loading: return "The models are still loading."
      case .failed(let why): return why
      }
    case .previousStep, .nextStep:
      return shownStep == nil ? "There is no step yet." : nil
    case .toggleFold:
      return run.turns.isEmpty ? "There is nothing to fold yet." : nil
    case .chooseItem:
      if case .examples = overlay { return nil }
      return "Esc closes the help."
    case .lowerThreshold:
      return thresholdInForce <= Self.thresholds.lowerBound
        ? "The acceptance threshold is at its lowest: every readable step is accepted." : nil
    case .raiseThreshold:
      return thresholdInForce >= Self.thresholds.upperBound
        ? "The acceptance threshold is at its highest." : nil
    default:
      return nil
    }
  }

  /// What the threshold is, or will be when the reasoner confirms it.
  var thresholdInForce: Double { requestedThreshold ?? run.threshold }

  /// Judge scores are digits, so thresholds beyond them say nothing.
  static let thresholds = 0.0...9.0
}

extension Key {
  /// The key as people write it, such as `Ctrl-C` or `PgUp`.
  public var name: String {
    var parts: [String] = []
    if modifiers.contains(.control) { parts.append("Ctrl") }
    if modifiers.contains(.alt) { parts.append("Alt") }
    if modifiers.contains(.shift) { parts.append("Shift") }
    parts.append(code.name(isCommand: !modifiers.isEmpty))
    return parts.joined(separator: "-")
  }
}

extension Key.Code {
  fileprivate func name(isCommand: Bool) -> String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): isCommand ? character.uppercased() : String(character)
    case .enter: "Enter"
    case .tab: "Tab"
    case .escape: "Esc"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .insert: "Ins"
    case .left: "←"
    case .right: "→"
    case .up: "↑"
    case .down: "↓"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .function(let number): "F\(number)"
    case .wheelUp: "Wheel up"
    case .wheelDown: "Wheel down"
    }
  }
}
