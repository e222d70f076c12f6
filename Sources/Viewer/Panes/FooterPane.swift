/// The last row: a notice, or the keys that work now.
struct FooterPane {
  let notice: ViewerState.StatusLine?
  /// Where keys go, in a word; nil while an overlay has them.
  let mode: String?
  let hints: [(keys: String, word: String)]
  let layout: ScreenLayout
  let theme: Theme

  func draw(on canvas: inout Canvas) {
    let limit = layout.size.columns - 2
    var column = 2
    if let mode {
      let style = theme[.accent].overlaid(by: Style(attributes: .reverse))
      column = canvas.put(
        DisplayText(" \(mode) "), column: 1, row: layout.footerRow, style: style)
    }
    if let notice {
      let text = DisplayText(" \(notice.text) ").onOneLine.truncated(to: limit - column)
      canvas.put(text, column: column, row: layout.footerRow, style: theme[notice.scope])
      return
    }
    for hint in hints {
      let spans = [Span(" \(hint.keys) ", .key), Span("\(hint.word) ", .dim)]
      let width = spans.reduce(0) { $0 + $1.text.width }
      guard column + width <= limit else { continue }
      column = canvas.put(spans, column: column, row: layout.footerRow, theme: theme)
    }
  }
}

extension ViewerState {
  /// Where keys go, as editors tell it; nil while an overlay has them.
  var modeWord: String? {
    guard overlay == nil else { return nil }
    return switch focus {
    case .composer: "WRITE"
    case .conversation: "READ"
    case .stepPane: screen.sidePane == nil ? "READ" : "STEP"
    }
  }

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
