/// The text being written, with its cursor and the texts sent before.
struct Composer: Sendable, Equatable {
  /// Characters it holds at most; what is pasted beyond is left out.
  static let limit = 20_000

  private(set) var characters: [Character] = []
  /// Place of the cursor: characters before it.
  private(set) var cursor = 0 {
    didSet { if cursor != oldValue + 1 { undoList.pause() } }
  }
  private var undoList = UndoList()
  /// Texts sent before, oldest first.
  private(set) var history: [String]
  /// The entry shown now; nil shows `unsent`.
  private var historyIndex: Int?
  private var unsent: [Character] = []

  /// An empty text after those of `history`, oldest first.
  init(history: [String] = []) {
    self.history = history
  }

  var isEmpty: Bool { characters.isEmpty }
  var text: String { String(characters) }

  /// Inserts at the cursor; false when not everything found room.
  @discardableResult
  mutating func insert(_ text: some Collection<Character>) -> Bool {
    remember(typing: text.count == 1 ? text.first : nil)
    let room = max(0, Self.limit - characters.count)
    let inserted = text.prefix(room)
    characters.insert(contentsOf: inserted, at: cursor)
    cursor += inserted.count
    joinMarks()
    return inserted.count == text.count
  }

  /// Terminals send a letter and its accents one by one: what belongs together becomes one
  /// character again.
  private mutating func joinMarks() {
    guard cursor > 0, !characters[cursor - 1].isASCII else { return }
    let start = max(0, cursor - 2)
    let joined = Array(String(characters[start..<cursor]))
    characters.replaceSubrange(start..<cursor, with: joined)
    cursor = start + joined.count
  }

  mutating func clear() {
    if !isEmpty { remember() }
    characters = []
    cursor = 0
    historyIndex = nil
  }

  /// Replaces everything by `text`, the cursor at its end.
  mutating func replace(with text: String) {
    remember()
    characters = Array(text.prefix(Self.limit))
    cursor = characters.count
  }

  /// Empties it and remembers the text.
  mutating func send() -> String {
    let sent = text
    if history.last != sent { history.append(sent) }
    clear()
    return sent
  }

  // MARK: Undoing

  private mutating func remember(typing character: Character? = nil) {
    undoList.willChange(.init(characters: characters, cursor: cursor), typing: character)
  }

  mutating func undo() { restore(undoList.undo(.init(characters: characters, cursor: cursor))) }
  mutating func redo() { restore(undoList.redo(.init(characters: characters, cursor: cursor))) }

  private mutating func restore(_ text: UndoList.Text?) {
    guard let text else { return }
    (characters, cursor) = (text.characters, text.cursor)
  }

  // MARK: Moving

  /// Puts the cursor before the character `index`, as far as there are characters.
  mutating func move(to index: Int) { cursor = max(0, min(characters.count, index)) }
  mutating func moveLeft() { cursor = max(0, cursor - 1) }
  mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
  mutating func moveToWordStart() { cursor = wordStart }
  mutating func moveToWordEnd() { cursor = wordEnd }
  mutating func moveToLineStart() { cursor = lineStart }
  mutating func moveToLineEnd() { cursor = lineEnd }

  /// To the same column of the line above; false on the first line.
  mutating func moveUp() -> Bool {
    let start = lineStart
    guard start > 0 else { return false }
    let column = cursor - start
    cursor = start - 1
    let above = lineStart
    cursor = min(above + column, cursor)
    return true
  }

  /// To the same column of the line below; false on the last line.
  mutating func moveDown() -> Bool {
    let end = lineEnd
    guard end < characters.count else { return false }
    let column = cursor - lineStart
    cursor = end + 1
    cursor = min(cursor + column, lineEnd)
    return true
  }

  private var lineStart: Int {
    characters[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
  }

  private var lineEnd: Int {
    characters[cursor...].firstIndex(of: "\n") ?? characters.count
  }

  private var wordStart: Int {
    var index = cursor
    while index > 0, characters[index - 1].isWhitespace { index -= 1 }
    while index > 0, !characters[index - 1].isWhitespace { index -= 1 }
    return index
  }

  private var wordEnd: Int {
    var index = cursor
    while index < characters.count, characters[index].isWhitespace { index += 1 }
    while index < characters.count, !characters[index].isWhitespace { index += 1 }
    return index
  }

  // MARK: Deleting

  mutating func deleteBackward() { delete(from: max(0, cursor - 1), to: cursor) }
  mutating func deleteForward() { delete(from: cursor, to: min(characters.count, cursor + 1)) }
  mutating func deleteWord() { delete(from: wordStart, to: cursor) }
  mutating func deleteToLineStart() { delete(from: lineStart, to: cursor) }
  mutating func deleteToLineEnd() { delete(from: cursor, to: lineEnd) }

  private mutating func delete(from start: Int, to end: Int) {
    guard start < end else { return }
    remember()
    characters.removeSubrange(start..<end)
    cursor = start
  }

  // MARK: History

  /// Shows the text sent before the one shown.
  mutating func recallPrevious() {
    let next = (historyIndex ?? history.count) - 1
    guard history.indices.contains(next) else { return }
    if historyIndex == nil { unsent = characters }
    historyIndex = next
    replace(with: history[next])
  }

  /// Shows the text sent after the one shown, at last the one not sent yet.
  mutating func recallNext() {
    guard let index = historyIndex else { return }
    if history.indices.contains(index + 1) {
      historyIndex = index + 1
      replace(with: history[index + 1])
    } else {
      historyIndex = nil
      replace(with: String(unsent))
    }
  }
}
