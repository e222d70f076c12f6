import Viewer

/// Recognizes pastes from terminals without bracketed paste, where every line ending looks like
/// Enter and would send the line.
///
/// Text that arrives faster than anyone types and has an Enter inside is a paste. An Enter after
/// such text is held until it is clear that nothing follows.
struct UnbracketedPaste {
  /// The fewest characters at once that can be a paste.
  private static let shortest = 4

  /// Characters that arrived at once so far, over several reads.
  private var count = 0
  private var isPaste = false
  private var enterWaits = false
  /// Whether the paste so far ends in a carriage return; a line feed would belong to it.
  private var endsInReturn = false

  /// Whether `end` must be called if nothing follows.
  var isWaiting: Bool { count > 0 }

  /// Returns the messages of one read with the keys of a paste joined into its text.
  mutating func joined(_ messages: [Message]) -> [Message] {
    var result: [Message] = []
    var keys: [Message] = []
    for message in messages {
      if Self.character(message) != nil {
        keys.append(message)
      } else {
        result += settled(keys) + end() + [message]
        keys = []
      }
    }
    result += settled(keys)
    if count < Self.shortest { count = 0 }
    return result
  }

  /// Ends the burst when nothing follows; returns the Enter that was held.
  mutating func end() -> [Message] {
    defer { self = UnbracketedPaste() }
    return enterWaits ? [.key(Key(.enter))] : []
  }

  /// Decides what a run of `keys`, each a character or a line ending, stands for.
  private mutating func settled(_ keys: [Message]) -> [Message] {
    guard !keys.isEmpty else { return [] }
    var text = keys.compactMap(Self.character)
    let lines = text.split(whereSeparator: \.isNewline).count
    let beginsWithBreak = text.first?.isNewline == true
    let hasTextBefore = count > 0
    count += text.count
    let isBroken = lines > 1 || lines == 1 && hasTextBefore && (enterWaits || beginsWithBreak)
    if count >= Self.shortest, isBroken { isPaste = true }
    if isPaste {
      if enterWaits { text.insert("\r", at: 0) }
      enterWaits = false
      if endsInReturn, text.first == "\n" { text.removeFirst() }
      endsInReturn = text.last == "\r"
      return text.isEmpty ? [] : [.paste(String(text))]
    }
    guard keys.last == .key(Key(.enter)), count >= Self.shortest else { return keys }
    // A second Enter while one is held counts once.
    enterWaits = true
    return keys.dropLast()
  }

  /// The character that `message` would be in a pasted text.
  private static func character(_ message: Message) -> Character? {
    switch message {
    case .key(Key(.enter)): return "\r"
    case .key(Key(.character("j"), .control)): return "\n"
    case .key(Key(.tab)): return "\t"
    case .key(let key):
      guard case .character(let character) = key.code, key.modifiers.isEmpty else { return nil }
      return character
    default: return nil
    }
  }
}
