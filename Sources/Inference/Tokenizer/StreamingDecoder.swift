/// Decodes tokens one by one, in whole characters.
///
/// The pieces add up to what decoding all tokens at once gives: an incomplete character is held
/// back until it is complete, and bytes that are not UTF-8 become U+FFFD.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private var heldBack: [UInt8] = []

  /// A decoder at the beginning of a text.
  public init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
  }

  /// The text that `token` completes; empty while a character is incomplete.
  public mutating func append(_ token: Token) -> String {
    append(tokenizer.piece(of: token))
  }

  /// Ends the text, and returns what is still held back, as U+FFFD.
  public mutating func finish() -> String {
    defer { heldBack.removeAll() }
    return String(decoding: heldBack, as: UTF8.self)
  }

  mutating func append(_ bytes: some Sequence<UInt8>) -> String {
    heldBack.append(contentsOf: bytes)
    let whole = heldBack.count - Self.incompleteTail(of: heldBack)
    defer { heldBack.removeFirst(whole) }
    return String(decoding: heldBack[..<whole], as: UTF8.self)
  }

  /// Length of the tail of `bytes` that more bytes could still make one character.
  private static func incompleteTail(of bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let tail = bytes.suffix(length)
      guard let lead = tail.first else { return 0 }
      // The second byte's range depends on the first (table 3-7 of the Unicode Standard).
      let second: ClosedRange<UInt8>
      let needed: Int
      switch lead {
      case 0x80...0xBF: continue
      case 0xC2...0xDF: (needed, second) = (2, 0x80...0xBF)
      case 0xE0: (needed, second) = (3, 0xA0...0xBF)
      case 0xED: (needed, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: (needed, second) = (3, 0x80...0xBF)
      case 0xF0: (needed, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: (needed, second) = (4, 0x80...0xBF)
      case 0xF4: (needed, second) = (4, 0x80...0x8F)
      default: return 0
      }
      let rest = tail.dropFirst()
      return length < needed && rest.first.map(second.contains) ?? true ? length : 0
    }
    return 0
  }
}
