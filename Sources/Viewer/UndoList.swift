/// What a text was before each change, to go back and forth.
struct UndoList: Sendable, Equatable {
  /// Changes that are remembered; older ones are forgotten.
  private static let limit = 100

  /// A text with its cursor.
  struct Text: Sendable, Equatable {
    var characters: [Character]
    var cursor: Int
  }

  private var past: [Text] = []
  private var future: [Text] = []
  /// Typing goes on: the next character belongs to the change before.
  private var isTyping = false

  /// Remembers `text`, which is about to change. Typed characters are one change up to the end of
  /// their word.
  mutating func willChange(_ text: Text, typing character: Character? = nil) {
    let goesOn = isTyping && character.map { !$0.isWhitespace } ?? false
    isTyping = character != nil
    future = []
    guard !goesOn else { return }
    past.append(text)
    if past.count > Self.limit { past.removeFirst() }
  }

  /// The cursor was moved: what is typed next is a change of its own.
  mutating func pause() { isTyping = false }

  /// The text before the last change; nil when there is none.
  mutating func undo(_ text: Text) -> Text? {
    isTyping = false
    guard let before = past.popLast() else { return nil }
    future.append(text)
    return before
  }

  /// The text after the change that was undone last; nil when there is none.
  mutating func redo(_ text: Text) -> Text? {
    guard let after = future.popLast() else { return nil }
    past.append(text)
    return after
  }
}
