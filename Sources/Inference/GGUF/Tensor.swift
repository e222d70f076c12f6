/// A tensor of a GGUF file: its description, and the location of its bytes.
public struct Tensor: Sendable {
  /// Its name in the file, such as `blk.3.ffn_up.weight`.
  public let name: String
  /// The type of its values.
  public let type: TensorType
  /// The size of each dimension, the contiguous one first.
  public let dimensions: [Int]
  /// The offset of its first byte in the file.
  public let offset: Int
  /// The number of its bytes.
  public let byteCount: Int
  /// The file that holds it.
  let file: FileReader

  /// The number of values.
  public var count: Int { dimensions.reduce(1, *) }

  /// Fills `buffer` with its bytes, starting at byte `start`.
  ///
  /// Throws if the file was cut off since it was opened, or can no longer be read.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, from start: Int = 0
  ) throws(GGUFError) {
    precondition(start >= 0 && start <= byteCount - buffer.count, "bytes of another tensor")
    try file.read(into: buffer, from: offset + start)
  }
}
