import CKernels

/// One text on one model: its tokens, their keys and values, and the logits after the last token.
///
/// Callers pass the whole prefix that they want to continue. The session keeps the part that it has
/// already computed, rewinds the rest, and computes what is new. The result is the same, to the
/// last bit, as in a fresh session.
public final class Session {
  /// The model.
  public let model: Model
  /// Positions of its context.
  public var contextLength: Int { model.contextLength }
  /// The tokens whose keys and values are in the cache.
  public var tokens: [Token] { timeline.tokens }
  /// The position of the next token.
  public var position: Int { tokens.count }

  let transformer: Transformer
  /// The session's text, followed by the texts that were last computed side by side with it.
  var lines: [Timeline]
  /// The session's text.
  var timeline: Timeline {
    get { lines[0] }
    _modify { yield &lines[0] }
  }
  /// Logits after the tokens at `logitsPositions`, shape (rows, vocabulary).
  private let logitsBuffer: Buffer<Float>
  private var logitsPositions = 0..<0
  private var log = PassLog()

  /// Positions whose logits are computed together: enough to share reading the output weights, few
  /// enough to keep the logits of a large vocabulary small.
  private static let logitsRows = 16
  /// Tokens computed together: enough to share reading the weights, few enough for their
  /// activations to stay in the processor's caches.
  private static let batchCapacity = 128

  /// Creates an empty session with a KV cache of the context length and format that `model` was
  /// loaded with.
  ///
  /// Throws if the machine lacks the memory for the KV cache.
  public init(_ model: Model) throws(GGUFError) {
    self.model = model
    lines = [try Self.emptyText(of: model)]
    transformer = Transformer(
      model, batchCapacity: min(Self.batchCapacity, model.contextLength))
    logitsBuffer = Buffer(Self.logitsRows * model.vocabularySize)
  }

  /// An empty text of `model`, with its KV cache.
  static func emptyText(of model: Model) throws(GGUFError) -> Timeline {
    let c = model.configuration
    let bytes = c.textBytes(contextLength: model.contextLength, format: model.cacheFormat)
    try MachineMemory.require(bytes ?? Int.max, for: model.file.path)
    return Timeline(
      cache: KVCache(c, contextLength: model.contextLength, format: model.cacheFormat),
      state: c.deltaNet.map(RecurrentState.init))
  }

  /// Passes since the session began.
  public var passCount: Int { log.count }

  /// The passes since the last call, in order.
  @discardableResult
  public func takePasses() -> [Pass] { log.take() }

  /// Counts what was done since the last pass as part of it, if it came after the first `mark`
  /// passes of the session.
  public func extendPass(after mark: Int) { log.extend(after: mark) }

  /// Takes down that the pass that `embed` began has computed `rows` tokens after `context` others.
  func endPass(rows: Int, context: Int) { log.end(rows: rows, context: context) }

  /// Swaps the session's text with the one at `line`.
  func exchangeText(with line: Int) {
    lines.swapAt(0, line)
    logitsPositions = 0..<0
  }

  /// Logits after the last token, one per token of the vocabulary.
  ///
  /// Valid until the next call that changes the session; empty before the first.
  public var logits: UnsafeBufferPointer<Float> {
    logits(after: position - 1) ?? UnsafeBufferPointer(start: logitsBuffer.start, count: 0)
  }

  /// Logits after the token at `position`, one per token of the vocabulary; nil if that token was
  /// not in the last pass.
  ///
  /// Computed on demand, together with those of the next positions, which are mostly needed next.
  /// Valid until the next call.
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

  /// How many tokens at the beginning of `tokens` need not be computed again: those in the KV cache,
  /// as far back as recurrent layers can go.
  public func cached(of tokens: [Token]) -> Int {
    adopt(tokens)
    let common = timeline.common(with: tokens)
    return timeline.state?.reachable(common) ?? common
  }

  /// How many tokens at the beginning of `tokens` are in the KV cache, if the logits after each of
  /// them from position `first` on are available; otherwise nil.
  public func held(of tokens: [Token], logitsFrom first: Int) -> Int? {
    adopt(tokens)
    let common = timeline.common(with: tokens)
    guard first < common, timeline.held.contains(first), timeline.held.contains(common - 1) else {
      return nil
    }
    return common
  }

  /// The most tokens of one pass, and so the most positions whose logits are available.
  public var batchCapacity: Int { transformer.batchCapacity }

