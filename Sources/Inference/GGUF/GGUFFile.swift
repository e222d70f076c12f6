/// A GGUF file whose header, metadata and tensor descriptions have been read and checked.
///
/// The format is ggml's `docs/gguf.md`, versions 2 and 3, little-endian. Every count and length is
/// checked against the remaining bytes before anything is allocated, and every tensor against the
/// end of the file, so that a file that opens can be read without further checks unless it changes.
/// A model that was split into several files is read as one.
public final class GGUFFile: Sendable {
  /// The path that the caller gave.
  public let path: String
  /// The files of the model, in order; one unless it is split.
  public let partPaths: [String]
  /// The format's version.
  public let version: Int
  /// The metadata by key; of a split model, that of its first part.
  public let metadata: [String: GGUFValue]
  /// The tensors of all parts by name.
  public let tensors: [String: Tensor]
  /// Bytes of all parts.
  public let byteCount: Int

  /// Opens and checks the file at `path`, and all other parts if it is part of a split model.
  public init(path: String) throws(GGUFError) {
    let parts = try SplitModel.parts(of: try GGUFPart(path: path))
    var tensors: [String: Tensor] = [:]
    for part in parts {
      for tensor in part.tensors.values {
        guard tensors.updateValue(tensor, forKey: tensor.name) == nil else {
          throw GGUFError(path: part.path, reason: .duplicateTensor(tensor.name))
        }
      }
    }
    self.path = path
    self.tensors = tensors
    partPaths = parts.map(\.path)
    version = parts[0].version
    metadata = parts[0].metadata
    byteCount = parts.reduce(0) { $0 + $1.byteCount }
  }
}
