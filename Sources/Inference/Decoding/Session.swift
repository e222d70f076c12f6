import CKernels

/// One timeline on one model: the tokens so far, their keys and values, and the logits after
/// the last of them.
///
/// Callers hand over the whole prefix that they want continued; the session keeps what it has in
/// common with it, and computes the rest. What comes out is the same, to the last bit, as from a
/// session that has computed the prefix afresh.
public final class Session {
  /// The model.
  public let model: Model
  /// Positions that there is room for.
  public var contextLength: Int { model.contextLength }
  /// The tokens whose keys and values are in the cache.
  public var tokens: [Token] { timeline.tokens }
  /// The position that the next token will take.
  public var position: Int { tokens.count }

  let transformer: Transformer
  /// The session's own text, and behind it those that were computed side by side with it last.
  var lines: [Timeline]
  /// The session's own text.
  var timeline: Timeline {
    get { lines[0] }
    _modify { yield &lines[0] }
  }
  /// Logits after the tokens at `logitsPositions`, shape (rows, vocabulary).
  private let logitsBuffer: Buffer<Float>
  private var logitsPositions = 0..<0

  /// Rows whose logits are computed together: enough to share the reading of the output weights,
  /// few enough to keep the logits of a large vocabulary small.
  private static let logitsRows = 16
  /// Tokens computed together: enough to share the reading of the weights, few enough that their
  /// activations stay in the caches.
  private static let batchCapacity = 128

  /// An empty session, with a KV cache of the context length and format that `model` was loaded for.
  ///
  /// Throws when the machine has not the memory for the KV cache.
  public init(_ model: Model) throws(GGUFError) {
    self.model = model
    lines = [Timeline(cache: try Self.cache(for: model))]
    transformer = Transformer(
      model, batchCapacity: min(Self.batchCapacity, model.contextLength))
    logitsBuffer = Buffer(Self.logitsRows * model.vocabularySize)
  }

  /// A KV cache for one text of `model`.
  static func cache(for model: Model) throws(GGUFError) -> KVCache {
    let bytes = KVCache.byteCount(
      model.configuration, contextLength: model.contextLength, format: model.cacheFormat)
    try MachineMemory.require(bytes ?? Int.max, for: model.file.path)
    return KVCache(
      model.configuration, contextLength: model.contextLength, format: model.cacheFormat)
  }

  /// Exchanges the session's own text for the one at `line`.
  func exchangeText(with line: Int) {
    lines.swapAt(0, line)
    logitsPositions = 0..<0
  }

  /// Logits after the last token, one per token of the vocabulary.
  ///
  /// Valid until the next call that changes the session, and meaningless before the first.
  public var logits: UnsafeBufferPointer<Float> {
    logits(after: position - 1) ?? UnsafeBufferPointer(start: logitsBuffer.start, count: 0)
  }

  /// Logits after the token at `position`, one per token of the vocabulary; nil where that token
  /// was not among those computed together last.
  ///
  /// Computed when they are asked for, with those after the next tokens, which mostly are asked for
  /// next. Valid until the next call of the session.
  public func logits(after position: Int) -> UnsafeBufferPointer<Float>? {
    guard timeline.held.contains(position) else { return nil }
    if !logitsPositions.contains(position) {
      logitsPositions = position..<min(timeline.held.upperBound, position + Self.logitsRows)
      let first = position - timeline.batchStart
      transformer.logits(first..<first + logitsPositions.count, into: logitsBuffer.start)
    }
    let row = position - logitsPositions.lowerBound
    return UnsafeBufferPointer(
      start: logitsBuffer[row * model.vocabularySize], count: model.vocabularySize)
  }

  /// How many of the first of `tokens` are in the cache.
  public func cached(of tokens: [Token]) -> Int {
    adopt(tokens)
    return timeline.common(with: tokens)
  }

  /// How many tokens `tokens` has in common with the session's, if the logits after each of these
  /// from position `first` on are at hand; nil where they are not.
  public func held(of tokens: [Token], logitsFrom first: Int) -> Int? {
    adopt(tokens)
    let common = timeline.common(with: tokens)
    guard first < common, timeline.held.contains(first), timeline.held.contains(common - 1) else {
      return nil
    }
    return common
  }

  /// Most tokens that `append(contentsOf:)` takes, and after which logits can be asked for.
  public var batchCapacity: Int { transformer.batchCapacity }

  /// Makes the session's tokens `tokens`, with the logits after the last of them.
  ///
  /// - Parameters:
  ///   - first: Where given, the logits after each token from this position on can be asked for
  ///     afterwards; as far as these are more than `batchCapacity`, after the last ones.
  ///   - checkpoint: Called before each layer of each batch of tokens; what it throws ends the
  ///     call, and leaves a session that goes on from the batches computed so far.
  /// - Returns: How many tokens were computed.
  @discardableResult
  public func prepare(
    for tokens: [Token], logitsFrom first: Int? = nil, checkpoint: () throws -> Void = {}
  ) throws -> Int {
    try check(tokens)
    adopt(tokens)
    let last = tokens.count - 1
    let first = max(0, min(first ?? last, last))
    let common = timeline.common(with: tokens)
    if common == tokens.count, timeline.held.contains(first), timeline.held.contains(last) {
      rewind(to: tokens.count)
      return 0
    }
    // Logits come from their tokens' computation, so that is repeated where it is cached.
    let start = min(common, first)
    rewind(to: start)
    if tokens.count - start > batchCapacity {
      try extend(tokens[start..<first], logitsFrom: first, checkpoint: checkpoint) { _ in }
    }
    try extend(tokens[position...], logitsFrom: first, checkpoint: checkpoint) { _ in }
    _ = logits
    return tokens.count - start
  }

