/// The last row: a notice, or the keys that work now.
struct FooterPane {
  let notice: ViewerState.StatusLine?
  /// Where keys go, in a word; nil while an overlay has them.
  let mode: String?
  let hints: [(keys: String, word: String)]
  let layout: ScreenLayout
  let theme: Theme

  /// Where the frame goes on at the right.
  private static func limit(columns: Int) -> Int { columns - 2 }

  private static func label(_ mode: String) -> DisplayText { DisplayText(" \(mode) ") }

  /// The column of what stands after the mode's name.
  private static func start(after mode: String?) -> Int { mode.map { 1 + label($0).width } ?? 2 }

  /// Columns that the words of a notice may take beside the mode's name, without the space around them.
  static func noticeColumns(mode: String?, columns: Int) -> Int {
    max(0, limit(columns: columns) - start(after: mode) - 2)
  }

  func draw(on canvas: inout Canvas) {
    let limit = Self.limit(columns: layout.size.columns)
    var column = Self.start(after: mode)
    if let mode {
      let style = theme[.accent].overlaid(by: Style(attributes: .reverse))
      canvas.put(Self.label(mode), column: 1, row: layout.footerRow, style: style)
    }
    if let notice {
      let columns = Self.noticeColumns(mode: mode, columns: layout.size.columns)
      let text = DisplayText(notice.text).onOneLine.truncated(to: columns)
      canvas.put(
        " " + text + " ", column: column, row: layout.footerRow, style: theme[notice.scope])
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

  /// Columns that the words of a notice may take now.
  var noticeColumns: Int {
    FooterPane.noticeColumns(mode: modeWord, columns: terminal.size.columns)
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
