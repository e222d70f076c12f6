/// The line that is asked for, low on the screen, so that what it is about stays in sight.
struct PromptPane {
  private let state: ViewerState
  private let prompt: Prompt

  init(_ state: ViewerState, _ prompt: Prompt) {
    self.state = state
    self.prompt = prompt
  }

  func draw(on canvas: inout Canvas) {
    let frame = OverlayFrame(size: state.size, wantedColumns: 76, wantedRows: 1, isLow: true)
    frame.draw(
      title: DisplayText(" \(prompt.label) ").onOneLine.truncated(to: frame.inner.columns),
      on: &canvas, theme: state.theme)
    LineField(prompt.line).draw(frame.inner, on: &canvas, theme: state.theme)
  }
}