  /// Adds one token, with the logits after it.
  public func append(_ token: Token) throws(SessionError) {
    try check(token)
    guard position < contextLength else { throw .contextFull(limit: contextLength) }
    try embed([token])
    compute([token], logitsFrom: position) {}
    _ = logits
  }

  /// Adds `tokens`, at most `batchCapacity`, in one pass; ask for the logits by `logits(after:)`.
  public func append(contentsOf tokens: [Token]) throws(SessionError) {
    for token in tokens { try check(token) }
    guard position + tokens.count <= contextLength else {
      throw .contextFull(limit: contextLength)
    }
    precondition(tokens.count <= batchCapacity, "more tokens than one pass computes")
    guard !tokens.isEmpty else { return }
    try embed(tokens[...])
    compute(tokens[...], logitsFrom: position) {}
  }

  /// Makes the session's tokens `tokens`, and tells how probable each from `index` on was.
  ///
  /// - Parameters:
  ///   - index: The first token to be scored; at least 1, because nothing precedes token 0.
  ///   - checkpoint: As in `prepare`.
  /// - Returns: One score for each token from `index` on.
  public func score(
    _ tokens: [Token], from index: Int, checkpoint: () throws -> Void = {}
  ) throws -> [TokenScore] {
    try check(tokens)
    adopt(tokens)
    let index = max(1, index)
    guard index < tokens.count else {
      try prepare(for: tokens, checkpoint: checkpoint)
      return []
    }
    // The score of a token comes from the computation of the one before it.
    let start = min(timeline.common(with: tokens), index - 1)
    rewind(to: start)
    var scores: [TokenScore] = []
    scores.reserveCapacity(tokens.count - index)
    try extend(tokens[start...], logitsFrom: index - 1, checkpoint: checkpoint) { scored in
      for position in scored where position + 1 < tokens.count {
        scores.append(try score(of: tokens[position + 1], after: position))
      }
    }
    return scores
  }

  /// How probable `token` was after the one at `position`, which must have been computed last.
  func score(of token: Token, after position: Int) throws(SessionError) -> TokenScore {
    guard let logits = logits(after: position).map(Logits.init),
      let normaliser = logits.logSumExp
    else { throw .notFinite(model: model.name) }
    return TokenScore(
      logProbability: Double(logits.values[Int(token)] - normaliser),
      bestLogProbability: Double(logits.values[logits.mostProbable] - normaliser))
  }

  /// Forgets all tokens, as if nothing had been computed.
  public func forget() {
    rewind(to: 0)
    lines.removeSubrange(1...)
  }

  /// Forgets the tokens from `position` on.
  public func rewind(to position: Int) {
    guard position < tokens.count else { return }
    timeline.rewind(to: max(0, position))
    logitsPositions = logitsPositions.clamped(to: 0..<tokens.count)
  }

  /// Computes `new` in batches; `afterBatch` gets the positions of each batch, from `first` on,
  /// while the transformer still holds what their logits are computed from.
  func extend(
    _ new: ArraySlice<Token>, logitsFrom first: Int, checkpoint: () throws -> Void,
    afterBatch: (Range<Int>) throws -> Void
  ) throws {
    var rest = new
    while !rest.isEmpty {
      let batch = rest.prefix(batchCapacity)
      try embed(batch)
      try compute(batch, logitsFrom: first, checkpoint: checkpoint)
      try afterBatch(timeline.held)
      rest = rest.dropFirst(batch.count)
    }
  }

  /// Makes `batch` the transformer's input, in place of what logits were at hand of.
  func embed(_ batch: ArraySlice<Token>) throws(SessionError) {
    logitsPositions = 0..<0
    for line in lines.indices { lines[line].held = 0..<0 }
    do throws(GGUFError) { try transformer.embed(batch) } catch { throw .unreadable(error) }
  }

  /// Computes `batch`, which was embedded last; logits can be asked for then after its tokens from
  /// position `first` on.
  private func compute(
    _ batch: ArraySlice<Token>, logitsFrom first: Int, checkpoint: () throws -> Void
  ) rethrows {
    let start = position
    let end = start + batch.count
    let first = min(max(first, start), end)
    try transformer.forward(
      [TextRows(cache: timeline.cache, rows: 0..<batch.count, position: start)],
      firstResult: first - start, checkpoint: checkpoint)
    timeline.append(batch, held: first..<end, firstRow: 0)
  }

  func check(_ tokens: [Token]) throws(SessionError) {
    guard !tokens.isEmpty else { throw .noTokens }
    guard tokens.count <= contextLength else { throw .contextFull(limit: contextLength) }
    for token in tokens { try check(token) }
  }

  private func check(_ token: Token) throws(SessionError) {
    guard token >= 0, token < model.vocabularySize else {
      throw .unknownToken(token, vocabularySize: model.vocabularySize)
    }
  }
}
