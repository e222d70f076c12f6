/// Borders and titles around the panes.
struct FramePane {
  let layout: ScreenLayout
  /// What has the focus; nil if an overlay has it.
  let focus: ViewerState.Focus?
  /// The branch that was left and is shown; nil for the present one.
  let viewedBranch: Int?
  let theme: Theme

  func draw(on canvas: inout Canvas) {
    let columns = layout.size.columns
    let hasFocus = focus == .conversation || focus == .stepPane && layout.sidePane == nil
    let conversation = theme[hasFocus ? .borderFocused : .border]
    let composer = theme[focus == .composer || focus == nil ? .borderFocused : .border]

    let side: DisplayText = "│"
    canvas.put(line("┌", "┐", columns), column: 0, row: 1, style: conversation)
    if let branch = viewedBranch {
      canvas.put(
        DisplayText(" Branch \(branch), which was left: to be read, Esc shows the present one "),
        column: 2, row: 1, style: theme[.warning], limit: columns - 2)
    } else {
      canvas.put(" Conversation ", column: 2, row: 1, style: theme[hasFocus ? .title : .dim])
    }
    for row in 2..<max(2, layout.stripRow) {
      canvas.put(side, column: 0, row: row, style: conversation)
      canvas.put(side, column: columns - 1, row: row, style: conversation)
    }
    canvas.put(line("├", "┤", columns), column: 0, row: layout.stripRow, style: composer)
    for row in (layout.stripRow + 1)..<layout.footerRow {
      canvas.put(side, column: 0, row: row, style: composer)
      canvas.put(side, column: columns - 1, row: row, style: composer)
    }
    canvas.put(line("└", "┘", columns), column: 0, row: layout.footerRow, style: composer)
  }

  private func line(_ left: String, _ right: String, _ columns: Int) -> DisplayText {
    DisplayText(left + String(repeating: "─", count: max(0, columns - 2)) + right)
  }
}
