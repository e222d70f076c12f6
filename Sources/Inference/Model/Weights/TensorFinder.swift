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
    let inputs = try attentionInputs(block, c)
    return Layer(
      attentionNorm: attentionNorm,
      query: inputs[0].matrix, key: inputs[1].matrix, value: inputs[2].matrix,
      attentionOutput: try matrix(block + "attn_output", c.embeddingLength, c.queryWidth),
      queryBias: inputs[0].bias, keyBias: inputs[1].bias, valueBias: inputs[2].bias,
      attentionOutputBias: try optionalVector(block + "attn_output.bias", c.embeddingLength),
      queryNorm: try headNorm(block + "attn_q_norm.weight", c.queryWidth, c),
      keyNorm: try headNorm(block + "attn_k_norm.weight", c.keyWidth, c),
      attentionOutputNorm: try norm(block, norms.afterAttention, c.embeddingLength),
      feedForwardNorm: try norm(block, norms.beforeFeedForward, c.embeddingLength),
      feedForwardOutputNorm: try norm(block, norms.afterFeedForward, c.embeddingLength),
      feedForward: try feedForwardPart(block, c))
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
  private mutating func norm(
    _ block: String, _ name: String?, _ count: Int
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    guard let name else { return nil }
    return try vector(block + name + ".weight", count)
  }

  /// The weights of a norm of queries or keys, which are `width` wide; nil where the family has no
  /// such norm.
  private mutating func headNorm(
    _ name: String, _ width: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    switch c.family.headNorm {
    case .none: nil
    case .eachHead: try vector(name, c.headWidth)
    case .allHeads: try vector(name, width)
    }
  }

  /// What the names of matrices end in that may have the rows of several: of queries, keys and
  /// values, or of the gate and what it multiplies.
  static let fusedNames = ["attn_qkv.weight", "ffn_up.weight"]

  /// Matrices and biases of queries, keys and values, in this order, which some files have in one.
  private mutating func attentionInputs(
    _ block: String, _ c: ModelConfiguration
  ) throws(GGUFError) -> [(matrix: Matrix, bias: UnsafePointer<Float>?)] {
    let parts = [("attn_q", c.queryWidth), ("attn_k", c.keyWidth), ("attn_v", c.keyWidth)]
    let rows = c.queryWidth + 2 * c.keyWidth
    let fused = try tensor(block + "attn_qkv.weight", [c.embeddingLength, rows])
    let fusedBias = try optionalVector(block + "attn_qkv.bias", rows)
    var inputs: [(matrix: Matrix, bias: UnsafePointer<Float>?)] = []
    var row = 0
    for (name, count) in parts {
      let matrix =
        if let fused {
          matrixStore.add(StoredMatrix(fused, rows: row..<row + count))
        } else {
          try matrix(block + name, count, c.embeddingLength)
        }
      let bias =
        if let fusedBias { fusedBias + row } else { try bias(block + name + ".bias", count, c) }
      inputs.append((matrix, bias))
      row += count
    }
    return inputs
  }

  private mutating func feedForwardPart(
    _ block: String, _ c: ModelConfiguration
  ) throws(GGUFError) -> FeedForwardPart {
    guard let experts = c.experts else {
      var network =
        c.family.fusesGate
        ? try fusedFeedForward(block, c) : try feedForward(block, "", c.feedForwardLength, c)
      network.gateBias = try optionalVector(block + "ffn_gate.bias", c.feedForwardLength)
      network.upBias = try optionalVector(block + "ffn_up.bias", c.feedForwardLength)
      network.downBias = try optionalVector(block + "ffn_down.bias", c.embeddingLength)
      return .dense(network)
    }
    let router = try matrix(block + "ffn_gate_inp", experts.count, c.embeddingLength)
    let gates = try matrices(
      block + "ffn_gate_exps", c.feedForwardLength, c.embeddingLength, count: experts.count)
    let ups = try matrices(
      block + "ffn_up_exps", c.feedForwardLength, c.embeddingLength, count: experts.count)
    let downs = try matrices(
      block + "ffn_down_exps", c.embeddingLength, c.feedForwardLength, count: experts.count)
    var mixture = Mixture(
      router: router,
      networks: gates.indices.map {
        FeedForward(gate: gates[$0], up: ups[$0], down: downs[$0])
      })
    if experts.sharedLength > 0 {
      mixture.networks.append(try feedForward(block, "_shexp", experts.sharedLength, c))
      mixture.sharedGate = try vector(block + "ffn_gate_inp_shexp.weight", c.embeddingLength)
    }
    return .mixture(mixture)
  }

  /// A network whose matrix `ffn_up` has the rows of the gate, and then those of `up`.
  private mutating func fusedFeedForward(
    _ block: String, _ c: ModelConfiguration
  ) throws(GGUFError) -> FeedForward {
    let (name, width) = (block + "ffn_up.weight", c.feedForwardLength)
    guard let fused = try tensor(name, [c.embeddingLength, 2 * width]) else {
      throw GGUFError(path: file.path, reason: .missingTensor(name))
    }
    return FeedForward(
      gate: matrixStore.add(StoredMatrix(fused, rows: 0..<width)),
      up: matrixStore.add(StoredMatrix(fused, rows: width..<2 * width)),
      down: try matrix(block + "ffn_down", c.embeddingLength, width))
  }

  private mutating func feedForward(
    _ block: String, _ suffix: String, _ width: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> FeedForward {
    FeedForward(
      gate: try matrix(block + "ffn_gate" + suffix, width, c.embeddingLength),
      up: try matrix(block + "ffn_up" + suffix, width, c.embeddingLength),
      down: try matrix(block + "ffn_down" + suffix, c.embeddingLength, width))
  }

  /// A bias of queries, keys or values: required in some families, optional in the others.
  private mutating func bias(
    _ name: String, _ count: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    c.family.needsBiases ? try vector(name, count) : try optionalVector(name, count)
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
  private mutating func matrices(
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

  private mutating func optionalStored(
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
    guard let tensor = try tensor(name, [count]) else { return nil }
    let bytes = Buffer<UInt8>(tensor.byteCount)
    try tensor.read(into: bytes.rawBytes)
    let copy = vectors.allocate(count)
    sr_dequantize_row(tensor.type.kernelType, bytes.start, copy, count)
    return UnsafePointer(copy)
  }

  private mutating func tensor(
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

  /// Throws when the file has a tensor that nothing asked for: leaving it out would compute another
  /// model.
  func refuseTheRest() throws(GGUFError) {
    if let extra = file.tensors.keys.filter({ !used.contains($0) }).min() {
      throw GGUFError(path: file.path, reason: .unsupportedFeature("the tensor \"\(extra)\""))
    }
  }
}
