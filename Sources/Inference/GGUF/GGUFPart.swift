/// One file of a model, opened and checked as a whole: most often the only one.
struct GGUFPart {
  let path: String
  let version: Int
  let metadata: [String: GGUFValue]
  let tensors: [String: Tensor]
  let byteCount: Int

  /// Opens and checks the file at `path`.
  init(path: String) throws(GGUFError) {
    do {
      try self.init(FileReader(path: path), path)
    } catch {
      throw error.isCutOff && Self.isNameOfPiece(path)
        ? GGUFError(path: path, reason: .pieceOfFile) : error
    }
  }

  private init(_ file: FileReader, _ path: String) throws(GGUFError) {
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

  /// Whether a file is called as `split` and its like call the pieces they cut files into:
  /// `m.gguf.part1of2`, `m.gguf-split-a`, `m.gguf.001`, `m.gguf.aa`, `xaa`.
  ///
  /// The pieces hold bytes alone, so that nothing but the name tells them from damaged files.
  static func isNameOfPiece(_ path: String) -> Bool {
    let name = (path.split(separator: "/").last ?? "").lowercased()
    let numbered =
      /.*[._-](part|split|chunk)[._-]?([0-9]+([._-]?of[._-]?[0-9]+)?|[a-z]{1,3})(\.gguf)?/
    return name.wholeMatch(of: numbered) != nil
      || name.wholeMatch(of: /.*\.gguf[._-]?([0-9]{1,3}|a[a-z]{1,2})|x[a-z]{2}/) != nil
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

extension GGUFError {
  /// Whether the file may be the beginning, the middle or the end of a sound one.
  fileprivate var isCutOff: Bool {
    switch reason {
    case .tooShort, .notGGUF, .fieldBeyondEnd, .dataBeyondEnd, .countTooLarge: true
    default: false
    }
  }
}
