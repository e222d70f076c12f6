/// A line that is asked for, low on the screen, so that what it is about stays in sight.
struct Prompt: Overlay {
  /// What is asked for, for people.
  let label: String
  var line = Composer()
  /// Uses the line.
  let enter: @Sendable (String, inout ViewerState) -> OverlayResponse
  /// Follows the end of the prompt without a line.
  let giveUp: @Sendable (inout ViewerState) -> Void

  init(
    _ label: String, giveUp: @escaping @Sendable (inout ViewerState) -> Void = { _ in },
    enter: @escaping @Sendable (String, inout ViewerState) -> OverlayResponse
  ) {
    self.label = label
    self.giveUp = giveUp
    self.enter = enter
  }

  var contexts: Set<ActionEntry.Context> { [.prompt, .writing] }

  var text: Composer? {
    get { line }
    set { line = newValue ?? line }
  }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    if action == .choose { return enter(line.text, &state) }
    giveUp(&state)
    return .close()
  }

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    let frame = OverlayFrame(
      size: state.terminal.size, wantedColumns: 76, wantedRows: 1, isLow: true)
    frame.draw(
      title: DisplayText(" \(label) ").onOneLine.truncated(to: frame.inner.columns),
      on: &canvas, theme: state.terminal.theme)
    LineField(line).draw(frame.inner, on: &canvas, theme: state.terminal.theme)
  }
}

// MARK: Actions

extension ActionEntry.Context {
  /// A line that is asked for.
  static let prompt = Self("prompt", "In a prompt", takesText: true)
}

extension Prompt {
  static let actions: [ActionEntry] = [
    ActionEntry(.closeOverlay, "close", [Key(.escape)], .prompt, footer: "close"),
    ActionEntry(.choose, "take the line as it is", [Key(.enter)], .prompt, footer: "take"),
  ]
}
