/// Draws the whole screen: a function of the state and nothing else.
public func render(_ state: ViewerState) -> Canvas {
  var state = state
  state.settle()
  state.terminal.theme = state.shownTheme
  let canvas = ViewerState.isUsable(state.terminal.size) ? draw(state) : refusal(of: state)
  return state.terminal.access.usesASCII ? canvas.inASCII : canvas
}

private func draw(_ state: ViewerState) -> Canvas {
  let theme = state.terminal.theme
  let layout = state.screen
  let focus = state.overlay == nil ? state.focus : nil
  var canvas = Canvas(size: layout.size, style: theme[.text])
  FramePane(layout: layout, focus: focus, viewedBranch: state.viewedBranch, theme: theme)
    .draw(on: &canvas)
  HeaderPane(state).draw(on: &canvas)
  if state.run.turns.isEmpty {
    StartPane(state).draw(on: &canvas)
  } else {
    ConversationPane(state).draw(on: &canvas)
  }
  SidePanes(state)?.draw(on: &canvas)
  StripPane(state, layout).draw(on: &canvas)
  QueuePane(queue: state.queue, rect: layout.queue, theme: theme).draw(on: &canvas)
  if let replay = state.replay, state.composer.isEmpty {
    ReplayPane(replay: replay, rect: layout.composer, theme: theme).draw(on: &canvas)
  } else {
    ComposerPane(
      composer: state.composer, hint: state.composerHint, hasFocus: focus == .composer,
      rect: layout.composer, theme: theme
    ).draw(on: &canvas)
  }
  FooterPane(
    notice: state.notice ?? state.question, mode: state.modeWord, hints: state.footerHints,
    layout: layout, theme: theme
  ).draw(on: &canvas)
  CommandList(state)?.draw(on: &canvas, above: layout, theme: theme)
  state.overlay?.draw(on: &canvas, in: state)
  return canvas
}

/// What is shown on a screen that is too small for the viewer.
private func refusal(of state: ViewerState) -> Canvas {
  let (size, smallest) = (state.terminal.size, ViewerState.smallestSize)
  var canvas = Canvas(size: size, style: state.terminal.theme[.text])
  canvas.put(
    DisplayText("Needs \(smallest.columns)×\(smallest.rows), has \(size.columns)×\(size.rows)"),
    column: 0, row: size.rows / 2, style: state.terminal.theme[.warning])
  return canvas
}
