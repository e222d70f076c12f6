import CKernels

/// Computes batches of tokens and stores their keys and values in KV caches.
///
/// All buffers are allocated once, here. Rows of a batch depend on each other only in attention,
/// and every product gives the same bits for a row alone as in a batch, so results do not depend on
/// how tokens are split into batches.
final class Transformer {
  /// The most bytes of a layer for which threads take rows: a core's own cache has 1 to 2 MiB
  /// today.
  private static let mostLayerBytes = 2_000_000
  /// The fewest rows per thread that are worth unpacking weights for.
  private static let leastRowsOfThread = 3

  /// The most tokens of one batch.
  let batchCapacity: Int
  private let configuration: ModelConfiguration
  private let weights: Weights
  private let pool: ComputePool
  /// The pool of a thread that computes rows by itself.
  private let ownThread = ComputePool(threads: 1)
  private let products: Products
  private let rotations: Rotations
  private let attentionInputs: AttentionInputs
  /// Computes latent attention.
  private let latentAttention: LatentAttention?
  /// Computes layers with experts.
  private let mixtureOfExperts: MixtureOfExperts?
  private let heads: AttentionHeads
  /// Computes layers with a state.
  private let deltaNet: DeltaNet?
  /// Whether threads may compute whole layers for rows of their own.
  private let threadsTakeRows: Bool

  /// Residual stream, shape (batch, embedding).
  private let hidden: Buffer<Float>
  /// Normalised input of the next product, shape (batch, embedding).
  private let normed: Buffer<Float>
  /// Output of a product, to be added to the residual stream, shape (batch, embedding).
  private let update: Buffer<Float>
  /// Output of attention, shape (batch, query heads, head width).
  private let attended: Buffer<Float>
  /// Shape (batch, feed-forward).
  private let gate: Buffer<Float>
  /// Shape (batch, feed-forward).
  private let up: Buffer<Float>

  /// Allocates buffers for batches of up to `batchCapacity` tokens.
  init(_ model: Model, batchCapacity: Int) {
    let (c, weights, pool) = (model.configuration, model.weights, model.pool)
    self.batchCapacity = batchCapacity
    configuration = c
    self.weights = weights
    self.pool = pool
    products = Products(weights.matrices, batchCapacity: batchCapacity)
    let rotations = Rotations(c, divisors: weights.ropeDivisors, batchCapacity: batchCapacity)
    self.rotations = rotations
    attentionInputs = AttentionInputs(c, rotations, batchCapacity: batchCapacity)
    latentAttention = c.latent.map {
      LatentAttention(c, $0, weights.latentLayers, rotations, batchCapacity: batchCapacity)
    }
    mixtureOfExperts = c.experts.map {
      MixtureOfExperts(c, $0, weights.mixtures, pool: pool, batchCapacity: batchCapacity)
    }
    heads = AttentionHeads(
      c, contextLength: model.contextLength, threads: pool.threads, batchCapacity: batchCapacity)
    let layerBytes = weights.layers.map { $0.matrices.reduce(0) { $0 + $1.byteCount } }.max() ?? 0
    threadsTakeRows =
      pool.threads > 1 && mixtureOfExperts == nil && c.deltaNet == nil && c.latent == nil
      && layerBytes <= Self.mostLayerBytes
    deltaNet = c.deltaNet.map { DeltaNet(c, $0, batchCapacity: batchCapacity) }
    let width = max(c.feedForwardLength, c.experts?.denseLength ?? 0)
    hidden = Buffer(batchCapacity * c.embeddingLength)
    normed = Buffer(batchCapacity * c.embeddingLength)
    update = Buffer(batchCapacity * c.embeddingLength)
    attended = Buffer(batchCapacity * c.queryWidth)
    gate = Buffer(batchCapacity * width)
    up = Buffer(batchCapacity * width)
  }

  /// Makes the embeddings of `tokens` the input of `forward`. The tokens must be in the vocabulary,
  /// and at most `batchCapacity`.
  ///
  /// Throws if the model's file can no longer be read.
  func embed(_ tokens: ArraySlice<Token>) throws(GGUFError) {
    try weights.tokenEmbedding.read(tokens, into: hidden.start)
    hidden.start.scale(
      tokens.count * configuration.embeddingLength, by: configuration.embeddingScale)
  }

