extension ActionTable {
  /// Writing in the composer, in a prompt, and in a list's filter.
  static let writing: [ActionEntry] = composer + moving + changing

  private static let composer: [ActionEntry] = [
    ActionEntry(
      .send, "send the problem, or run a /command", [Key(.enter)], .composer, footer: "send",
      unless: { $0.obstacleToSending }, run: { state, _ in state.send() }),
    ActionEntry(
      "edit-text", "write the problem in $VISUAL or $EDITOR", [.control("x"), .control("g")],
      .composer, command: "editor", needsModels: true,
      run: { state, _ in [.screen(.edit(state.composer.text, .composer))] }),
    ActionEntry(
      "newline", "begin a new line",
      [Key(.enter, .alt), Key(.enter, .shift), .control("j")], .composer,
      do: { $0.composer.insert(CollectionOfOne("\n")) }),
    ActionEntry(
      "up", "one line up; on the first line, the problem sent before", [Key(.up)], .composer,
      do: { $0.editText { if !$0.moveUp() { $0.recallPrevious() } } }),
    ActionEntry(
      "down", "one line down; on the last line, the problem sent after", [Key(.down)], .composer,
      do: { $0.editText { if !$0.moveDown() { $0.recallNext() } } }),
  ]

  private static let moving: [ActionEntry] = [
    ActionEntry(
      "left", "one character back", [Key(.left), .control("b")], .writing,
      do: { $0.editText { $0.moveLeft() } }),
    ActionEntry(
      "right", "one character on", [Key(.right), .control("f")], .writing,
      do: { $0.editText { $0.moveRight() } }),
    ActionEntry(
      "word-left", "one word back",
      [Key(.left, .control), Key(.left, .alt), Key(.character("b"), .alt)], .writing,
      do: { $0.editText { $0.moveToWordStart() } }),
    ActionEntry(
      "word-right", "one word on",
      [Key(.right, .control), Key(.right, .alt), Key(.character("f"), .alt)], .writing,
      do: { $0.editText { $0.moveToWordEnd() } }),
    ActionEntry(
      "line-start", "to the start of the line", [Key(.home), .control("a")], .writing,
      do: { $0.editText { $0.moveToLineStart() } }),
    ActionEntry(
      "line-end", "to the end of the line", [Key(.end), .control("e")], .writing,
      do: { $0.editText { $0.moveToLineEnd() } }),
  ]

  private static let changing: [ActionEntry] = [
    ActionEntry(
      "delete-backward", "delete the character before", [Key(.backspace)], .writing,
      do: { $0.editText { $0.deleteBackward() } }),
    ActionEntry(
      "delete-forward", "delete the character after", [Key(.delete), .control("d")], .writing,
      do: { $0.editText { $0.deleteForward() } }),
    ActionEntry(
      "delete-word", "delete the word before", [.control("w"), Key(.backspace, .alt)], .writing,
      do: { $0.editText { $0.deleteWord() } }),
    ActionEntry(
      "delete-to-line-start", "delete to the start of the line", [.control("u")], .writing,
      do: { $0.editText { $0.deleteToLineStart() } }),
    ActionEntry(
      "undo", "undo the last change of the text", [.control("_"), Key(.character("u"), .alt)],
      .writing, do: { $0.editText { $0.undo() } }),
    ActionEntry(
      "redo", "do again what was undone", [Key(.character("_"), .alt), Key(.character("r"), .alt)],
      .writing, do: { $0.editText { $0.redo() } }),
    ActionEntry(
      "delete-to-line-end", "delete to the end of the line", [.control("k")], .writing,
      do: { $0.editText { $0.deleteToLineEnd() } }),
  ]
}

extension Action {
  static let send: Action = "send"
}

extension ViewerState {
  fileprivate var obstacleToSending: String? {
    // Commands of the viewer itself need no models.
    if composer.text.hasPrefix("/") { return nil }
    if replay != nil { return Self.recordingObstacle }
    if composer.text.allSatisfy(\.isWhitespace) {
      return isOutOfBudget ? obstacleToExtending : "Write a problem first."
    }
    if isRacing { return "A race is running. Ctrl-C ends it." }
    if isRunning { return "A turn is running. Ctrl-C cancels it and keeps what was written." }
    return switch engine {
    case .ready: nil
    case .loading: "The models are still loading."
    case .failed(let why): why
    }
  }

  fileprivate mutating func send() -> [Command] {
    let text = composer.text
    if text.hasPrefix("/") { return runSlashCommand(text) }
    if text.allSatisfy(\.isWhitespace) { return perform(.extend) ?? [] }
    requested.problem = composer.send()
    followRun()
    selection.step = nil
    return [.run(.submit(text))]
  }

  /// Changes the text that is being written: the open overlay's, or the composer's.
  fileprivate mutating func editText(_ change: (inout Composer) -> Void) {
    if var line = overlay?.text {
      change(&line)
      overlay?.text = line
    } else {
      change(&composer)
    }
  }
}
