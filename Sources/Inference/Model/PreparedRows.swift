import CKernels

/// Groups of rows of activations in the forms that products with quantised and with float weights
/// read. A group is a range of slots, and a batch of products.
///
/// Different groups may be prepared and multiplied at the same time.
struct PreparedRows {
  /// Activations as int8 blocks, and the most bytes of a row.
  private let blocks: Buffer<UInt8>
  private let blockBytes: Int
  /// Activations as floats, and the most bytes of a row.
  private let floats: Buffer<UInt8>
  private let floatBytes: Int

  /// Room for `capacity` slots of rows that meet any of `matrices`.
  init(_ matrices: [Matrix], capacity: Int) {
    func bytes(_ matrices: [Matrix]) -> Int {
      matrices.map { sr_activation_bytes($0.type.kernelType, 1, $0.columns) }.max() ?? 0
    }
    blockBytes = bytes(matrices.filter(\.isQuantised))
    floatBytes = bytes(matrices.filter { !$0.isQuantised })
    blocks = Buffer(capacity * blockBytes)
    floats = Buffer(capacity * floatBytes)
  }

  /// Prepares the row of `slot` for products with the given matrices; `rows` are those of its group.
  ///
  /// One form serves all quantised types, and one the others.
  func prepare(
    _ rows: UnsafePointer<Float>, _ slot: Int, of group: Range<Int>, for first: Matrix,
    _ second: Matrix? = nil, _ third: Matrix? = nil
  ) {
    prepare(rows, slot, group, first)
    if let other = [second, third].lazy.compactMap({ $0 }).first(where: {
      $0.isQuantised != first.isQuantised
    }) {
      prepare(rows, slot, group, other)
    }
  }

  private func prepare(
    _ rows: UnsafePointer<Float>, _ slot: Int, _ group: Range<Int>, _ matrix: Matrix
  ) {
    let row = slot - group.lowerBound
    sr_prepare_activations(
      matrix.type.kernelType, rows, group.count, matrix.columns, row, row + 1,
      place(group, matrix))
  }

  /// Products of a group's rows with rows `range` of `matrix`, into `results` of shape (rows of the
  /// group, rows of the matrix).
  func multiply(
    _ group: Range<Int>, _ matrix: Matrix, _ range: Range<Int>,
    into results: UnsafeMutablePointer<Float>
  ) {
    sr_matmul(
      matrix.type.kernelType, matrix.packed, place(group, matrix), group.count, matrix.columns,
      range.lowerBound, range.upperBound, results, matrix.rows)
  }

  private func place(_ group: Range<Int>, _ matrix: Matrix) -> UnsafeMutablePointer<UInt8> {
    matrix.isQuantised
      ? blocks.start + group.lowerBound * blockBytes : floats.start + group.lowerBound * floatBytes
  }
}
