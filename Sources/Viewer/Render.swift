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
  let layout = ScreenLayout(state)
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
  switch state.overlay {
  case .help: HelpPane(state).draw(on: &canvas)
  case .chooser(let chooser): ChooserPane(state, chooser).draw(on: &canvas)
  case .prompt(let prompt): PromptPane(state, prompt).draw(on: &canvas)
  case .whatIf(let flip): WhatIfPane(state, flip: flip).draw(on: &canvas)
  case .waterfall(let waterfall): WaterfallPane(state, waterfall).draw(on: &canvas)
  case .race(let firstLine): state.raceComparison()?.draw(on: &canvas, firstLine: firstLine)
  case .comparison(let comparison, let firstLine):
    state.pane(of: comparison)?.draw(on: &canvas, firstLine: firstLine)
  case .branches(let tree): BranchTreePane(state, tree)?.draw(on: &canvas)
  case .settings(let row): SettingsPane(state, row).draw(on: &canvas)
  case nil: break
  }
  return canvas
}
