/// Draws the whole screen: a function of the state and nothing else.
public func render(_ state: ViewerState) -> Canvas {
  let canvas = draw(state)
  return state.access.usesASCII ? canvas.inASCII : canvas
}

private func draw(_ state: ViewerState) -> Canvas {
  var state = state
  state.settle()
  state.theme = state.shownTheme
  let theme = state.theme
  var canvas = Canvas(size: state.size, style: theme[.text])
  guard ViewerState.isUsable(state.size) else {
    let smallest = ViewerState.smallestSize
    canvas.put(
      DisplayText(
        "Needs \(smallest.columns)×\(smallest.rows), has \(state.size.columns)×\(state.size.rows)"),
      column: 0, row: state.size.rows / 2, style: theme[.warning])
    return canvas
  }
  let layout = state.screen
  FramePane(state, layout).draw(on: &canvas)
  HeaderPane(state).draw(on: &canvas)
  ConversationPane(state, layout).draw(on: &canvas)
  SidePanes(state)?.draw(on: &canvas)
  StripPane(state, layout).draw(on: &canvas)
  if let replay = state.replay, state.composer.isEmpty {
    ReplayPane(replay, state, layout).draw(on: &canvas)
  } else {
    ComposerPane(state, layout).draw(on: &canvas)
  }
  FooterPane(state, layout).draw(on: &canvas)
  state.overlay?.draw(on: &canvas, in: state)
  return canvas
}
