import Traces

/// What can be changed while a run goes on: the values in force, and from when on a change counts.
struct SettingsOverlay: Overlay {
  private static let options = RunOption.all

  private var cursor = ListCursor()
  private var chosen: RunOption { Self.options[cursor.index] }

  init(_ chosen: RunOption = .threshold) {
    cursor.move(to: Self.options.firstIndex(of: chosen) ?? 0, count: Self.options.count)
  }

  var contexts: Set<ActionEntry.Context> { [.reader, .settings] }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    let count = Self.options.count
    if cursor.move(action, count: count, page: count) { return .stay() }
    switch action {
    case .lowerValue: return .stay(state.change(chosen, by: -1))
    case .raiseValue: return .stay(state.change(chosen, by: 1))
    case .changeValue where chosen.isTyped: return askForValue(beginningWith: "", in: &state)
    case .changeValue: return .stay(state.change(chosen, by: 1))
    default: return .close()
    }
  }

  mutating func insert(_ characters: [Character], in state: inout ViewerState) -> OverlayResponse {
    chosen.isTyped ? askForValue(beginningWith: String(characters), in: &state) : .stay()
  }

  /// Asks for the chosen setting's value, of which `text` is typed already, and comes back then; a
  /// value that is no good stays in the prompt.
  private func askForValue(
    beginningWith text: String, in state: inout ViewerState
  ) -> OverlayResponse {
    let chosen = chosen
    var prompt = Prompt("\(chosen.name): \(chosen.allowed)", giveUp: { $0.overlay = self }) {
      text, state in
      guard let commands = state.set(chosen, text) else { return .stay() }
      state.overlay = self
      return .close(commands)
    }
    prompt.line.replace(with: text)
    state.overlay = prompt
    return .close()
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    let theme = state.terminal.theme
    let options = Self.options
    let frame = OverlayFrame(
      size: state.terminal.size, wantedColumns: 92, wantedRows: options.count + 5)
    let inner = frame.inner
    frame.draw(title: " Settings ", on: &canvas, theme: theme)
    // The chosen one is told in full below the list.
    let isChanged = Self.isChanged(chosen, in: state)
    let began = isChanged ? "began as \(state.firstValue(of: chosen)); " : ""
    let words =
      TextLayout.lines(text: [Span(chosen.help, .text)], width: inner.columns)
      + TextLayout.lines(
        text: [
          Span(began, .warning), Span("takes \(chosen.allowed)", .dim),
          Span(Self.hasRoomForWhen(inner) ? "" : "; \(chosen.counts.words)", .dim),
        ], width: inner.columns)
    let told = words.prefix(max(2, inner.rows / 2))
    let listRows = max(1, inner.rows - told.count - 1)
    let first = cursor.firstLine(count: options.count, rows: listRows)
    frame.draw(
      options.dropFirst(first).prefix(listRows).map {
        spans(of: $0, in: state, tellsWhen: Self.hasRoomForWhen(inner))
      }, on: &canvas, theme: theme)
    frame.draw(
      told.map(\.spans), fromRow: max(1, inner.rows - told.count), on: &canvas, theme: theme)
  }

  /// Whether each row has room for the words that tell when a change counts.
  private static func hasRoomForWhen(_ inner: Rect) -> Bool { inner.columns >= 68 }

  private func spans(
    of option: RunOption, in state: ViewerState, tellsWhen: Bool
  ) -> [Span] {
    let isChosen = option == chosen
    let value = state.value(of: option)
    func column(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return [
      Span(isChosen ? "▶ " : "  ", .accent),
      Span(column(option.name, 18), isChosen ? .accent : .text),
      Span(column(isChosen ? "← \(value) →" : "  \(value)", 22), .title),
      Span(Self.isChanged(option, in: state) ? "* " : "  ", .warning),
      Span(tellsWhen ? option.counts.words : "", .dim),
    ]
  }

  private static func isChanged(_ option: RunOption, in state: ViewerState) -> Bool {
    state.value(of: option) != state.firstValue(of: option)
  }
}

// MARK: Actions

extension ActionEntry.Context {
  static let settings = Self("settings", "In the settings")
}

extension Action {
  fileprivate static let lowerValue: Action = "lower-value"
  fileprivate static let raiseValue: Action = "raise-value"
  fileprivate static let changeValue: Action = "change-value"
}

extension SettingsOverlay {
  static let actions: [ActionEntry] = [
    ActionEntry(
      .lowerValue, "the value before", [Key(.left), .plain("h")], .settings, footer: "less"),
    ActionEntry(
      .raiseValue, "the value after", [Key(.right), .plain("l")], .settings, footer: "more"),
    ActionEntry(
      .changeValue, "change or type the value", [Key(.enter)], .settings, footer: "type"),
  ]
}
