/// The last row: a notice, or the keys that work now.
struct FooterPane {
  let notice: ViewerState.StatusLine?
  let hints: [(keys: String, word: String)]
  let layout: ScreenLayout
  let theme: Theme

  func draw(on canvas: inout Canvas) {
    let limit = layout.size.columns - 2
    if let notice {
      let text = DisplayText(" \(notice.text) ").onOneLine.truncated(to: limit - 2)
      canvas.put(text, column: 2, row: layout.footerRow, style: theme[notice.scope])
      return
    }
    var column = 2
    for hint in hints {
      let spans = [Span(" \(hint.keys) ", .key), Span("\(hint.word) ", .dim)]
      let width = spans.reduce(0) { $0 + $1.text.width }
      guard column + width <= limit else { continue }
      column = canvas.put(spans, column: column, row: layout.footerRow, theme: theme)
    }
  }
}

extension ViewerState {
  /// The actions with a footer word whose keys work now.
  var footerHints: [(keys: String, word: String)] {
    terminal.keys.entries.compactMap { entry in
      guard let word = entry.footer, isActive(entry.context), let key = entry.keys.first
      else { return nil }
      switch entry.action {
      case .cancel: return (key.name, isRunning ? "cancel" : "quit")
      case .previousStep: return ("↑ ↓", word)
      default: return (key.name, word)
      }
    }
  }
}
