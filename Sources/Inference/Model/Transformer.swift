import CKernels

/// Runs batches of tokens through a model and leaves their keys and values in the cache.
///
/// All buffers are allocated here, once. A batch's rows are independent but for attention, and
/// every product gives the same bits for a row alone as in a batch, so how tokens are cut into
/// batches does not change what comes out.
final class Transformer {
  /// Greatest number of tokens in one batch.
  let batchCapacity: Int
  private let configuration: ModelConfiguration
  private let weights: Weights
  private let cache: KVCache
  private let pool: ComputePool
  private let products: Products
  private let rope: RotaryEmbedding
  /// What computes the layers that have experts.
  private let mixtureOfExperts: MixtureOfExperts?
  private let heads: AttentionHeads

  /// Residual stream, shape (batch, embedding).
  private let hidden: Buffer<Float>
  /// Normalised input of the product at hand, shape (batch, embedding).
  private let normed: Buffer<Float>
  /// What a product adds to the residual stream, shape (batch, embedding).
  private let update: Buffer<Float>
  /// Shape (batch, query heads, head width).
  private let queries: Buffer<Float>
  /// Shape (batch, key heads, head width).
  private let keys: Buffer<Float>
  /// Shape (batch, key heads, head width).
  private let values: Buffer<Float>
  /// What the heads read from the values, shape (batch, query heads, head width).
  private let attended: Buffer<Float>
  /// Shape (batch, feed-forward).
  private let gate: Buffer<Float>
  /// Shape (batch, feed-forward).
  private let up: Buffer<Float>

  /// Buffers for batches of up to `batchCapacity` tokens.
  init(
    _ configuration: ModelConfiguration, _ weights: Weights, cache: KVCache, pool: ComputePool,
    batchCapacity: Int
  ) {
    let c = configuration
    self.batchCapacity = batchCapacity
    self.configuration = c
    self.weights = weights
    self.cache = cache
    self.pool = pool
    products = Products(weights.matrices, pool: pool, batchCapacity: batchCapacity)
    rope = RotaryEmbedding(c, divisors: weights.ropeDivisors, batchCapacity: batchCapacity)
    mixtureOfExperts = c.experts.map {
      MixtureOfExperts(c, $0, weights.mixtures, pool: pool, batchCapacity: batchCapacity)
    }
    heads = AttentionHeads(c, cache: cache, pool: pool, batchCapacity: batchCapacity)
    hidden = Buffer(batchCapacity * c.embeddingLength)
    normed = Buffer(batchCapacity * c.embeddingLength)
    update = Buffer(batchCapacity * c.embeddingLength)
    queries = Buffer(batchCapacity * c.queryWidth)
    keys = Buffer(batchCapacity * c.keyWidth)
    values = Buffer(batchCapacity * c.keyWidth)
    attended = Buffer(batchCapacity * c.queryWidth)
    gate = Buffer(batchCapacity * c.feedForwardLength)
    up = Buffer(batchCapacity * c.feedForwardLength)
  }

  /// Computes `tokens`, which follow the first `position` of the cache, and caches their keys
  /// and values.
  ///
  /// The caller has checked that they fit the batch and the context, and are of the vocabulary.
  ///
  /// - Parameters:
  ///   - firstResult: Logits can be asked for from this row on; the last layer leaves out what
  ///     only those of earlier rows need.
  ///   - checkpoint: Called before each layer; what it throws ends the call, after which these
  ///     tokens are as if they had not been asked for.
  func forward(
    _ tokens: ArraySlice<Token>, at position: Int, firstResult: Int,
    checkpoint: () throws -> Void
  ) rethrows {
    let width = configuration.embeddingLength
    let embedding = weights.tokenEmbedding
    for (row, token) in tokens.enumerated() {
      sr_dequantize_row(
        embedding.type.kernelType, embedding.row(Int(token)), hidden[row * width], width)
    }
    rope.setAngles(count: tokens.count, at: position)
    let layers = weights.layers
    for index in layers.indices {
      try checkpoint()
      let layer = layers[index]
      let first = index == layers.count - 1 ? firstResult : 0
      attend(layer, index, count: tokens.count, at: position, resultsFrom: first)
      switch layer.feedForward {
      case .dense(let network):
        feedForward(network, norm: layer.feedForwardNorm, rows: first..<tokens.count)
      case .mixture(let mixture):
        mixtureOfExperts?.add(
          mixture, norm: layer.feedForwardNorm, to: hidden.start, rows: first..<tokens.count)
      }
    }
  }

