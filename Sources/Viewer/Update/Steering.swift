import Traces

extension ViewerState {
  /// The question to the person while the turn waits for a decision; nil otherwise.
  var question: StatusLine? {
    guard overlay == nil, let step = run.turns.last?.askedStep else { return nil }
    let way = focus == .composer ? "Tab, then a accepts" : "a accepts"
    return StatusLine(
      text: "Step \(step): the judge cannot be read — \(way), r rejects", scope: .warning)
  }

  /// Handles the result of an external editor.
  mutating func finishEdit(_ result: EditResult, for purpose: EditPurpose) -> [Command] {
    switch (result, purpose) {
    case (.failure(let reason), _):
      say(reason, .warning)
    case (.text(let text), .composer):
      composer.replace(with: text.trimmedAtEnd)
      focus = .composer
    case (.text(let text), .step(let step)):
      let old = run.turns.last?.step(step)
      guard text.trimmedAtEnd != old?.keptText.trimmedAtEnd else {
        say("Step \(step) stays as it was.")
        return []
      }
      return [.run(.control(.steer(.edit(step: step, text: text.trimmedAtEnd))))]
    case (.text(let text), .note(let step)):
      guard !text.trimmedAtEnd.isEmpty else {
        say("No note was written.")
        return []
      }
      return [.run(.control(.steer(.note(after: step, text: text.trimmedAtEnd))))]
    case (.text(let text), .systemPrompt):
      return set(.systemPrompt, text.trimmedAtEnd) ?? []
    }
    return []
  }
}

extension String {
  /// The text without the trailing line break that editors add.
  fileprivate var trimmedAtEnd: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
