/// One glyph for each step of the shown turn, on the border above the composer.
struct StripPane {
  private let state: ViewerState
  private let layout: ScreenLayout

  init(_ state: ViewerState, _ layout: ScreenLayout) {
    self.state = state
    self.layout = layout
  }

  func draw(on canvas: inout Canvas) {
    guard let shown = state.shownStep else { return }
    let theme = state.theme
    let glyphs: [(look: StepLook, isShown: Bool)] = shown.turn.steps.flatMap { step in
      let isShown = step.number == shown.id.step
      let rejected = step.rejectedDraft == nil ? [] : [(StepLook.rejected, isShown)]
      return rejected + [(step.look, isShown)]
    }
    let room = max(1, layout.size.columns - 8)
    // The latest steps matter most when not all have room.
    let visible = glyphs.suffix(room)
    var column = canvas.put(
      visible.count < glyphs.count ? " …" : " ", column: 1, row: layout.stripRow,
      style: theme[.dim])
    for (look, isShown) in visible {
      var style = theme[look.scope]
      if isShown && state.selected != nil { style.attributes.insert(.reverse) }
      column = canvas.put(
        DisplayText(look.glyph), column: column, row: layout.stripRow, style: style,
        limit: layout.size.columns - 2)
    }
    canvas.put(
      " ", column: column, row: layout.stripRow, style: theme[.dim],
      limit: layout.size.columns - 1)
  }
}
