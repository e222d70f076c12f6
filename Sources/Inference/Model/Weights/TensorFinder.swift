import CKernels

/// Finds a model's tensors by name, checks their shapes, and notes which of the file's tensors are
/// used.
struct TensorFinder {
  let file: GGUFFile
  let vectors = VectorStore()
  let matrixStore: MatrixStore
  private var used: Set<String> = []

  init(file: GGUFFile) throws(GGUFError) {
    self.file = file
    matrixStore = try MatrixStore(file)
  }

  /// The weights of layer `index`.
  mutating func layer(_ index: Int, _ c: ModelConfiguration) throws(GGUFError) -> Layer {
    let block = "blk.\(index)."
    let norms = c.family.norms
    let attentionNorm = try norm(block, norms.beforeAttention, c.embeddingLength)
    let mixer: Mixer =
      if let net = c.deltaNet, net.isLayer[index] {
        .deltaNet(try deltaNet(block, net, c))
      } else if let latent = c.latent {
        .latent(try latentAttention(block, latent, c))
      } else {
        .attention(try attention(block, c))
      }
    return Layer(
      attentionNorm: attentionNorm, mixer: mixer,
      attentionOutputNorm: try norm(block, norms.afterAttention, c.embeddingLength),
      feedForwardNorm: try norm(block, norms.beforeFeedForward, c.embeddingLength),
      feedForwardOutputNorm: try norm(block, norms.afterFeedForward, c.embeddingLength),
      feedForward: try feedForwardPart(block, index, c))
  }

  /// What each pair's angle is divided by, in contexts of `contextLength`; nil where the file has no
  /// such tensor.
  mutating func ropeDivisors(
    _ c: ModelConfiguration, contextLength: Int
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    guard case .long(let originalLength, _) = c.rope.scaling else {
      return try optionalVector("rope_freqs.weight", c.ropeWidth / 2)
    }
    let short = try vector("rope_factors_short.weight", c.ropeWidth / 2)
    let long = try vector("rope_factors_long.weight", c.ropeWidth / 2)
    return contextLength > originalLength ? long : short
  }

  /// The weights of a norm; nil where the family has no such norm.
  mutating func norm(
    _ block: String, _ name: String?, _ count: Int
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    guard let name else { return nil }
    return try vector(block + name + ".weight", count)
  }

  /// The matrix `name`, shape (rows, columns), with a place in the store.
  mutating func matrix(
    _ name: String, _ rows: Int, _ columns: Int
  ) throws(GGUFError) -> Matrix {
    matrixStore.add(try stored(name, rows, columns))
  }

  /// As `matrix`; nil where the file has none of that name.
  mutating func optionalMatrix(
    _ name: String, _ rows: Int, _ columns: Int
  ) throws(GGUFError) -> Matrix? {
    try optionalStored(name, rows, columns).map { matrixStore.add($0) }
  }

  /// The matrices of `count` experts, which stand in one tensor.
  mutating func matrices(
    _ name: String, _ rows: Int, _ columns: Int, count: Int
  ) throws(GGUFError) -> [Matrix] {
    guard let tensor = try tensor(name + ".weight", [columns, rows, count]) else {
      throw GGUFError(path: file.path, reason: .missingTensor(name + ".weight"))
    }
    let bytes = tensor.byteCount / count
    return (0..<count).map { index in
      matrixStore.add(
        StoredMatrix(tensor, start: index * bytes, byteCount: bytes, rows: rows, columns: columns))
    }
  }

  /// Where the matrix `name`, shape (rows, columns), stands in the file.
  mutating func stored(_ name: String, _ rows: Int, _ columns: Int) throws(GGUFError)
    -> StoredMatrix
  {
    guard let stored = try optionalStored(name, rows, columns) else {
      throw GGUFError(path: file.path, reason: .missingTensor(name + ".weight"))
    }
    return stored
  }

  mutating func optionalStored(
    _ name: String, _ rows: Int, _ columns: Int
  ) throws(GGUFError) -> StoredMatrix? {
    guard let tensor = try tensor(name + ".weight", [columns, rows]) else { return nil }
    return StoredMatrix(tensor, rows: rows, columns: columns)
  }

  /// The vector `name` of `count` floats.
  mutating func vector(
    _ name: String, _ count: Int
  ) throws(GGUFError) -> UnsafePointer<Float> {
    guard let vector = try optionalVector(name, count) else {
      throw GGUFError(path: file.path, reason: .missingTensor(name))
    }
    return vector
  }

  /// As `vector`; nil where the file has none of that name.
  mutating func optionalVector(
    _ name: String, _ count: Int
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    try optionalFloats(name, [count]).map { UnsafePointer($0) }
  }

  /// The values of the small tensor `name`; nil where the file has none of that name.
  mutating func optionalFloats(
    _ name: String, _ dimensions: [Int]
  ) throws(GGUFError) -> UnsafeMutablePointer<Float>? {
    guard let tensor = try tensor(name, dimensions) else { return nil }
    let bytes = Buffer<UInt8>(tensor.byteCount)
    try tensor.read(into: bytes.rawBytes)
    let count = dimensions.reduce(1, *)
    let copy = vectors.allocate(count)
    // Rows of any type are whole blocks, so that they may be read as one.
    sr_dequantize_row(tensor.type.kernelType, bytes.start, copy, count)
    return copy
  }

  mutating func tensor(
    _ name: String, _ dimensions: [Int]
  ) throws(GGUFError) -> Tensor? {
    guard let tensor = file.tensors[name] else { return nil }
    guard tensor.dimensions == dimensions else {
      throw GGUFError(
        path: file.path,
        reason: .wrongShape(tensor: name, expected: dimensions, found: tensor.dimensions))
    }
    used.insert(name)
    return tensor
  }

  /// Throws when the file has a tensor that nothing asked for, but for those of layers of multi-token
  /// prediction: leaving it out would compute another model.
  func refuseTheRest(_ c: ModelConfiguration) throws(GGUFError) {
    let passedOver = (c.blockCount..<c.blockCount + c.predictionLayers).map { "blk.\($0)." }
    let extras = file.tensors.keys.filter { name in
      !used.contains(name) && !passedOver.contains { name.hasPrefix($0) }
    }
    if let extra = extras.min() {
      throw GGUFError(path: file.path, reason: .unsupportedFeature("the tensor \"\(extra)\""))
    }
  }
}
