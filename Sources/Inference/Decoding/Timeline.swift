/// A text, and where its keys and values are.
struct Timeline {
  let cache: KVCache
  /// The tokens whose keys and values are in the cache.
  private(set) var tokens: [Token] = []
  /// The positions whose last hidden states the transformer still holds.
  var held = 0..<0
  /// The position that the transformer's first row would have.
  private(set) var batchStart = 0

  /// An empty text.
  init(cache: KVCache) {
    self.cache = cache
    tokens.reserveCapacity(cache.contextLength)
  }

  /// How many of its first tokens are those of `other`.
  func common(with other: [Token]) -> Int {
    let limit = min(tokens.count, other.count)
    return (0..<limit).first { tokens[$0] != other[$0] } ?? limit
  }

  /// Forgets the tokens from `position` on.
  mutating func rewind(to position: Int) {
    guard position < tokens.count else { return }
    tokens.removeLast(tokens.count - position)
    held = held.clamped(to: 0..<position)
  }

  /// Adds tokens that were computed in the transformer's rows from `firstRow` on, and whose results
  /// it holds for the positions `held`.
  mutating func append(_ new: ArraySlice<Token>, held: Range<Int>, firstRow: Int) {
    batchStart = tokens.count - firstRow
    tokens.append(contentsOf: new)
    self.held = held
  }

  /// Becomes the first `count` tokens of `other`.
  mutating func copy(_ count: Int, of other: Timeline) {
    let copied = Array(other.tokens.prefix(count))
    let common = common(with: copied)
    rewind(to: common)
    cache.copy(common..<copied.count, from: other.cache)
    tokens.append(contentsOf: copied[common...])
    held = 0..<0
  }
}
