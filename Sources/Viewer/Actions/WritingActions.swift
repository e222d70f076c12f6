extension ActionTable {
  /// Writing in the composer, in a prompt, and in a list's filter.
  static let writing: [ActionEntry] = composer + moving + changing

  private static let composer: [ActionEntry] = [
    ActionEntry(
      .send,
      "send the problem, or run a /command; while a turn runs, the problem waits for its end",
      [Key(.enter)], .composer, footer: "send",
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
      "up", "one line up; on the first line, the message that waits, or the one sent before",
      [Key(.up)], .composer,
      do: { $0.goUp() }),
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
    if composer.isEmpty, offersDemo { return nil }
    if case .failed(let why) = engine { return why }
    if composer.isEmpty, !queue.isEmpty { return nil }
    guard composer.text.allSatisfy(\.isWhitespace) else { return nil }
    return isOutOfBudget ? obstacleToExtending : "Write a problem first."
  }

  fileprivate mutating func send() -> [Command] {
    if composer.characters.first == "/", !takeChosenCommand() { return [] }
    let text = composer.text
    if text.hasPrefix("/") { return runSlashCommand(text) }
    if text.allSatisfy(\.isWhitespace) {
      if !queue.isEmpty { return sendNext(isAsked: true) }
      return isOutOfBudget ? perform(.extend) ?? [] : [.run(.demo)]
    }
    return submit(composer.send())
  }

  /// The start screen is shown: Enter plays the demo.
  var offersDemo: Bool { replay == nil && run.turns.isEmpty && !isRunning && queue.isEmpty }

  /// One line up; from the first line on, back to what waits to be sent, then to what was sent.
  fileprivate mutating func goUp() {
    var isAtTop = false
    editText { isAtTop = !$0.moveUp() }
    guard isAtTop else { return }
    if overlay == nil, composer.isEmpty, let last = queue.popLast() {
      composer.replace(with: last)
    } else {
      editText { $0.recallPrevious() }
    }
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
