import CKernels

/// Queries and keys of latent attention, in the space of the vector that all heads share, and the
/// values that come of its results.
///
/// Of a shared key the rotated part comes first, so that it is rotated as heads elsewhere are. It
/// serves as the value too, of which the first part is left aside.
final class LatentAttention {
  private let configuration: ModelConfiguration
  private let latent: LatentConfiguration
  private let rotations: Rotations
  private let batchCapacity: Int
  /// What queries come from, shape (batch, query rank).
  private let queryInputs: Buffer<Float>
  /// Queries as the product has them, shape (batch, query heads, key width + rope width).
  private let rawQueries: Buffer<Float>
  /// Shape (batch, rank + rope width).
  private let inputs: Buffer<Float>
  /// Queries of the shared key, shape (batch, query heads, rope width + rank).
  private let queries: Buffer<Float>
  /// Shape (batch, rope width + rank).
  private let keys: Buffer<Float>
  /// What each head multiplies, and what comes of it; shapes (query heads, batch, width).
  private let headInputs: Buffer<Float>
  private let headOutputs: Buffer<Float>
  private let prepared: PreparedRows
  /// Shape (batch, query heads, value width).
  private let values: Buffer<Float>

  /// Allocates memory for batches of up to `batchCapacity` tokens in any of `layers`.
  init(
    _ c: ModelConfiguration, _ latent: LatentConfiguration, _ layers: [LatentWeights],
    _ rotations: Rotations, batchCapacity: Int
  ) {
    configuration = c
    self.latent = latent
    self.rotations = rotations
    self.batchCapacity = batchCapacity
    let rows = batchCapacity * c.headCount
    queryInputs = Buffer(batchCapacity * (latent.queryRank ?? 0))
    rawQueries = Buffer(rows * (latent.keyWidth + c.ropeWidth))
    inputs = Buffer(batchCapacity * c.headWidth)
    queries = Buffer(rows * c.headWidth)
    keys = Buffer(batchCapacity * c.headWidth)
    headInputs = Buffer(rows * max(latent.keyWidth, latent.rank))
    headOutputs = Buffer(rows * max(latent.valueWidth, latent.rank))
    prepared = PreparedRows(layers.flatMap { $0.keys + $0.values }, capacity: rows)
    values = Buffer(rows * latent.valueWidth)
  }

  /// The queries of the rows from `row` on, shape (rows, query heads, head width).
  func queries(from row: Int) -> UnsafePointer<Float> {
    UnsafePointer(queries[row * configuration.queryWidth])
  }

  /// Computes the queries and keys of `rows` in layer `index`, whose input was prepared in `products`,
  /// and stores the keys in the caches of their texts.
  func compute(
    _ weights: LatentWeights, _ index: Int, _ rows: Range<Int>, of texts: [TextRows],
    _ products: Products, on pool: ComputePool
  ) {
    let c = configuration
    let queryWidth = latent.keyWidth + c.ropeWidth
    let raw = rawQueries[rows.lowerBound * c.headCount * queryWidth]
    products.multiply(
      Product(weights.input, into: inputs[rows.lowerBound * c.headWidth]), rows, on: pool)
    if let (matrix, norm) = weights.queryInput {
      let width = matrix.rows
      let first = queryInputs[rows.lowerBound * width]
      products.multiply(Product(matrix, into: first), rows, on: pool)
      products.prepare(first, rows, on: pool, for: weights.query) { row in
        let vector = first + row * width
        sr_rms_norm(vector, norm, c.normEpsilon, vector, width)
      }
    }
    products.multiply(Product(weights.query, into: raw), rows, on: pool)
    multiplyHeads(weights.keys, rows, on: pool) { head, row in
      UnsafePointer(rawQueries[(row * c.headCount + head) * queryWidth])
    } result: { head, row, result in
      let query = queries[(row * c.headCount + head) * c.headWidth]
      let rotated = rawQueries[(row * c.headCount + head) * queryWidth + latent.keyWidth]
      query.update(from: rotated, count: c.ropeWidth)
      (query + c.ropeWidth).update(from: result, count: latent.rank)
    }
    let work = 8 * rows.count * (c.queryWidth + c.headWidth)
    pool.run(rows.count, grain: 4, work: work) { range in
      let range = rows.lowerBound + range.lowerBound..<rows.lowerBound + range.upperBound
      for text in texts {
        for row in range.clamped(to: text.rows) { place(row, weights, index, in: text) }
      }
    }
  }

  /// Rotates the queries of one row, and makes and stores its key.
  private func place(
    _ row: Int, _ weights: LatentWeights, _ index: Int, in text: TextRows
  ) {
    let c = configuration
    let input = inputs[row * c.headWidth]
    let key = keys[row * c.headWidth]
    key.update(from: input + latent.rank, count: c.ropeWidth)
    sr_rms_norm(input, weights.inputNorm, c.normEpsilon, key + c.ropeWidth, latent.rank)
    let query = queries[row * c.queryWidth]
    if let rope = rotations[index] {
      rope.rotate(query, heads: c.headCount, row: row)
      rope.rotate(key, heads: 1, row: row)
    }
    if let temperature = c.attentionTemperature {
      query.scale(c.queryWidth, by: temperature.factor(at: text.position(of: row)))
    }
    text.cache.place(
      key: key, value: key, layer: index, head: 0, position: text.position(of: row))
  }

  /// The values of `rows`, shape (rows, query heads, value width), from the results of attention,
  /// shape (rows, query heads, head width).
  func values(
    _ weights: LatentWeights, of attended: UnsafePointer<Float>, _ rows: Range<Int>,
    on pool: ComputePool
  ) -> UnsafePointer<Float> {
    let c = configuration
    multiplyHeads(weights.values, rows, on: pool) { head, row in
      attended + ((row - rows.lowerBound) * c.headCount + head) * c.headWidth + c.ropeWidth
    } result: { head, row, result in
      values[(row * c.headCount + head) * latent.valueWidth].update(
        from: result, count: latent.valueWidth)
    }
    return UnsafePointer(values[rows.lowerBound * c.headCount * latent.valueWidth])
  }

  /// Multiplies, for each head, the vectors that `input` gives of `rows` with the head's matrix, and
  /// hands out what comes of each.
  private func multiplyHeads(
    _ matrices: [Matrix], _ rows: Range<Int>, on pool: ComputePool,
    input: (_ head: Int, _ row: Int) -> UnsafePointer<Float>,
    result: (_ head: Int, _ row: Int, UnsafePointer<Float>) -> Void
  ) {
    guard let (columns, width) = matrices.first.map({ ($0.columns, $0.rows) }) else { return }
    let work = matrices.count * columns * width * (rows.count + 5) / 6
    pool.run(matrices.count, grain: 1, work: work) { heads in
      for head in heads {
        let slots = head * batchCapacity + rows.lowerBound..<head * batchCapacity + rows.upperBound
        let inputs = headInputs[slots.lowerBound * columns]
        for (place, row) in rows.enumerated() {
          (inputs + place * columns).update(from: input(head, row), count: columns)
        }
        for slot in slots { prepared.prepare(inputs, slot, of: slots, for: matrices[head]) }
        let outputs = headOutputs[slots.lowerBound * width]
        prepared.multiply(slots, matrices[head], 0..<width, into: outputs)
        for (place, row) in rows.enumerated() { result(head, row, outputs + place * width) }
      }
    }
  }
}
