import CKernels

/// The vector of each token, shape (vocabulary, embedding).
///
/// A batch needs few of them, so those of large vocabularies stay in the file and are read on
/// demand, which takes a microsecond per token.
final class TokenEmbedding {
  /// Tokens of the vocabulary.
  let rows: Int
  private let stored: StoredMatrix
  private let kept: Buffer<UInt8>?

  /// The rows of `stored`, which are kept in memory if they take no more than `mostBytesKept`
  /// bytes.
  init(_ stored: StoredMatrix, mostBytesKept: Int = 16 << 20) throws(GGUFError) {
    self.stored = stored
    rows = stored.rows
    let byteCount = stored.rows * stored.rowBytes
    if byteCount <= mostBytesKept {
      let bytes = Buffer<UInt8>(byteCount)
      try stored.read(into: bytes.rawBytes, from: 0)
      kept = bytes
    } else {
      kept = nil
    }
  }

  /// Writes the vectors of `tokens`, which are of the vocabulary, to `vectors`, shape (tokens,
  /// embedding).
  ///
  /// Throws if the file can no longer be read.
  func read(
    _ tokens: ArraySlice<Token>, into vectors: UnsafeMutablePointer<Float>
  ) throws(GGUFError) {
    let bytes = kept ?? Buffer<UInt8>(stored.rowBytes)
    for (index, token) in tokens.enumerated() {
      var row = bytes.start
      if kept != nil {
        row += Int(token) * stored.rowBytes
      } else {
        try stored.read(into: bytes.rawBytes, from: Int(token))
      }
      sr_dequantize_row(
        stored.type.kernelType, row, vectors + index * stored.columns, stored.columns)
    }
  }
}
