/// Borders and titles around the panes.
struct FramePane {
  private let state: ViewerState
  private let layout: ScreenLayout

  init(_ state: ViewerState, _ layout: ScreenLayout) {
    self.state = state
    self.layout = layout
  }

  func draw(on canvas: inout Canvas) {
    let theme = state.theme
    let columns = layout.size.columns
    let isReading =
      state.focus == .conversation || state.focus == .stepPane && layout.sidePane == nil
    let hasFocus = isReading && state.overlay == nil
    let conversation = theme[hasFocus ? .borderFocused : .border]
    let composer = theme[
      state.focus == .composer || state.overlay != nil ? .borderFocused : .border]

    canvas.put(line("┌", "┐", columns), column: 0, row: 1, style: conversation)
    if let branch = state.viewedBranch {
      canvas.put(
        DisplayText(" Branch \(branch), which was left: to be read, Esc shows the present one "),
        column: 2, row: 1, style: theme[.warning], limit: columns - 2)
    } else {
      canvas.put(" Conversation ", column: 2, row: 1, style: theme[hasFocus ? .title : .dim])
    }
    for row in 2..<max(2, layout.stripRow) {
      canvas.put("│", column: 0, row: row, style: conversation)
      canvas.put("│", column: columns - 1, row: row, style: conversation)
    }
    canvas.put(line("├", "┤", columns), column: 0, row: layout.stripRow, style: composer)
    for row in layout.composer.row..<layout.footerRow {
      canvas.put("│", column: 0, row: row, style: composer)
      canvas.put("│", column: columns - 1, row: row, style: composer)
    }
    canvas.put(line("└", "┘", columns), column: 0, row: layout.footerRow, style: composer)
  }

  private func line(_ left: String, _ right: String, _ columns: Int) -> DisplayText {
    DisplayText(left + String(repeating: "─", count: max(0, columns - 2)) + right)
  }
}