  /// Logits of `rows` of the last batch, shape (rows, vocabulary).
  func logits(_ rows: Range<Int>, into logits: UnsafeMutablePointer<Float>) {
    let first = hidden[rows.lowerBound * configuration.embeddingLength]
    prepareNormed(first, weights.outputNorm, count: rows.count, for: weights.output)
    products.multiply(Product(weights.output, into: logits))
  }

  /// hidden += output · attention(norm(hidden)), of rows from `first` on.
  private func attend(
    _ layer: Layer, _ index: Int, count: Int, at position: Int, resultsFrom first: Int
  ) {
    let c = configuration
    prepareNormed(
      hidden.start, layer.attentionNorm, count: count, for: layer.query, layer.key, layer.value)
    products.multiply(
      Product(layer.query, into: queries.start), Product(layer.key, into: keys.start),
      Product(layer.value, into: values.start))
    pool.run(count, grain: 4, work: 8 * count * (c.queryWidth + 2 * c.keyWidth)) { rows in
      for row in rows { place(row, layer, index, at: position + row) }
    }
    guard first < count else { return }
    let (queries, attended) = (queries[first * c.queryWidth], attended[first * c.queryWidth])
    heads.run(queries, layer: index, count: count - first, at: position + first, into: attended)
    products.prepare(attended, count: count - first, for: layer.attentionOutput)
    addProduct(layer.attentionOutput, rows: first..<count)
  }

  /// hidden += down · (silu(gate · x) ⊙ (up · x)) where x = norm(hidden)
  private func feedForward(
    _ network: FeedForward, norm: UnsafePointer<Float>, rows: Range<Int>
  ) {
    guard !rows.isEmpty else { return }
    let (gate, up) = (gate.start, up.start)
    let width = configuration.feedForwardLength
    prepareNormed(
      hidden[rows.lowerBound * configuration.embeddingLength], norm, count: rows.count,
      for: network.gate, network.up)
    products.multiply(Product(network.gate, into: gate), Product(network.up, into: up)) { columns in
      for row in 0..<rows.count {
        let offset = row * width + columns.lowerBound
        sr_silu_multiply(gate + offset, up + offset, columns.count)
      }
    }
    products.prepare(gate, count: rows.count, for: network.down)
    addProduct(network.down, rows: rows)
  }

  /// Normalises `count` rows from `input` on and prepares them for products.
  private func prepareNormed(
    _ input: UnsafePointer<Float>, _ norm: UnsafePointer<Float>, count: Int, for first: Matrix,
    _ second: Matrix? = nil, _ third: Matrix? = nil
  ) {
    let width = configuration.embeddingLength
    let epsilon = configuration.normEpsilon
    let normed = normed.start
    products.prepare(normed, count: count, for: first, second, third) { rows in
      for row in rows {
        sr_rms_norm(input + row * width, norm, epsilon, normed + row * width, width)
      }
    }
  }

  /// hidden += matrix · what was prepared last, for `rows`.
  private func addProduct(_ matrix: Matrix, rows: Range<Int>) {
    let width = configuration.embeddingLength
    let (hidden, update) = (hidden[rows.lowerBound * width], update.start)
    products.multiply(Product(matrix, into: update)) { columns in
      for row in 0..<rows.count {
        let offset = row * width + columns.lowerBound
        sr_add(hidden + offset, update + offset, columns.count)
      }
    }
  }

  /// Finishes queries, keys and values of one row, and puts the latter two into the cache.
  private func place(_ row: Int, _ layer: Layer, _ index: Int, at position: Int) {
    let c = configuration
    let query = queries[row * c.queryWidth]
    let key = keys[row * c.keyWidth]
    let value = values[row * c.keyWidth]
    if let bias = layer.queryBias { sr_add(query, bias, c.queryWidth) }
    if let bias = layer.keyBias { sr_add(key, bias, c.keyWidth) }
    if let bias = layer.valueBias { sr_add(value, bias, c.keyWidth) }
    if let norm = layer.queryNorm { normalise(query, heads: c.headCount, norm) }
    if let norm = layer.keyNorm { normalise(key, heads: c.keyValueHeadCount, norm) }
    rope.turn(query, heads: c.headCount, row: row)
    rope.turn(key, heads: c.keyValueHeadCount, row: row)
    for head in 0..<c.keyValueHeadCount {
      let offset = head * c.headWidth
      cache.place(
        key: key + offset, value: value + offset, layer: index, head: head, position: position)
    }
  }

  private func normalise(
    _ vectors: UnsafeMutablePointer<Float>, heads: Int, _ norm: UnsafePointer<Float>
  ) {
    let width = configuration.headWidth
    for head in 0..<heads {
      let vector = vectors + head * width
      sr_rms_norm(vector, norm, configuration.normEpsilon, vector, width)
    }
  }
}
