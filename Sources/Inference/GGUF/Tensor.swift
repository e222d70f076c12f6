/// A tensor of a GGUF file: its description, and where its bytes are.
public struct Tensor: Sendable {
  /// Its name in the file, such as `blk.3.ffn_up.weight`.
  public let name: String
  /// How its values are stored.
  public let type: TensorType
  /// Values along each dimension, the contiguous one first.
  public let dimensions: [Int]
  /// Where its first byte stands in the file.
  public let offset: Int
  /// Bytes that it takes there.
  public let byteCount: Int
  /// The file that has it.
  let file: FileReader

  /// The number of values.
  public var count: Int { dimensions.reduce(1, *) }

  /// Fills `buffer` with its bytes from the one at `start` on.
  ///
  /// Throws when the file was cut off since it was opened, or cannot be read any more.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, from start: Int = 0
  ) throws(GGUFError) {
    precondition(start >= 0 && start <= byteCount - buffer.count, "bytes of another tensor")
    try file.read(into: buffer, from: offset + start)
  }
}
