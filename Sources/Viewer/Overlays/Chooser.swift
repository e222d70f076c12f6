/// A list that typing filters and Enter chooses from.
struct Chooser: Overlay {
  /// What is listed.
  enum Kind: Sendable, Equatable {
    case examples, palette, themes, runs
    case models(ModelRole)
  }

  /// One line of the list.
  struct Item: Sendable, Equatable {
    /// What identifies the item to the owner of the list.
    let id: String
    /// What is shown and filtered.
    let title: String
    /// Set at the right edge, such as keys or a date.
    var detail = ""
    /// Shown below the list while the item is chosen.
    var preview = ""
    /// Searched when the line itself does not match.
    var text = ""
    /// Why it cannot be chosen now; nil if it can.
    var obstacle: String?
  }

  let kind: Kind
  let title: String
  let items: [Item]
  /// Does what choosing an item means; the list is closed by then.
  let choose: @Sendable (Item, inout ViewerState) -> [Command]
  /// What is typed to filter the list.
  var filter = Composer() {
    didSet {
      guard filter.text != oldValue.text else { return }
      cursor = ListCursor()
      matches = Filter(filter.text).matches(of: items, searching: searched)
    }
  }
  /// The items that every word of the filter matches, the best first.
  private(set) var matches: [Item]
  /// What is searched of each item.
  private let searched: [Filter.Searched]
  /// The chosen place in `matches`.
  private(set) var cursor = ListCursor()

  init(
    _ kind: Kind, title: String, items: [Item],
    choose: @escaping @Sendable (Item, inout ViewerState) -> [Command]
  ) {
    self.kind = kind
    self.title = title
    self.items = items
    self.choose = choose
    matches = items
    searched = items.map(Filter.Searched.init)
  }

  var chosenItem: Item? {
    matches.indices.contains(cursor.index) ? matches[cursor.index] : nil
  }

  /// Moves the choice to the match `index`, or to the nearest one.
  mutating func move(to index: Int) {
    cursor.move(to: index, count: matches.count)
  }
}

// MARK: Keys and clicks

extension Chooser {
  var contexts: Set<ActionEntry.Context> {
    kind == .runs ? [.list, .writing, .runs] : [.list, .writing]
  }

  var text: Composer? {
    get { filter }
    set { filter = newValue ?? filter }
  }

  mutating func handle(_ action: Action, in state: inout ViewerState) -> OverlayResponse {
    let page = listRows(in: frame(state.terminal.size))
    if cursor.move(action, count: matches.count, page: page) { return .stay() }
    guard action == .choose else { return .close() }
    guard let item = chosenItem else { return .stay() }
    if let obstacle = item.obstacle {
      state.say(obstacle, .warning)
      return .stay()
    }
    return .close(choose(item, &state))
  }

  /// The first click on a line chooses it and the next one takes it; a click beside the list closes
  /// it.
  mutating func press(_ position: Position, in state: inout ViewerState) -> OverlayResponse {
    let frame = frame(state.terminal.size)
    guard frame.rect.contains(position) else { return .close() }
    let rows = listRows(in: frame)
    let count = matches.count
    let offset = position.row - frame.inner.row - 1
    let match = cursor.firstLine(count: count, rows: rows) + offset
    guard frame.inner.contains(position), (0..<rows).contains(offset), match < count else {
      return .stay()
    }
    if match == cursor.index { return handle(.choose, in: &state) }
    cursor.move(to: match, count: count)
    return .stay()
  }
}

// MARK: Drawing

extension Chooser {
  private static let previewRows = 5

  private var hasPreviews: Bool { items.contains { !$0.preview.isEmpty } }

  private func frame(_ size: Size) -> OverlayFrame {
    // No wider than its longest line, so that a theme shows on the screen around its list.
    let longest = items.map { $0.title.count + $0.detail.count }.max() ?? 0
    return OverlayFrame(
      size: size, wantedColumns: min(96, max(30, longest + 6)),
      wantedRows: items.count + (hasPreviews ? Self.previewRows + 1 : 0) + 2)
  }

  /// Items that are visible at once.
  private func listRows(in frame: OverlayFrame) -> Int {
    max(1, frame.inner.rows - previewRoom(in: frame) - 1)
  }

  private func previewRoom(in frame: OverlayFrame) -> Int {
    hasPreviews ? min(Self.previewRows + 1, frame.inner.rows / 2) : 0
  }

  func draw(on canvas: inout Canvas, in state: ViewerState) {
    let theme = state.terminal.theme
    let frame = frame(state.terminal.size)
    let inner = frame.inner
    let place = matches.isEmpty ? "none" : "\(cursor.index + 1)/\(matches.count)"
    frame.draw(title: DisplayText(" \(title) \(place) "), on: &canvas, theme: theme)
    LineField(filter, hint: "type to filter").draw(
      Rect(column: inner.column, row: inner.row, columns: inner.columns, rows: 1), on: &canvas,
      theme: theme)
    let rows = listRows(in: frame)
    let first = cursor.firstLine(count: matches.count, rows: rows)
    for (offset, item) in matches.dropFirst(first).prefix(rows).enumerated() {
      Self.draw(
        item, isChosen: first + offset == cursor.index, row: inner.row + 1 + offset, in: inner,
        on: &canvas, theme: theme)
    }
    let room = previewRoom(in: frame)
    guard let item = chosenItem, room > 1 else { return }
    let preview = TextLayout.lines(text: [Span(item.preview, .title)], width: inner.columns)
    frame.draw(
      preview.prefix(room - 1).map(\.spans), fromRow: inner.rows - room + 1, on: &canvas,
      theme: theme)
  }

  private static func draw(
    _ item: Item, isChosen: Bool, row: Int, in inner: Rect, on canvas: inout Canvas, theme: Theme
  ) {
    let detail = DisplayText(item.detail).onOneLine.truncated(to: inner.columns / 2)
    let room = inner.columns - 2 - (detail.width > 0 ? detail.width + 2 : 0)
    let scope: Scope = item.obstacle != nil ? .dim : isChosen ? .accent : .text
    canvas.put(
      [
        Span(isChosen ? "▶ " : "  ", .accent),
        Span(DisplayText(item.title).onOneLine.truncated(to: room), scope),
      ], column: inner.column, row: row, theme: theme, limit: inner.maxColumn)
    canvas.put(
      [Span(detail, isChosen ? .accent : .dim)], column: inner.maxColumn - detail.width, row: row,
      theme: theme)
  }
}

// MARK: Actions

extension Chooser {
  static let actions: [ActionEntry] = [
    ActionEntry(.closeOverlay, "close", [Key(.escape)], .list, footer: "close"),
    ActionEntry(.choose, "take the chosen one", [Key(.enter)], .list, footer: "choose"),
    ActionEntry(.previousItem, "up", [Key(.up), .control("p"), Key(.wheelUp)], .list),
    ActionEntry(.nextItem, "down", [Key(.down), .control("n"), Key(.wheelDown)], .list),
    ActionEntry(.previousItems, "up one page", [Key(.pageUp)], .list),
    ActionEntry(.nextItems, "down one page", [Key(.pageDown)], .list),
  ]
}