  /// Computes the embedded tokens and stores their keys and values.
  ///
  /// - Parameters:
  ///   - texts: The parts of the batch, in order; each must fit the context of its cache.
  ///   - firstResult: The first row whose logits are wanted; the last layer skips what only earlier
  ///     rows would need.
  ///   - checkpoint: Called before each layer. An error that it throws ends the call, as if the
  ///     tokens had never been passed.
  func forward(
    _ texts: [TextRows], firstResult: Int, checkpoint: () throws -> Void
  ) rethrows {
    rotations.setAngles(texts)
    for text in texts { text.state?.begin(text.rows.count) }
    let count = texts.last?.rows.upperBound ?? 0
    let rowsOfThread = rowsOfThread(count)
    let last = weights.layers.count - 1
    for index in 0...last {
      try checkpoint()
      if let rowsOfThread {
        // What a row needs of others are their keys and values: threads meet once a layer.
        pool.run(count, grain: rowsOfThread, work: .max) { rows in
          if index > 0 { finish(index - 1, rows, of: texts, on: ownThread) }
          begin(index, rows, of: texts, on: ownThread)
        }
      } else {
        if index > 0 { finish(index - 1, 0..<count, of: texts, on: pool) }
        begin(index, 0..<count, of: texts, on: pool)
      }
    }
    guard firstResult < count else { return }
    if let rowsOfThread {
      pool.run(count - firstResult, grain: rowsOfThread, work: .max) { rows in
        let rows = rows.lowerBound + firstResult..<rows.upperBound + firstResult
        finish(last, rows, of: texts, on: ownThread)
      }
    } else {
      finish(last, firstResult..<count, of: texts, on: pool)
    }
  }

  /// How many rows of a batch of `count` each thread computes through whole layers; nil if the
  /// threads share every product instead.
  ///
  /// Sharing products reads the weights once for all threads, but synchronises them ten times per
  /// layer. That costs more if a layer is so small that its weights fit each thread's own cache.
  private func rowsOfThread(_ count: Int) -> Int? {
    guard threadsTakeRows, count >= Self.leastRowsOfThread * pool.threads else { return nil }
    return (count + pool.threads - 1) / pool.threads
  }

  /// Logits of `rows` of the last batch, shape (rows, vocabulary).
  func logits(_ rows: Range<Int>, into logits: UnsafeMutablePointer<Float>) {
    prepareNormed(rows, weights.outputNorm, on: pool, for: weights.output)
    products.multiply(Product(weights.output, into: logits), rows, on: pool)
    let count = weights.output.rows
    if let bias = weights.outputBias {
      for row in 0..<rows.count { sr_add(logits + row * count, bias, count) }
    }
    logits.scale(rows.count * count, by: 1 / configuration.logitScale)
  }

  /// The first part of layer `index`, up to attention: queries, and keys and values in the KV
  /// caches; or, of a recurrent layer, all but its last product.
  private func begin(
    _ index: Int, _ rows: Range<Int>, of texts: [TextRows], on pool: ComputePool
  ) {
    let layer = weights.layers[index]
    let norm = layer.attentionNorm
    switch layer.mixer {
    case .attention(let weights):
      prepareNormed(rows, norm, on: pool, for: weights.query, weights.key, weights.value)
      attentionInputs.compute(weights, index, rows, of: texts, products, on: pool)
    case .latent(let weights):
      prepareNormed(
        rows, norm, on: pool, for: weights.input, weights.queryInput?.matrix ?? weights.query)
      latentAttention?.compute(weights, index, rows, of: texts, products, on: pool)
    case .deltaNet(let weights):
      prepareNormed(rows, norm, on: pool, for: weights.inputs, weights.gate, weights.rates)
      if let decays = weights.decays { prepareNormed(rows, norm, on: pool, for: decays) }
      deltaNet?.compute(weights, index, rows, of: texts, products, on: pool)
    }
  }

  /// The second part of layer `index`, once the keys and values of `rows` and all rows before them
  /// are stored: hidden += norm(output · attention), and the feed-forward part.
  private func finish(
    _ index: Int, _ rows: Range<Int>, of texts: [TextRows], on pool: ComputePool
  ) {
    let layer = weights.layers[index]
    switch layer.mixer {
    case .attention(let weights):
      let attended = attend(
        index, rows, attentionInputs.queries(from:), sinks: weights.sinks, of: texts, on: pool)
      let width = configuration.queryWidth
      products.prepare(attended, rows, on: pool, for: weights.output) { row in
        attentionInputs.gate(attended + row * width, row: rows.lowerBound + row)
      }
      addProduct(
        weights.output, weights.outputBias, norm: layer.attentionOutputNorm, rows, on: pool)
    case .latent(let weights):
      if let latentAttention {
        let attended = attend(
          index, rows, latentAttention.queries(from:), sinks: nil, of: texts, on: pool)
        products.prepare(
          latentAttention.values(weights, of: attended, rows, on: pool), rows, on: pool,
          for: weights.output)
      }
      addProduct(weights.output, nil, norm: layer.attentionOutputNorm, rows, on: pool)
    case .deltaNet(let weights):
      if let deltaNet {
        products.prepare(
          deltaNet.results(from: rows.lowerBound), rows, on: pool, for: weights.output)
      }
      addProduct(weights.output, nil, norm: layer.attentionOutputNorm, rows, on: pool)
    }
    switch layer.feedForward {
    case .dense(let network): feedForward(network, layer, rows, on: pool)
    case .mixture(let mixture):
      mixtureOfExperts?.add(mixture, norm: layer.feedForwardNorm, to: hidden.start, rows: rows)
    }
  }

