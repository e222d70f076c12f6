import CKernels

/// A product of prepared activations with a weight matrix, and where its result goes.
struct Product {
  let matrix: Matrix
  /// Shape (batch, matrix rows), row-major.
  let result: UnsafeMutablePointer<Float>

  init(_ matrix: Matrix, into result: UnsafeMutablePointer<Float>) {
    self.matrix = matrix
    self.result = result
  }
}

/// The forms of activations that a group of matrices reads, each by one type that asks for it:
/// int8 blocks serve all quantised types, floats serve the others.
private struct ActivationForms {
  var blocks: Int32?
  var floats: Int32?

  mutating func add(_ matrix: Matrix) {
    if matrix.type.isQuantised {
      blocks = matrix.type.kernelType
    } else {
      floats = matrix.type.kernelType
    }
  }
}

/// Matrix products of a batch of activations with weights, spread over the pool.
///
/// Activations are brought once into the form that weights read, and then serve several products.
final class Products {
  /// Weights below which a loop is not split further: less than a microsecond's work.
  private static let leastPart = 32_768

  private let pool: ComputePool
  /// Activations as int8 blocks.
  private let blocks: Buffer<UInt8>
  /// Activations as floats.
  private let floats: Buffer<UInt8>
  /// Rows of the activations at hand.
  private var batch = 0
  /// Their length.
  private var width = 0

  /// Room for batches of up to `batchCapacity` activations that meet any of `matrices`.
  init(_ matrices: [Matrix], pool: ComputePool, batchCapacity: Int) {
    func room(_ matrices: [Matrix]) -> Buffer<UInt8> {
      Buffer(
        matrices.map { sr_activation_bytes($0.type.kernelType, batchCapacity, $0.columns) }.max()
          ?? 0)
    }
    self.pool = pool
    blocks = room(matrices.filter(\.type.isQuantised))
    floats = room(matrices.filter { !$0.type.isQuantised })
  }

  /// Prepares `activations`, shape (count, width), for products with the given matrices.
  ///
  /// `fill` is called first for each range of rows and may still write them.
  func prepare(
    _ activations: UnsafePointer<Float>, count: Int, for first: Matrix,
    _ second: Matrix? = nil, _ third: Matrix? = nil, fill: (Range<Int>) -> Void = { _ in }
  ) {
    let width = first.columns
    batch = count
    self.width = width
    var forms = ActivationForms()
    forms.add(first)
    if let second { forms.add(second) }
    if let third { forms.add(third) }
    let (blocks, floats) = (blocks.start, floats.start)
    // A value costs some multiply-adds' time to normalise and to quantise.
    pool.run(count, grain: 4, work: 8 * count * width) { rows in
      fill(rows)
      if let type = forms.blocks {
        sr_prepare_activations(
          type, activations, count, width, rows.lowerBound, rows.upperBound, blocks)
      }
      if let type = forms.floats {
        sr_prepare_activations(
          type, activations, count, width, rows.lowerBound, rows.upperBound, floats)
      }
    }
  }

  /// Computes `product`; `finish` is called for each range of its columns once they stand.
  func multiply(_ product: Product, finish: (Range<Int>) -> Void = { _ in }) {
    run(product.matrix.rows) { range in
      compute(product, range)
      finish(range)
    }
  }

  /// Computes two products of equal size column by column, and then `finish` on them.
  func multiply(_ first: Product, _ second: Product, finish: (Range<Int>) -> Void) {
    run(first.matrix.rows, times: 2) { range in
      compute(first, range)
      compute(second, range)
      finish(range)
    }
  }

  /// Computes three products in one loop, as if their matrices stood below one another.
  func multiply(_ first: Product, _ second: Product, _ third: Product) {
    let secondStart = first.matrix.rows
    let thirdStart = secondStart + second.matrix.rows
    run(thirdStart + third.matrix.rows) { range in
      compute(first, range)
      compute(second, range, from: secondStart)
      compute(third, range, from: thirdStart)
    }
  }

  private func run(_ rows: Int, times: Int = 1, _ body: (Range<Int>) -> Void) {
    // Whole panels of rows keep kernels in stride; a few thousand weights pay for fetching a part.
    let panel = Int(SR_PANEL_ROWS)
    let grain = max(1, Self.leastPart / (panel * max(1, width))) * panel
    // Weights are unpacked once for a batch: a further row costs about a sixth of the first.
    pool.run(rows, grain: grain, work: times * rows * width * (batch + 5) / 6, body)
  }

  /// The part of `range` that belongs to `product`, whose first row is `start` in it.
  private func compute(_ product: Product, _ range: Range<Int>, from start: Int = 0) {
    let matrix = product.matrix
    let first = max(0, range.lowerBound - start)
    let end = min(matrix.rows, range.upperBound - start)
    guard first < end else { return }
    let prepared = matrix.type.isQuantised ? blocks.start : floats.start
    sr_matmul(
      matrix.type.kernelType, matrix.packed, prepared, batch, width, first, end, product.result,
      matrix.rows)
  }
}
