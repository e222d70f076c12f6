import CKernels

/// Queries, keys and values of a batch: from the products of a layer's input to what attention
/// reads, with biases, norms, rotation and temperature.
final class AttentionInputs {
  private let configuration: ModelConfiguration
  /// The rotations that layers have.
  private let ropes: [RotaryEmbedding]
  /// Index of each layer's rotation; nil where it has none.
  private let ropeOfLayer: [Int?]
  /// Shape (batch, query heads, head width).
  private let queries: Buffer<Float>
  /// Shape (batch, key heads, head width).
  private let keys: Buffer<Float>
  /// Shape (batch, key heads, head width).
  private let values: Buffer<Float>

  /// Allocates memory for batches of up to `batchCapacity` tokens.
  init(_ c: ModelConfiguration, ropeDivisors: UnsafePointer<Float>?, batchCapacity: Int) {
    configuration = c
    let different = c.layerAttention.compactMap(\.rope).reduce(into: [Rope]()) { ropes, rope in
      if !ropes.contains(rope) { ropes.append(rope) }
    }
    ropes = different.map {
      RotaryEmbedding($0, c, divisors: ropeDivisors, batchCapacity: batchCapacity)
    }
    ropeOfLayer = c.layerAttention.map { $0.rope.flatMap(different.firstIndex) }
    queries = Buffer(batchCapacity * c.queryWidth)
    keys = Buffer(batchCapacity * c.keyWidth)
    values = Buffer(batchCapacity * c.keyWidth)
  }

  /// Sets the angles of a batch's rows.
  func setAngles(_ texts: [TextRows]) {
    for rope in ropes {
      for text in texts { rope.setAngles(text.rows, at: text.position) }
    }
  }

  /// The queries of the rows from `row` on, shape (rows, query heads, head width).
  func queries(from row: Int) -> UnsafePointer<Float> {
    UnsafePointer(queries[row * configuration.queryWidth])
  }

  /// Computes the queries, keys and values of `rows` in layer `index`, whose input was prepared in
  /// `products`, and stores the keys and values in the caches of their texts.
  func compute(
    _ layer: Layer, _ index: Int, _ rows: Range<Int>, of texts: [TextRows], _ products: Products,
    on pool: ComputePool
  ) {
    let c = configuration
    products.multiply(
      Product(layer.query, into: queries[rows.lowerBound * c.queryWidth]),
      Product(layer.key, into: keys[rows.lowerBound * c.keyWidth]),
      Product(layer.value, into: values[rows.lowerBound * c.keyWidth]), rows, on: pool)
    let work = 8 * rows.count * (c.queryWidth + 2 * c.keyWidth)
    pool.run(rows.count, grain: 4, work: work) { range in
      let range = rows.lowerBound + range.lowerBound..<rows.lowerBound + range.upperBound
      for text in texts {
        for row in range.clamped(to: text.rows) { place(row, layer, index, in: text) }
      }
    }
  }

  /// Adds biases, normalises and rotates the query and key of one row, and stores its key and
  /// value.
  private func place(_ row: Int, _ layer: Layer, _ index: Int, in text: TextRows) {
    let c = configuration
    let query = queries[row * c.queryWidth]
    let key = keys[row * c.keyWidth]
    let value = values[row * c.keyWidth]
    if let bias = layer.queryBias { sr_add(query, bias, c.queryWidth) }
    if let bias = layer.keyBias { sr_add(key, bias, c.keyWidth) }
    if let bias = layer.valueBias { sr_add(value, bias, c.keyWidth) }
    if let norm = layer.queryNorm { normalise(query, c.queryWidth, norm) }
    if let norm = layer.keyNorm { normalise(key, c.keyWidth, norm) }
    if let rope = ropeOfLayer[index] {
      ropes[rope].rotate(query, heads: c.headCount, row: row)
      ropes[rope].rotate(key, heads: c.keyValueHeadCount, row: row)
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
