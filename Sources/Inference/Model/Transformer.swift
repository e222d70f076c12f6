import CKernels

/// Runs batches of tokens through a model and leaves their keys and values in the cache.
///
/// All buffers are allocated here, once. A batch's rows are independent but for attention, and
/// every product gives the same bits for a row alone as in a batch, so how tokens are cut into
/// batches does not change what comes out.
final class Transformer {
  /// Rows that a thread takes at a time through a head's attention.
  private static let attentionRows = 8

  /// Greatest number of tokens in one batch.
  let batchCapacity: Int
  private let configuration: ModelConfiguration
  private let weights: Weights
  private let cache: KVCache
  private let pool: ComputePool
  private let products: Products
  private let rope: RotaryEmbedding

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
  func forward(_ tokens: ArraySlice<Token>, at position: Int) {
    let width = configuration.embeddingLength
    let embedding = weights.tokenEmbedding
    for (row, token) in tokens.enumerated() {
      sr_dequantize_row(
        embedding.type.kernelType, embedding.row(Int(token)), hidden[row * width], width)
    }
    rope.setAngles(count: tokens.count, at: position)
    let layers = weights.layers
    for index in layers.indices {
      attend(layers[index], index, count: tokens.count, at: position)
      feedForward(layers[index], count: tokens.count)
    }
  }

  /// Logits of `rows` of the last batch, shape (rows, vocabulary).
  func logits(_ rows: Range<Int>, into logits: UnsafeMutablePointer<Float>) {
    let first = hidden[rows.lowerBound * configuration.embeddingLength]
    prepareNormed(first, weights.outputNorm, count: rows.count, for: weights.output)
    products.multiply(Product(weights.output, into: logits))
  }

  /// hidden += output · attention(norm(hidden))
  private func attend(_ layer: Layer, _ index: Int, count: Int, at position: Int) {
    prepareNormed(
      hidden.start, layer.attentionNorm, count: count, for: layer.query, layer.key, layer.value)
    products.multiply(
      Product(layer.query, into: queries.start), Product(layer.key, into: keys.start),
      Product(layer.value, into: values.start))
    let c = configuration
    pool.run(count, grain: 4, work: 8 * count * (c.queryWidth + 2 * c.keyWidth)) { rows in
      for row in rows { place(row, layer, index, at: position + row) }
    }
    runHeads(index, count: count, at: position)
    products.prepare(attended.start, count: count, for: layer.attentionOutput)
    addProduct(layer.attentionOutput, count: count)
  }

  /// hidden += down · (silu(gate · x) ⊙ (up · x)) where x = norm(hidden)
  private func feedForward(_ layer: Layer, count: Int) {
    let (gate, up) = (gate.start, up.start)
    let width = configuration.feedForwardLength
    prepareNormed(
      hidden.start, layer.feedForwardNorm, count: count, for: layer.gate, layer.up)
    products.multiply(Product(layer.gate, into: gate), Product(layer.up, into: up)) { columns in
      for row in 0..<count {
        let offset = row * width + columns.lowerBound
        sr_silu_multiply(gate + offset, up + offset, columns.count)
      }
    }
    products.prepare(gate, count: count, for: layer.down)
    addProduct(layer.down, count: count)
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

  /// hidden += matrix · what was prepared last
  private func addProduct(_ matrix: Matrix, count: Int) {
    let width = configuration.embeddingLength
    let (hidden, update) = (hidden.start, update.start)
    products.multiply(Product(matrix, into: update)) { columns in
      for row in 0..<count {
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
      sr_place_key(key + offset, cache.keys(layer: index, head: head), position, c.headWidth)
      let place = cache.values(layer: index, head: head) + position * c.headWidth
      sr_to_half(value + offset, place, c.headWidth)
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

  /// Attention of every head for `count` rows, each over the positions up to its own.
  private func runHeads(_ index: Int, count: Int, at position: Int) {
    let c = configuration
    let width = c.headWidth
    let scale = 1 / Float(width).squareRoot()
    let group = c.headCount / c.keyValueHeadCount
    let (queries, attended, cache) = (queries.start, attended.start, cache)
    let blocks = (count + Self.attentionRows - 1) / Self.attentionRows
    // Its multiply-adds, whose operands stay in registers, take a quarter of a product's time.
    let work = c.queryWidth * count * (position + count) / 2
    pool.run(c.keyValueHeadCount * blocks, grain: 1, work: work) { units in
      for unit in units {
        let head = unit / blocks
        let row = unit % blocks * Self.attentionRows
        let offset = row * c.queryWidth + head * group * width
        sr_attention(
          queries + offset, cache.keys(layer: index, head: head),
          cache.values(layer: index, head: head), min(Self.attentionRows, count - row), group,
          c.queryWidth, position + row + 1, width, scale, attended + offset)
      }
    }
  }
}
