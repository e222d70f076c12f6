import CKernels

/// Queries, keys and values of a batch: from the products of a layer's input to what attention
/// reads, with biases, norms, rotation and temperature.
final class AttentionInputs {
  private let configuration: ModelConfiguration
  /// The rotations of queries and keys.
  private let rotations: Rotations
  /// Shape (batch, query heads, head width).
  private let queries: Buffer<Float>
  /// Gates of query heads, shape (batch, query heads, head width); empty without gates.
  private let gates: Buffer<Float>
  /// Queries and gates as the product has them, shape (batch, query heads, 2, head width).
  private let gatedQueries: Buffer<Float>
  /// Shape (batch, key heads, head width).
  private let keys: Buffer<Float>
  /// Shape (batch, key heads, head width).
  private let values: Buffer<Float>

  /// Allocates memory for batches of up to `batchCapacity` tokens.
  init(_ c: ModelConfiguration, _ rotations: Rotations, batchCapacity: Int) {
    configuration = c
    self.rotations = rotations
    queries = Buffer(batchCapacity * c.queryWidth)
    gates = Buffer(c.family.gatesAttention ? batchCapacity * c.queryWidth : 0)
    gatedQueries = Buffer(c.family.gatesAttention ? 2 * batchCapacity * c.queryWidth : 0)
    keys = Buffer(batchCapacity * c.keyWidth)
    values = Buffer(batchCapacity * c.keyWidth)
  }

  /// The queries of the rows from `row` on, shape (rows, query heads, head width).
  func queries(from row: Int) -> UnsafePointer<Float> {
    UnsafePointer(queries[row * configuration.queryWidth])
  }

  /// Multiplies the output of attention of one row with the sigmoids of its gates, if heads are
  /// gated; shape (query heads, head width).
  func gate(_ attended: UnsafeMutablePointer<Float>, row: Int) {
    guard configuration.family.gatesAttention else { return }
    let width = configuration.queryWidth
    sr_sigmoid_multiply(attended, gates[row * width], width)
  }

  /// Computes the queries, keys and values of `rows` in layer `index`, whose input was prepared in
  /// `products`, and stores the keys and values in the caches of their texts.
  func compute(
    _ weights: AttentionWeights, _ index: Int, _ rows: Range<Int>, of texts: [TextRows],
    _ products: Products, on pool: ComputePool
  ) {
    let c = configuration
    let queryRows =
      c.family.gatesAttention
      ? gatedQueries[2 * rows.lowerBound * c.queryWidth] : queries[rows.lowerBound * c.queryWidth]
    products.multiply(
      Product(weights.query, into: queryRows),
      Product(weights.key, into: keys[rows.lowerBound * c.keyWidth]),
      Product(weights.value, into: values[rows.lowerBound * c.keyWidth]), rows, on: pool)
    let work = 8 * rows.count * (c.queryWidth + 2 * c.keyWidth)
    pool.run(rows.count, grain: 4, work: work) { range in
      let range = rows.lowerBound + range.lowerBound..<rows.lowerBound + range.upperBound
      for text in texts {
        for row in range.clamped(to: text.rows) { place(row, weights, index, in: text) }
      }
    }
  }

  /// Adds biases, normalises and rotates the query and key of one row, and stores its key and
  /// value.
  private func place(
    _ row: Int, _ weights: AttentionWeights, _ index: Int, in text: TextRows
  ) {
    let c = configuration
    if c.family.gatesAttention { separate(row) }
    let query = queries[row * c.queryWidth]
    let key = keys[row * c.keyWidth]
    let value = values[row * c.keyWidth]
    if let bias = weights.queryBias { sr_add(query, bias, c.queryWidth) }
    if let bias = weights.keyBias { sr_add(key, bias, c.keyWidth) }
    if let bias = weights.valueBias { sr_add(value, bias, c.keyWidth) }
    if let norm = weights.queryNorm { normalise(query, c.queryWidth, norm) }
    if let norm = weights.keyNorm { normalise(key, c.keyWidth, norm) }
    if let rope = rotations[index] {
      rope.rotate(query, heads: c.headCount, row: row)
      rope.rotate(key, heads: c.keyValueHeadCount, row: row)
    }
    if let temperature = c.attentionTemperature {
      query.scale(c.queryWidth, by: temperature.factor(at: text.position(of: row)))
    }
    for head in 0..<c.keyValueHeadCount {
      let offset = head * c.headWidth
      text.cache.place(
        key: key + offset, value: value + offset, layer: index, head: head,
        position: text.position(of: row))
    }
  }

  /// Takes the queries and gates of one row apart.
  private func separate(_ row: Int) {
    let (heads, width) = (configuration.headCount, configuration.headWidth)
    for head in 0..<heads {
      let both = gatedQueries[2 * (row * heads + head) * width]
      let place = (row * heads + head) * width
      queries[place].update(from: both, count: width)
      gates[place].update(from: both + width, count: width)
    }
  }

  /// Normalises the queries or keys of a position, `width` values, each head by itself or all
  /// together.
  private func normalise(
    _ vectors: UnsafeMutablePointer<Float>, _ width: Int, _ norm: UnsafePointer<Float>
  ) {
    let part = configuration.family.headNorm == .allHeads ? width : configuration.headWidth
    for start in stride(from: 0, to: width, by: part) {
      let vector = vectors + start
      sr_rms_norm(vector, norm, configuration.normEpsilon, vector, part)
    }
  }
}

extension UnsafeMutablePointer<Float> {
  /// Multiplies `count` values with `factor`.
  func scale(_ count: Int, by factor: Float) {
    guard factor != 1 else { return }
    for index in 0..<count { self[index] *= factor }
  }
}
