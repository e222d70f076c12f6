/// A text and its KV cache, and what recurrent layers hold of it.
struct Timeline {
  let cache: KVCache
  /// The state of recurrent layers, which may lag behind the tokens after a rewind; nil if the model
  /// has none.
  let state: RecurrentState?
  /// The tokens whose keys and values are in the cache.
  private(set) var tokens: [Token] = []
  /// The positions whose final hidden states the transformer still holds, so that logits are
  /// available.
  var held = 0..<0
  /// The position that corresponds to the transformer's first row.
  private(set) var batchStart = 0

  /// An empty text.
  init(cache: KVCache, state: RecurrentState?) {
    self.cache = cache
    self.state = state
    tokens.reserveCapacity(cache.contextLength)
  }

  /// The length of the common beginning with `other`.
  func common(with other: [Token]) -> Int {
    let limit = min(tokens.count, other.count)
    return (0..<limit).first { tokens[$0] != other[$0] } ?? limit
  }

  /// The tokens that the state has yet to see before others can follow.
  var missing: ArraySlice<Token> {
    guard let state else { return [] }
    return tokens[state.position...]
  }

  /// Removes the tokens from `position` on.
  mutating func rewind(to position: Int, on pool: ComputePool) {
    guard position < tokens.count else { return }
    state?.rewind(to: position, on: pool)
    tokens.removeLast(tokens.count - position)
    held = held.clamped(to: 0..<position)
  }

  /// Appends tokens that the transformer computed in its rows from `firstRow` on; it holds the
  /// final hidden states of the positions `held`.
  mutating func append(_ new: ArraySlice<Token>, held: Range<Int>, firstRow: Int) {
    state?.commit(new.count)
    batchStart = tokens.count - firstRow
    tokens.append(contentsOf: new)
    self.held = held
  }

  /// Becomes a copy of the first `count` tokens of `other`, with their keys and values; where there
  /// is a state, they must be all of its tokens, and the state must have seen them.
  mutating func copy(_ count: Int, of other: Timeline) {
    let copied = Array(other.tokens.prefix(count))
    let common = common(with: copied)
    tokens.removeLast(tokens.count - common)
    if let state, let other = other.state { state.copy(other) }
    cache.copy(common..<copied.count, from: other.cache)
    tokens.append(contentsOf: copied[common...])
    held = 0..<0
  }
}
