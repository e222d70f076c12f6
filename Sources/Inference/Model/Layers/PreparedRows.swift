import CKernels

/// The form that activations are prepared in for products; see `sr_prepare_activations`.
enum ActivationForm: Int, CaseIterable {
  case floats
  /// int8, with a scale for each 32 values.
  case groups
  /// int8, with a scale for each 256 values.
  case blocks

  /// The form for weights of `type`, which depends on its block length.
  init(_ type: TensorType) {
    switch type.blockLength {
    case 1: self = .floats
    case 32: self = .groups
    default: self = .blocks
    }
  }
}

/// Rows of activations in the forms that products read. Rows are kept in slots; a group is a range
/// of slots that are multiplied together.
///
/// Different groups may be prepared and multiplied concurrently.
struct PreparedRows {
  /// Memory for rows in one form, and the most bytes of a row.
  private struct Room {
    let buffer: Buffer<UInt8>
    let rowBytes: Int
  }

  /// One for each form.
  private let rooms: [Room]

  /// Allocates `capacity` slots for products with any of `matrices`.
  init(_ matrices: [Matrix], capacity: Int) {
    rooms = ActivationForm.allCases.map { form in
      let bytes = matrices.filter { $0.activationForm == form }.map {
        sr_activation_bytes($0.type.kernelType, 1, $0.columns)
      }
      let rowBytes = bytes.max() ?? 0
      return Room(buffer: Buffer(capacity * rowBytes), rowBytes: rowBytes)
    }
  }

  /// Prepares the row of `slot` for products with the given matrices; `rows` are all rows of its
  /// group, shape (slots of the group, columns).
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
    let row = slot - group.lowerBound
    sr_prepare_activations(
      matrix.type.kernelType, rows, group.count, matrix.columns, row, row + 1,
      place(group, matrix))
  }

  /// Multiplies a group's rows with rows `range` of `matrix`, into `results`, shape (slots of the
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
    let room = rooms[matrix.activationForm.rawValue]
    return room.buffer.start + group.lowerBound * room.rowBytes
  }
}
