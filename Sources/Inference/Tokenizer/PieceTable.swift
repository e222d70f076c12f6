/// The bytes of all tokens, one after another.
struct PieceTable: Sendable {
  private var bytes: [UInt8] = []
  /// Where each piece ends in `bytes`.
  private var ends: [Int] = []

  var count: Int { ends.count }

  mutating func append(_ piece: some Collection<UInt8>) {
    bytes.append(contentsOf: piece)
    ends.append(bytes.count)
  }

  subscript(token: Token) -> ArraySlice<UInt8> {
    let index = Int(token)
    return bytes[(index > 0 ? ends[index - 1] : 0)..<ends[index]]
  }
}

/// Finds tokens by their bytes, which need not stand alone in memory as a dictionary's keys do.
///
/// Bytes and not strings, because strings that are canonically equivalent are equal in Swift and
/// different tokens here.
struct PieceIndex: Sendable {
  private let pieces: PieceTable
  /// Tokens at the places of their hashes, with linear probing; -1 is a free place.
  private var slots: [Token]

  /// An index of none of `pieces` yet.
  init(of pieces: PieceTable) {
    self.pieces = pieces
    var size = 16
    while size < pieces.count * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
  }

  /// Adds `token`; gives the token of the same bytes that is there already, and stays as it was.
  mutating func insert(_ token: Token) -> Token? {
    let slot = slot(of: pieces[token])
    if slots[slot] >= 0 { return slots[slot] }
    slots[slot] = token
    return nil
  }

  /// The token whose bytes are `piece`.
  subscript(piece: ArraySlice<UInt8>) -> Token? {
    let token = slots[slot(of: piece)]
    return token >= 0 ? token : nil
  }

  /// The place of `piece`, or the free one where it would be.
  private func slot(of piece: ArraySlice<UInt8>) -> Int {
    // Seeded by the process, so that no file can aim at one place.
    var hasher = Hasher()
    piece.withUnsafeBytes { hasher.combine(bytes: $0) }
    var slot = hasher.finalize() & (slots.count - 1)
    while slots[slot] >= 0, pieces[slots[slot]] != piece { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }
}
