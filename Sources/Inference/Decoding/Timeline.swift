/// A text and its KV cache.
struct Timeline {
  let cache: KVCache
  /// The tokens whose keys and values are in the cache.
  private(set) var tokens: [Token] = []
  /// The positions whose final hidden states the transformer still holds, so that logits are
  /// available.
  var held = 0..<0
  /// The position that corresponds to the transformer's first row.
  private(set) var batchStart = 0

  /// An empty text.
  init(cache: KVCache) {
    self.cache = cache
    tokens.reserveCapacity(cache.contextLength)
  }

  /// The length of the common beginning with `other`.
  func common(with other: [Token]) -> Int {
    let limit = min(tokens.count, other.count)
    return (0..<limit).first { tokens[$0] != other[$0] } ?? limit
  }

  /// Removes the tokens from `position` on.
  mutating func rewind(to position: Int) {
    guard position < tokens.count else { return }
    tokens.removeLast(tokens.count - position)
    held = held.clamped(to: 0..<position)
  }

  /// Appends tokens that the transformer computed in its rows from `firstRow` on; it holds the
  /// final hidden states of the positions `held`.
  mutating func append(_ new: ArraySlice<Token>, held: Range<Int>, firstRow: Int) {
    batchStart = tokens.count - firstRow
    tokens.append(contentsOf: new)
    self.held = held
  }

  /// Becomes a copy of the first `count` tokens of `other`, with their keys and values.
  mutating func copy(_ count: Int, of other: Timeline) {
    let copied = Array(other.tokens.prefix(count))
    let common = common(with: copied)
    rewind(to: common)
    cache.copy(common..<copied.count, from: other.cache)
    tokens.append(contentsOf: copied[common...])
    held = 0..<0
  }
}
