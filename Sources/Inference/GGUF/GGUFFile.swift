/// A GGUF file, opened and checked as a whole before anything of it can be used.
///
/// The format is ggml's `docs/gguf.md`, versions 2 and 3, little-endian. Every count and length
/// is held against the bytes that are left before anything is allocated for it, and every tensor
/// against the file's end, so a file that opened can be read without further checks, unless it is
/// changed meanwhile. A model that was split into several files is read as if it were one.
public final class GGUFFile: Sendable {
  /// The file as it was named by the caller.
  public let path: String
  /// The files that hold the model, in order; one unless it is split.
  public let partPaths: [String]
  /// The format's version.
  public let version: Int
  /// The metadata by key; of a split model, its first part's.
  public let metadata: [String: GGUFValue]
  /// The tensors of all parts by name.
  public let tensors: [String: Tensor]
  /// Bytes of all parts.
  public let byteCount: Int

  /// Opens and checks the file at `path`, and with any part of a split model all others.
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
