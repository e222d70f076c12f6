/// One file of a model, opened and checked as a whole: most often the only one.
struct GGUFPart {
  let path: String
  let version: Int
  let metadata: [String: GGUFValue]
  let tensors: [String: Tensor]
  let byteCount: Int

  /// Opens and checks the file at `path`.
  init(path: String) throws(GGUFError) {
    let file = try FileReader(path: path)
    var cursor = ByteCursor(file)
    let header = try GGUFHeader(&cursor)
    metadata = try MetadataReader.read(count: header.metadataCount, &cursor)
    // The reader has checked that the alignment is a power of two within bounds.
    let alignment = metadata["general.alignment"]?.integer ?? 32
    tensors = try TensorReader.read(count: header.tensorCount, alignment: alignment, &cursor)
    self.path = path
    version = header.version
    byteCount = file.count
  }

  /// The integer under `key`; nil when the key is absent, an error when it is something else or
  /// out of range.
  func integer(_ key: String, in range: ClosedRange<Int>) throws(GGUFError) -> Int? {
    guard let value = metadata[key] else { return nil }
    guard let integer = value.integer else {
      throw GGUFError(
        path: path, reason: .wrongType(key: key, expected: "an integer", found: value.kind))
    }
    guard range.contains(integer) else {
      throw GGUFError(
        path: path,
        reason: .outOfRange(
          key: key, value: "\(integer)", allowed: "\(range.lowerBound) to \(range.upperBound)"))
    }
    return integer
  }
}
