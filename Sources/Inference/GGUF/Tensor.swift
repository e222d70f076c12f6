/// A tensor of a GGUF file: its description, and its bytes in the file's map.
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
  /// Keeps the bytes mapped for as long as a tensor that shows them lives.
  let map: FileMap

  /// The number of values.
  public var count: Int { dimensions.reduce(1, *) }

  /// The first of its `byteCount` bytes; valid while the tensor, or its file, lives.
  var bytes: UnsafeRawPointer { map.bytes.advanced(by: offset) }
}
