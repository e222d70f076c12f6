/// A product of prepared activations with a weight matrix, and the memory for its result.
struct Product {
  let matrix: Matrix
  /// Shape (rows of the activations, matrix rows), row-major.
  let result: UnsafeMutablePointer<Float>

  init(_ matrix: Matrix, into result: UnsafeMutablePointer<Float>) {
    self.matrix = matrix
    self.result = result
  }
}

/// Matrix products of a batch's activations with weights, spread over a pool.
///
/// Activations are prepared once and then used by several products.
struct Products {
  /// The fewest weights of a part of a loop: less than a microsecond of work.
  private static let leastPart = 32_768

  private let prepared: PreparedRows

  /// Allocates memory for up to `batchCapacity` rows of activations, for products with any of
  /// `matrices`.
  init(_ matrices: [Matrix], batchCapacity: Int) {
    prepared = PreparedRows(matrices, capacity: batchCapacity)
  }

  /// Prepares `rows` of a batch for products with the given matrices. `activations` has shape
  /// (rows, width) and starts with the first of `rows`.
  ///
  /// `fill` is called before each row is read, with the row's index in `activations`, and may write
  /// it.
  func prepare(
    _ activations: UnsafePointer<Float>, _ rows: Range<Int>, on pool: ComputePool,
    for first: Matrix, _ second: Matrix? = nil, _ third: Matrix? = nil,
    fill: (Int) -> Void = { _ in }
  ) {
    // A value costs some multiply-adds' time to normalise and to quantize.
    pool.run(rows.count, grain: 4, work: 8 * rows.count * first.columns) { range in
      for row in range {
        fill(row)
        prepared.prepare(
          activations, rows.lowerBound + row, of: rows, for: first, second, third)
      }
    }
  }

  /// Computes `product` for `rows`, which were prepared together. `finish` is called with each
  /// range of columns once they are computed.
  func multiply(
    _ product: Product, _ rows: Range<Int>, on pool: ComputePool,
    finish: (Range<Int>) -> Void = { _ in }
  ) {
    let matrix = product.matrix
    run(matrix.rows, matrix.columns, rows, on: pool) { range in
      compute(product, rows, range)
      finish(range)
    }
  }

  /// Computes two products of equal shape; `finish` is called with each range of columns once both
  /// are computed.
  func multiply(
    _ first: Product, _ second: Product, _ rows: Range<Int>, on pool: ComputePool,
    finish: (Range<Int>) -> Void
  ) {
    let matrix = first.matrix
    run(matrix.rows, matrix.columns, times: 2, rows, on: pool) { range in
      compute(first, rows, range)
      compute(second, rows, range)
      finish(range)
    }
  }

  /// Computes three products in one loop, as if their matrices were concatenated.
  func multiply(
    _ first: Product, _ second: Product, _ third: Product, _ rows: Range<Int>, on pool: ComputePool
  ) {
    let secondStart = first.matrix.rows
    let thirdStart = secondStart + second.matrix.rows
    run(thirdStart + third.matrix.rows, first.matrix.columns, rows, on: pool) { range in
      compute(first, rows, range)
      compute(second, rows, range, from: secondStart)
      compute(third, rows, range, from: thirdStart)
    }
  }

  private func run(
    _ count: Int, _ width: Int, times: Int = 1, _ rows: Range<Int>, on pool: ComputePool,
    _ body: (Range<Int>) -> Void
  ) {
    // Whole panels of rows keep kernels in stride; a few thousand weights pay for fetching a part.
    let panel = Matrix.panelRows
    let grain = max(1, Self.leastPart / (panel * max(1, width))) * panel
    // Weights are unpacked once for a batch: a further row costs about a sixth of the first.
    pool.run(count, grain: grain, work: times * count * width * (rows.count + 5) / 6, body)
  }

  /// The part of `range` that belongs to `product`, whose first row is `start` in it.
  private func compute(
    _ product: Product, _ rows: Range<Int>, _ range: Range<Int>, from start: Int = 0
  ) {
    let first = max(0, range.lowerBound - start)
    let end = min(product.matrix.rows, range.upperBound - start)
    guard first < end else { return }
    prepared.multiply(rows, product.matrix, first..<end, into: product.result)
  }
}
