import HeapModule

/// Merges the bytes of a word into tokens, the pair of the lowest rank first and of equal ranks
/// the leftmost (Sennrich et al. 2016, over bytes as in GPT-2).
struct BytePairEncoder: Sendable {
  /// What two neighbours become, and how early.
  struct Merge: Sendable {
    var rank: Int32
    var merged: Token
  }

  /// The token of each byte.
  private let byteTokens: [Token]
  private let merges: [UInt64: Merge]

  /// Longest word, in bytes, that is merged by looking at all its pairs each time: cheaper there
  /// than a heap, and quadratic beyond.
  private static let shortWord = 48

  /// - Parameters:
  ///   - byteTokens: 256 tokens, one for each byte.
  ///   - merges: by `key(_:_:)` of the two tokens.
  init(byteTokens: [Token], merges: [UInt64: Merge]) {
    self.byteTokens = byteTokens
    self.merges = merges
  }

  /// The key of a pair of tokens in `merges`.
  static func key(_ left: Token, _ right: Token) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Appends the tokens of `word` to `tokens`.
  func encode(_ word: ArraySlice<UInt8>, into tokens: inout [Token]) {
    if word.count <= Self.shortWord {
      encodeByScanning(word, into: &tokens)
    } else {
      encodeWithHeap(word, into: &tokens)
    }
  }

  /// Quadratic in the word's length.
  func encodeByScanning(_ word: ArraySlice<UInt8>, into tokens: inout [Token]) {
    let start = tokens.count
    for byte in word { tokens.append(byteTokens[Int(byte)]) }
    while tokens.count - start > 1 {
      var best: (index: Int, merge: Merge)?
      for index in start..<tokens.count - 1 {
        if let merge = merges[Self.key(tokens[index], tokens[index + 1])],
          best.map({ merge.rank < $0.merge.rank }) ?? true
        {
          best = (index, merge)
        }
      }
      guard let best else { return }
      tokens[best.index] = best.merge.merged
      tokens.remove(at: best.index + 1)
    }
  }

  /// In time n log n for a word of n bytes.
  func encodeWithHeap(_ word: ArraySlice<UInt8>, into tokens: inout [Token]) {
    var symbols = word.enumerated().map { offset, byte in
      Symbol(
        token: byteTokens[Int(byte)], previous: offset - 1,
        next: offset + 1 < word.count ? offset + 1 : -1)
    }
    var candidates = Heap(
      symbols.indices.dropLast().compactMap { candidate(left: $0, right: $0 + 1, in: symbols) })
    while let best = candidates.popMin() {
      let left = Int(best.left)
      let right = symbols[left].next
      // A candidate is stale once one of its two symbols was merged with another.
      guard symbols[left].token == best.leftToken, right >= 0,
        symbols[right].token == best.rightToken
      else { continue }
      let next = symbols[right].next
      symbols[left].token = best.merged
      symbols[left].next = next
      symbols[right].token = Symbol.gone
      if next >= 0 {
        symbols[next].previous = left
        if let new = candidate(left: left, right: next, in: symbols) { candidates.insert(new) }
      }
      let previous = symbols[left].previous
      if previous >= 0, let new = candidate(left: previous, right: left, in: symbols) {
        candidates.insert(new)
      }
    }
    var index = symbols.isEmpty ? -1 : 0
    while index >= 0 {
      tokens.append(symbols[index].token)
      index = symbols[index].next
    }
  }

  private func candidate(left: Int, right: Int, in symbols: [Symbol]) -> Candidate? {
    let (leftToken, rightToken) = (symbols[left].token, symbols[right].token)
    guard let merge = merges[Self.key(leftToken, rightToken)] else { return nil }
    return Candidate(
      order: UInt64(UInt32(bitPattern: merge.rank)) << 32 | UInt64(left), left: left,
      leftToken: leftToken, rightToken: rightToken, merged: merge.merged)
  }

  /// A token of the word, in a doubly linked list; -1 is no neighbour.
  private struct Symbol {
    static let gone: Token = -1

    var token: Token
    var previous: Int
    var next: Int
  }

  /// A pair that may be merged.
  private struct Candidate: Comparable {
    /// Rank, and then place in the word.
    var order: UInt64
    var left: Int
    var leftToken: Token
    var rightToken: Token
    var merged: Token

    static func < (one: Candidate, other: Candidate) -> Bool { one.order < other.order }
  }
}
