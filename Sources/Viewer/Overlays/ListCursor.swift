/// The chosen line of a list, or the first visible line of a text that scrolls.
struct ListCursor: Sendable, Equatable {
  /// The line, from 0.
  private(set) var index = 0

  /// Moves as `action` says among `count` lines of which `page` are visible; false, without a move,
  /// if `action` is not about lists.
  mutating func move(_ action: Action, count: Int, page: Int) -> Bool {
    let offset: Int
    switch action {
    case .previousItem: offset = -1
    case .nextItem: offset = 1
    case .previousItems: offset = -page
    case .nextItems: offset = page
    default: return false
    }
    // The list may have become shorter since the last move.
    move(to: min(index, max(0, count - 1)) + offset, count: count)
    return true
  }

  /// Moves to the line `index` of `count`, or to the nearest one.
  mutating func move(to index: Int, count: Int) {
    self.index = max(0, min(count - 1, index))
  }

  /// The first of `rows` visible lines that keeps the chosen one in the middle.
  func firstLine(count: Int, rows: Int) -> Int {
    min(max(0, index - rows / 2), max(0, count - rows))
  }

  // MARK: Texts

  /// Scrolls a text of `lines` lines of which `rows` are visible; false, without a move, if
  /// `action` is not about lists.
  mutating func scroll(_ action: Action, lines: Int, rows: Int) -> Bool {
    move(action, count: max(1, lines - rows + 1), page: rows)
  }

  /// The first visible line of a text of `lines` lines of which `rows` are visible.
  func top(lines: Int, rows: Int) -> Int {
    max(0, min(index, lines - rows))
  }
}
