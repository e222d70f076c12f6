import CKernels

/// The vectors that tokens come in as, shape (vocabulary, embedding).
///
/// A batch needs few of them: those of large vocabularies stay in the file and are read when they
/// are needed, which costs a microsecond a token.
final class TokenEmbedding {
  /// Tokens of the vocabulary.
  let rows: Int
  private let table: Table
  private let kept: Buffer<UInt8>?

  /// The vectors that are the rows of `table`, which is kept in memory if it has no more than
  /// `mostBytesKept` bytes.
  init(_ table: Table, mostBytesKept: Int = 16 << 20) throws(GGUFError) {
    self.table = table
    rows = table.rows
    let byteCount = table.rows * table.rowBytes
    if byteCount <= mostBytesKept {
      let bytes = Buffer<UInt8>(byteCount)
      try table.read(into: bytes.rawBytes, from: 0)
      kept = bytes
    } else {
      kept = nil
    }
  }

  /// Writes the vectors of `tokens`, which are of the vocabulary, to `vectors`, shape (tokens,
  /// embedding).
  ///
  /// Throws when the file cannot be read any more.
  func look(
    up tokens: ArraySlice<Token>, into vectors: UnsafeMutablePointer<Float>
  ) throws(GGUFError) {
    let bytes = kept ?? Buffer<UInt8>(table.rowBytes)
    for (index, token) in tokens.enumerated() {
      var row = bytes.start
      if kept != nil {
        row += Int(token) * table.rowBytes
      } else {
        try table.read(into: bytes.rawBytes, from: Int(token))
      }
      sr_dequantize_row(
        table.type.kernelType, row, vectors + index * table.columns, table.columns)
    }
  }
}
