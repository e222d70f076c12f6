/// The undo and redo history of a text.
struct UndoList: Sendable, Equatable {
  /// The maximum number of changes to remember.
  private static let limit = 100

  /// A text with its cursor.
  struct Text: Sendable, Equatable {
    var characters: [Character]
    var cursor: Int
  }

  private var past: [Text] = []
  private var future: [Text] = []
  /// Whether the next typed character belongs to the last change.
  private var isTyping = false

  /// Records `text` before it changes. The typed characters of a word are one change.
  mutating func willChange(_ text: Text, typing character: Character? = nil) {
    let goesOn = isTyping && character.map { !$0.isWhitespace } ?? false
    isTyping = character != nil
    future = []
    guard !goesOn else { return }
    past.append(text)
    if past.count > Self.limit { past.removeFirst() }
  }

  /// Ends the current change, because the cursor was moved.
  mutating func pause() { isTyping = false }

  /// The text before the last change; nil if there is none.
  mutating func undo(_ text: Text) -> Text? {
    isTyping = false
    guard let before = past.popLast() else { return nil }
    future.append(text)
    return before
  }

  /// The text after the change that was undone last; nil if there is none.
  mutating func redo(_ text: Text) -> Text? {
    guard let after = future.popLast() else { return nil }
    past.append(text)
    return after
  }
}
