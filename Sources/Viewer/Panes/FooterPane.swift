/// The last row: a word to the person, or the keys that count now.
struct FooterPane {
  private let state: ViewerState
  private let layout: ScreenLayout

  init(_ state: ViewerState, _ layout: ScreenLayout) {
    self.state = state
    self.layout = layout
  }

  func draw(on canvas: inout Canvas) {
    let theme = state.theme
    let limit = layout.size.columns - 2
    if let notice = state.notice ?? state.question {
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

  /// Actions of the table that have a footer word and whose keys count now.
  private var hints: [(keys: String, word: String)] {
    state.keys.entries.compactMap { entry in
      guard let word = entry.footer, state.isActive(entry.context), let key = entry.keys.first
      else { return nil }
      switch entry.action {
      case .cancel: return (key.name, state.isRunning ? "cancel" : "quit")
      case .previousStep: return ("↑ ↓", word)
      default: return (key.name, word)
      }
    }
  }
}
