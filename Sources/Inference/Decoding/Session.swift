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
  public let contextLength: Int
  /// The tokens whose keys and values are in the cache.
  public private(set) var tokens: [Token] = []
  /// The position that the next token will take.
  public var position: Int { tokens.count }

  private let transformer: Transformer
  private let logitsBuffer: Buffer<Float>
  /// Logits of the positions that are scored together; made when first needed.
  private lazy var scoringBuffer = Buffer<Float>(Self.scoringRows * model.vocabularySize)
  /// Whether `logitsBuffer` belongs to the last token.
  private var logitsAreCurrent = false

  /// Rows whose logits are computed together when a text is scored: enough to share the reading
  /// of the output weights, few enough to keep the logits of a large vocabulary small.
  private static let scoringRows = 16
  /// Tokens computed together: enough to share the reading of the weights, few enough that a
  /// caller need not wait long for the next checkpoint.
  private static let batchCapacity = 64

  /// A session of `contextLength` positions, at most the model's own.
  ///
  /// Throws when the machine has not the memory for its KV cache.
  public init(_ model: Model, contextLength: Int? = nil, pool: ComputePool) throws(GGUFError) {
    let configuration = model.configuration
    let context = max(1, min(contextLength ?? .max, configuration.contextLength))
    let bytes = KVCache.byteCount(configuration, contextLength: context)
    try MachineMemory.require(bytes ?? Int.max, for: model.file.path)
    model.weights.pack(on: pool)
    self.model = model
    self.contextLength = context
    tokens.reserveCapacity(context)
    transformer = Transformer(
      configuration, model.weights,
      cache: KVCache(configuration, contextLength: context), pool: pool,
      batchCapacity: min(Self.batchCapacity, context))
    logitsBuffer = Buffer(model.vocabularySize)
  }

  /// Logits after the last token, one per token of the vocabulary.
  ///
  /// Valid until the next call that changes the session, and meaningless before the first.
  public var logits: UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: logitsBuffer.start, count: logitsBuffer.count)
  }

  /// Makes the session's tokens `tokens`, with the logits after the last of them.
  ///
  /// - Parameter checkpoint: Called before each batch of tokens; what it throws ends the call, and
  ///   leaves a session that goes on from the tokens computed so far.
  /// - Returns: How many tokens were computed.
  @discardableResult
  public func prepare(
    for tokens: [Token], checkpoint: () throws -> Void = {}
  ) throws -> Int {
    try check(tokens)
    let common = commonPrefix(tokens)
    if common == tokens.count, common == self.tokens.count, logitsAreCurrent { return 0 }
    // Logits come from the last token's computation, so that is repeated where it is cached.
    let start = min(common, tokens.count - 1)
    rewind(to: start)
    try extend(tokens[start...], checkpoint: checkpoint) { _ in }
    return tokens.count - start
  }

  /// Adds one token, with the logits after it.
  public func append(_ token: Token) throws(SessionError) {
    try check(token)
    guard position < contextLength else { throw .contextFull(limit: contextLength) }
    compute(CollectionOfOne(token))
    lastLogits(row: 0)
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
    let index = max(1, index)
    guard index < tokens.count else {
      try prepare(for: tokens, checkpoint: checkpoint)
      return []
    }
    // The score of a token comes from the computation of the one before it.
    let start = min(commonPrefix(tokens), index - 1)
    rewind(to: start)
    var scores: [TokenScore] = []
    scores.reserveCapacity(tokens.count - index)
    try extend(tokens[start...], checkpoint: checkpoint) { batch in
      let first = max(batch.lowerBound, index - 1)
      let end = min(batch.upperBound, tokens.count - 1)
      for position in stride(from: first, to: end, by: Self.scoringRows) {
        let rows = position..<min(end, position + Self.scoringRows)
        try score(rows, ofBatchAt: batch.lowerBound, tokens, into: &scores)
      }
    }
    return scores
  }

  /// Forgets all tokens, as if nothing had been computed.
  public func forget() { rewind(to: 0) }

  /// Forgets the tokens from `position` on.
  private func rewind(to position: Int) {
    if position < tokens.count {
      tokens.removeLast(tokens.count - position)
      logitsAreCurrent = false
    }
  }

  /// Computes `new` in batches and then the logits after the last; `afterBatch` gets the
  /// positions of each batch while the transformer still holds it.
  private func extend(
    _ new: ArraySlice<Token>, checkpoint: () throws -> Void,
    afterBatch: (Range<Int>) throws -> Void
  ) throws {
    var rest = new
    var lastRow = 0
    while !rest.isEmpty {
      try checkpoint()
      let batch = rest.prefix(transformer.batchCapacity)
      let start = position
      compute(batch)
      try afterBatch(start..<position)
      lastRow = batch.count - 1
      rest = rest.dropFirst(batch.count)
    }
    lastLogits(row: lastRow)
  }

  private func compute(_ batch: some Collection<Token>) {
    logitsAreCurrent = false
    let start = position
    tokens.append(contentsOf: batch)
    transformer.forward(tokens[start...], at: start)
  }

  private func lastLogits(row: Int) {
    transformer.logits(row..<row + 1, into: logitsBuffer.start)
    logitsAreCurrent = true
  }

  /// Scores the tokens that follow `positions`, which belong to the batch that began at `start`.
  private func score(
    _ positions: Range<Int>, ofBatchAt start: Int, _ tokens: [Token],
    into scores: inout [TokenScore]
  ) throws(SessionError) {
    let size = model.vocabularySize
    transformer.logits(
      positions.lowerBound - start..<positions.upperBound - start, into: scoringBuffer.start)
    for (row, position) in positions.enumerated() {
      let logits = Logits(
        UnsafeBufferPointer(start: scoringBuffer[row * size], count: size))
      guard let normaliser = logits.logSumExp else { throw .notFinite(model: model.name) }
      scores.append(
        TokenScore(
          logProbability: Double(logits.values[Int(tokens[position + 1])] - normaliser),
          bestLogProbability: Double(logits.values[logits.mostProbable] - normaliser)))
    }
  }

  private func commonPrefix(_ other: [Token]) -> Int {
    let limit = min(tokens.count, other.count)
    return (0..<limit).first { tokens[$0] != other[$0] } ?? limit
  }

  private func check(_ tokens: [Token]) throws(SessionError) {
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

/// How probable a token of a given text was to a model; natural logarithms.
public struct TokenScore: Sendable, Equatable {
  /// The token's own.
  public var logProbability: Double
  /// That of the token which the model held most probable in its place.
  public var bestLogProbability: Double

  /// A score of its parts.
  public init(logProbability: Double, bestLogProbability: Double) {
    self.logProbability = logProbability
    self.bestLogProbability = bestLogProbability
  }
}
