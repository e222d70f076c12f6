import HeapModule

/// Merges neighbouring symbols of a word into tokens, the pair of the lowest rank first and of
/// equal ranks the leftmost (Sennrich et al. 2016).
///
/// A symbol is a token, or a negative number below -1 for what is none.
struct PairMerger: Sendable {
  /// What two neighbours become, and how early.
  struct Merge: Sendable {
    var rank: Int32
    var merged: Token
  }

  /// By `key(_:_:)` of the two symbols.
  private let merges: [UInt64: Merge]

  /// Longest word, in symbols, that is merged by looking at all its pairs each time: cheaper there
  /// than a heap, and quadratic beyond.
  private static let shortWord = 48

  /// - Parameter merges: by `key(_:_:)` of the two symbols.
  init(_ merges: [UInt64: Merge]) {
    self.merges = merges
  }

  /// The key of a pair of tokens in `merges`.
  static func key(_ left: Token, _ right: Token) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Merges the word that is the rest of `tokens` from `start`.
  func merge(_ tokens: inout [Token], from start: Int) {
    if tokens.count - start <= Self.shortWord {
      mergeByScanning(&tokens, from: start)
    } else {
      mergeWithHeap(&tokens, from: start)
    }
  }

  /// Quadratic in the word's length.
  func mergeByScanning(_ tokens: inout [Token], from start: Int) {
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

  /// In time n log n for a word of n symbols.
  func mergeWithHeap(_ tokens: inout [Token], from start: Int) {
    let word = tokens[start...]
    var symbols = word.enumerated().map { offset, token in
      Symbol(
        token: token, previous: offset - 1, next: offset + 1 < word.count ? offset + 1 : -1)
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
    tokens.removeSubrange(start...)
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
