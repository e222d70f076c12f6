/// A weight matrix as a file stores it: where its rows are.
struct StoredMatrix {
  let tensor: Tensor
  /// Where the first row begins, in bytes of the tensor.
  let start: Int
  let rows: Int
  let columns: Int
  /// Bytes from one row to the next.
  let rowBytes: Int

  var type: TensorType { tensor.type }

  /// The `rows` rows of `tensor` that begin at byte `start` and take `byteCount` bytes, by default
  /// all of it.
  init(_ tensor: Tensor, start: Int = 0, byteCount: Int? = nil, rows: Int, columns: Int) {
    self.tensor = tensor
    self.start = start
    self.rows = rows
    self.columns = columns
    rowBytes = (byteCount ?? tensor.byteCount) / rows
  }

  /// Some rows of `tensor`, which has two dimensions.
  init(_ tensor: Tensor, rows: Range<Int>) {
    let rowBytes = tensor.byteCount / tensor.dimensions[1]
    self.init(
      tensor, start: rows.lowerBound * rowBytes, byteCount: rows.count * rowBytes,
      rows: rows.count, columns: tensor.dimensions[0])
  }

  /// Fills `buffer` with as many rows as fit, starting at `row`.
  func read(into buffer: UnsafeMutableRawBufferPointer, from row: Int) throws(GGUFError) {
    try tensor.read(into: buffer, from: start + row * rowBytes)
  }
}