  /// Makes `tokens` the session's text, with the logits after the last token.
  ///
  /// - Parameters:
  ///   - first: If given, the logits after each token from this position on are available
  ///     afterwards, up to the last `batchCapacity` of them.
  ///   - checkpoint: Called before each layer of each batch. An error that it throws ends the call;
  ///     the batches computed so far are kept.
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
    let mark = passCount
    if tokens.count - start > batchCapacity {
      try extend(tokens[start..<first], logitsFrom: first, checkpoint: checkpoint) { _ in }
    }
    try extend(tokens[position...], logitsFrom: first, checkpoint: checkpoint) { _ in }
    _ = logits
    extendPass(after: mark)
    // Where logits of earlier tokens are wanted, the last tokens are proposals.
    if first == last { timeline.state?.keep() }
    return tokens.count - start
  }

  /// Appends one token, with the logits after it.
  public func append(_ token: Token) throws(SessionError) {
    try check(token)
    guard position < contextLength else { throw .contextFull(limit: contextLength) }
    try catchUp()
    try embed([token])
    let mark = passCount
    compute([token], logitsFrom: position) {}
    _ = logits
    extendPass(after: mark)
  }

  /// Appends `tokens`, at most `batchCapacity`, in one pass; `logits(after:)` then gives their
  /// logits.
  public func append(contentsOf tokens: [Token]) throws(SessionError) {
    for token in tokens { try check(token) }
    guard position + tokens.count <= contextLength else {
      throw .contextFull(limit: contextLength)
    }
    precondition(tokens.count <= batchCapacity, "more tokens than one pass computes")
    guard !tokens.isEmpty else { return }
    try catchUp()
    try embed(tokens[...])
    compute(tokens[...], logitsFrom: position) {}
  }

  /// Makes `tokens` the session's text, and returns the probability of each token from `index` on.
  ///
  /// - Parameters:
  ///   - index: The first token to score; at least 1, because nothing precedes token 0.
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

  /// The probability of `token` after the one at `position`, whose logits must be available.
  func score(of token: Token, after position: Int) throws(SessionError) -> TokenScore {
    guard let logits = logits(after: position).map(Logits.init),
      let normaliser = logits.logSumExp
    else { throw .notFinite(model: model.name) }
    return TokenScore(
      logProbability: Double(logits.values[Int(token)] - normaliser),
      bestLogProbability: Double(logits.values[logits.mostProbable] - normaliser))
  }

  /// Removes all tokens, as in a fresh session.
  public func forget() {
    rewind(to: 0)
    lines.removeSubrange(1...)
  }

  /// Keeps at most the first `count` of `tokens` in the KV cache, as if nothing had followed them.
  public func keep(_ count: Int, of tokens: [Token]) {
    adopt(tokens)
    rewind(to: min(count, timeline.common(with: tokens)))
    lines.removeSubrange(1...)
  }

  /// Removes the tokens from `position` on.
  public func rewind(to position: Int) {
    guard position < tokens.count else { return }
    timeline.rewind(to: max(0, position), on: model.pool)
    logitsPositions = logitsPositions.clamped(to: 0..<tokens.count)
  }

  /// Computes `new` in batches. After each, `afterBatch` gets its positions from `first` on, whose
  /// logits are then available.
  func extend(
    _ new: ArraySlice<Token>, logitsFrom first: Int, checkpoint: () throws -> Void,
    afterBatch: (Range<Int>) throws -> Void
  ) throws {
    var rest = new
    if !rest.isEmpty { try catchUp(checkpoint: checkpoint) }
    while !rest.isEmpty {
      let batch = rest.prefix(batchCapacity)
      try embed(batch)
      let mark = passCount
      try compute(batch, logitsFrom: first, checkpoint: checkpoint)
      try afterBatch(timeline.held)
      extendPass(after: mark)
      rest = rest.dropFirst(batch.count)
    }
  }

  /// Makes `batch` the transformer's input; logits of earlier passes are no longer available.
  func embed(_ batch: ArraySlice<Token>) throws(SessionError) {
    logitsPositions = 0..<0
    log.begin()
    for line in lines.indices { lines[line].held = 0..<0 }
    do throws(GGUFError) { try transformer.embed(batch) } catch { throw .unreadable(error) }
  }

  /// Computes `batch`, the transformer's input, and keeps logits available from position `first`
  /// on.
  private func compute(
    _ batch: ArraySlice<Token>, logitsFrom first: Int, checkpoint: () throws -> Void
  ) rethrows {
    let start = position
    let end = start + batch.count
    let first = min(max(first, start), end)
    try transformer.forward(
      [
        TextRows(
          cache: timeline.cache, state: timeline.state, rows: 0..<batch.count, position: start)
      ],
      firstResult: first - start, checkpoint: checkpoint)
    endPass(rows: batch.count, context: start)
    timeline.append(batch, held: first..<end, firstRow: 0)
  }

  /// Computes again what recurrent layers have yet to see of the text, so that it can go on. They
  /// keep the state after it: where texts parted once they may part again.
  func catchUp(checkpoint: () throws -> Void) throws {
    var missing = takeMissing()
    while let batch = try embedFirst(of: &missing) {
      try compute(batch, logitsFrom: .max, checkpoint: checkpoint)
    }
  }

  /// As `catchUp(checkpoint:)`.
  private func catchUp() throws(SessionError) {
    var missing = takeMissing()
    while let batch = try embedFirst(of: &missing) { compute(batch, logitsFrom: .max) {} }
  }

  /// Takes the tokens that recurrent layers have yet to see off the text.
  private func takeMissing() -> ArraySlice<Token> {
    let missing = timeline.missing
    rewind(to: position - missing.count)
    return missing
  }

  /// Embeds the first batch of `missing`, and removes it there; nil at the end.
  private func embedFirst(of missing: inout ArraySlice<Token>) throws(SessionError) -> ArraySlice<
    Token
  >? {
    guard !missing.isEmpty else { return nil }
    let batch = missing.prefix(batchCapacity)
    missing = missing.dropFirst(batch.count)
    try embed(batch)
    return batch
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