  /// Attention of `rows`, whose queries begin where `queries` says, shape (rows, query heads, head
  /// width).
  private func attend(
    _ index: Int, _ rows: Range<Int>, _ queries: (Int) -> UnsafePointer<Float>,
    sinks: UnsafePointer<Float>?, of texts: [TextRows], on pool: ComputePool
  ) -> UnsafeMutablePointer<Float> {
    let width = configuration.queryWidth
    for text in texts {
      let rows = rows.clamped(to: text.rows)
      guard !rows.isEmpty else { continue }
      heads.run(
        queries(rows.lowerBound), text.cache, layer: index, sinks: sinks, count: rows.count,
        at: text.position(of: rows.lowerBound), on: pool, into: attended[rows.lowerBound * width])
    }
    return attended[rows.lowerBound * width]
  }

  /// hidden += norm(down · (activation(gate · x) ⊙ (up · x))) where x = norm(hidden)
  private func feedForward(
    _ network: FeedForward, _ layer: Layer, _ rows: Range<Int>, on pool: ComputePool
  ) {
    let width = network.gate.rows
    let activation = configuration.family.activation
    let gate = gate[rows.lowerBound * width]
    let up = up[rows.lowerBound * width]
    prepareNormed(rows, layer.feedForwardNorm, on: pool, for: network.gate, network.up)
    products.multiply(
      Product(network.gate, into: gate), Product(network.up, into: up), rows, on: pool
    ) { columns in
      for row in 0..<rows.count {
        let offset = row * width + columns.lowerBound
        network.activate(gate + offset, up + offset, columns, by: activation)
      }
    }
    products.prepare(gate, rows, on: pool, for: network.down)
    addProduct(
      network.down, network.downBias, norm: layer.feedForwardOutputNorm, rows, on: pool)
  }

  /// Normalises `rows` of the residual stream, if there is a norm, and prepares them for products.
  private func prepareNormed(
    _ rows: Range<Int>, _ norm: UnsafePointer<Float>?, on pool: ComputePool, for first: Matrix,
    _ second: Matrix? = nil, _ third: Matrix? = nil
  ) {
    let width = configuration.embeddingLength
    let epsilon = configuration.normEpsilon
    let (hidden, normed) = (hidden[rows.lowerBound * width], normed[rows.lowerBound * width])
    guard let norm else {
      return products.prepare(hidden, rows, on: pool, for: first, second, third)
    }
    products.prepare(normed, rows, on: pool, for: first, second, third) { row in
      sr_rms_norm(hidden + row * width, norm, epsilon, normed + row * width, width)
    }
  }

  /// hidden += scale · norm(matrix · prepared activations of `rows` + bias), where the model has
  /// these.
  private func addProduct(
    _ matrix: Matrix, _ bias: UnsafePointer<Float>?, norm: UnsafePointer<Float>?,
    _ rows: Range<Int>, on pool: ComputePool
  ) {
    let width = configuration.embeddingLength
    let (epsilon, factor) = (configuration.normEpsilon, configuration.residualScale)
    let (hidden, update) = (hidden[rows.lowerBound * width], update[rows.lowerBound * width])
    products.multiply(Product(matrix, into: update), rows, on: pool) { columns in
      for row in 0..<rows.count {
        let offset = row * width + columns.lowerBound
        if let bias { sr_add(update + offset, bias + columns.lowerBound, columns.count) }
        guard norm == nil else { continue }
        (update + offset).scale(columns.count, by: factor)
        sr_add(hidden + offset, update + offset, columns.count)
      }
    }
    guard let norm else { return }
    pool.run(rows.count, grain: 4, work: 8 * rows.count * width) { range in
      for row in range {
        let update = update + row * width
        sr_rms_norm(update, norm, epsilon, update, width)
        update.scale(width, by: factor)
        sr_add(hidden + row * width, update, width)
      }
    }
  }
}
