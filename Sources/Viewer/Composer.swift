/// An editable text with a cursor, undo and a history of sent texts.
struct Composer: Sendable, Equatable {
  /// The maximum number of characters.
  static let limit = 20_000

  /// What is written; a long paste is one character that stands for it.
  private(set) var characters: [Character] = []
  /// The long pastes by the characters that stand for them.
  private var pastes: [Character: String] = [:]
  /// The number of characters before the cursor.
  private(set) var cursor = 0 {
    didSet { if cursor != oldValue + 1 { undoList.pause() } }
  }
  private var undoList = UndoList()
  /// Texts sent before, oldest first.
  private(set) var history: [String]
  /// The history entry being shown; nil for `unsent`.
  private var historyIndex: Int?
  private var unsent: [Character] = []

  /// An empty text with a history, oldest first.
  init(history: [String] = []) {
    self.history = history
  }

  var isEmpty: Bool { characters.isEmpty }
  /// The whole text, with the pastes in it.
  var text: String {
    guard !pastes.isEmpty else { return String(characters) }
    return characters.map { pastes[$0] ?? String($0) }.joined()
  }

  /// Inserts at the cursor; false if not all of it fits.
  @discardableResult
  mutating func insert(_ text: some Collection<Character>) -> Bool {
    remember(typing: text.count == 1 ? text.first : nil)
    let room = max(0, Self.limit - length)
    let inserted = text.prefix(room)
    characters.insert(contentsOf: inserted, at: cursor)
    cursor += inserted.count
    joinMarks()
    return inserted.count == text.count
  }

  // MARK: Long pastes

  /// A paste with more lines or more characters than these is shown by a badge.
  private static let shownLines = 6
  private static let shownCharacters = 1_000
  /// Private-use scalars, for at most so many pastes; one that is in the text stands for itself.
  private static let stands: ClosedRange<UInt32> = 0xF_0000...0xF_00FF

  /// Inserts a paste at the cursor, a long one as one character; false if not all of it fits.
  mutating func paste(_ text: [Character]) -> Bool {
    let lines = text.count { $0 == "\n" } + 1
    guard lines > Self.shownLines || text.count > Self.shownCharacters,
      let stand = Self.stands.lazy.compactMap(Unicode.Scalar.init).map(Character.init)
        .first(where: { pastes[$0] == nil && !characters.contains($0) && !text.contains($0) })
    else { return insert(text) }
    let kept = text.prefix(max(0, Self.limit - length))
    pastes[stand] = String(kept)
    insert(CollectionOfOne(stand))
    return kept.count == text.count
  }

  /// What stands for the long paste that `character` means; nil for any other character.
  func badge(of character: Character) -> String? {
    guard let text = pastes[character] else { return nil }
    // What ends with a line break has no line after it.
    let lines = text.count { $0 == "\n" } + (text.last == "\n" ? 0 : 1)
    return lines > 1
      ? "[pasted: \(lines) lines]" : "[pasted: \(text.count) characters]"
  }

  private var length: Int {
    guard !pastes.isEmpty else { return characters.count }
    return characters.count
      + characters.reduce(0) { $0 + (pastes[$1].map { $0.count - 1 } ?? 0) }
  }

  /// Joins a letter and its combining marks, which terminals send one by one.
  private mutating func joinMarks() {
    guard cursor > 0, !characters[cursor - 1].isASCII else { return }
    let start = max(0, cursor - 2)
    guard !characters[start..<cursor].contains(where: { pastes[$0] != nil }) else { return }
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

  /// Replaces the whole text, and puts the cursor at the end.
  mutating func replace(with text: String) {
    remember()
    characters = Array(text.prefix(Self.limit))
    cursor = characters.count
  }

  /// Returns the text, adds it to the history and clears it.
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

  /// Moves the cursor before the character at `index`, clamped to the text.
  mutating func move(to index: Int) { cursor = max(0, min(characters.count, index)) }
  mutating func moveLeft() { cursor = max(0, cursor - 1) }
  mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
  mutating func moveToWordStart() { cursor = wordStart }
  mutating func moveToWordEnd() { cursor = wordEnd }
  mutating func moveToLineStart() { cursor = lineStart }
  mutating func moveToLineEnd() { cursor = lineEnd }

  /// Moves to the same column of the previous line; false on the first line.
  mutating func moveUp() -> Bool {
    let start = lineStart
    guard start > 0 else { return false }
    let column = cursor - start
    cursor = start - 1
    let above = lineStart
    cursor = min(above + column, cursor)
    return true
  }

  /// Moves to the same column of the next line; false on the last line.
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

  /// Shows the previous text of the history.
  mutating func recallPrevious() {
    let next = (historyIndex ?? history.count) - 1
    guard history.indices.contains(next) else { return }
    if historyIndex == nil { unsent = characters }
    historyIndex = next
    replace(with: history[next])
  }

  /// Shows the next text of the history, and finally the unsent one.
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
