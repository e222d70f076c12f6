import CKernels

/// Groups of rows of activations in the forms that products with weights read. A group is a range of
/// slots, and a batch of products.
///
/// Different groups may be prepared and multiplied at the same time.
struct PreparedRows {
  /// Room for rows in one form.
  private struct Form {
    let number: Int
    let buffer: Buffer<UInt8>
    /// The most bytes of a row.
    let rowBytes: Int
  }

  private let forms: [Form]

  /// Room for `capacity` slots of rows that meet any of `matrices`.
  init(_ matrices: [Matrix], capacity: Int) {
    forms = Dictionary(grouping: matrices, by: \.activationForm).map { number, matrices in
      let rowBytes =
        matrices.map { sr_activation_bytes($0.type.kernelType, 1, $0.columns) }.max() ?? 0
      return Form(number: number, buffer: Buffer(capacity * rowBytes), rowBytes: rowBytes)
    }
  }

  /// Prepares the row of `slot` for products with the given matrices; `rows` are those of its group.
  func prepare(
    _ rows: UnsafePointer<Float>, _ slot: Int, of group: Range<Int>, for first: Matrix,
    _ second: Matrix? = nil, _ third: Matrix? = nil
  ) {
    prepare(rows, slot, group, first)
    if let second, second.activationForm != first.activationForm {
      prepare(rows, slot, group, second)
    }
    if let third, third.activationForm != first.activationForm,
      third.activationForm != second?.activationForm
    {
      prepare(rows, slot, group, third)
    }
  }

  private func prepare(
    _ rows: UnsafePointer<Float>, _ slot: Int, _ group: Range<Int>, _ matrix: Matrix
  ) {
    guard let place = place(group, matrix) else { return }
    let row = slot - group.lowerBound
    sr_prepare_activations(
      matrix.type.kernelType, rows, group.count, matrix.columns, row, row + 1, place)
  }

  /// Products of a group's rows with rows `range` of `matrix`, into `results` of shape (rows of the
  /// group, rows of the matrix).
  func multiply(
    _ group: Range<Int>, _ matrix: Matrix, _ range: Range<Int>,
    into results: UnsafeMutablePointer<Float>
  ) {
    guard let place = place(group, matrix) else { return }
    sr_matmul(
      matrix.type.kernelType, matrix.packed, place, group.count, matrix.columns,
      range.lowerBound, range.upperBound, results, matrix.rows)
  }

  /// Where a group's rows are in the form for `matrix`, which is one of those that there is room for.
  private func place(_ group: Range<Int>, _ matrix: Matrix) -> UnsafeMutablePointer<UInt8>? {
    forms.first { $0.number == matrix.activationForm }.map { form in
      form.buffer.start + group.lowerBound * form.rowBytes
    }
  }
}
