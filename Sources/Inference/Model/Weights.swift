import CKernels

/// Rows of weights in a file.
struct Table {
  let tensor: Tensor
  /// The byte of the tensor that the first row begins at.
  let start: Int
  let rows: Int
  let columns: Int
  /// Bytes from one row to the next.
  let rowBytes: Int

  var type: TensorType { tensor.type }

  /// The tensor's rows from `start` on.
  init(_ tensor: Tensor, start: Int = 0, byteCount: Int? = nil, rows: Int, columns: Int) {
    self.tensor = tensor
    self.start = start
    self.rows = rows
    self.columns = columns
    rowBytes = (byteCount ?? tensor.byteCount) / rows
  }

  /// Fills `buffer` with as many rows as it has room for, from `row` on.
  func read(into buffer: UnsafeMutableRawBufferPointer, from row: Int) throws(GGUFError) {
    try tensor.read(into: buffer, from: start + row * rowBytes)
  }
}

/// A weight matrix in the form that products read: `rows` rows of `columns` values.
struct Matrix {
  /// Rows that are packed together.
  static let panelRows = Int(SR_PANEL_ROWS)

  let type: TensorType
  /// `sr_pack`'s result. Valid while the `Weights` that made it live.
  let packed: UnsafeRawPointer
  let rows: Int
  let columns: Int

  /// The form of activations that products take.
  var activationForm: ActivationForm { ActivationForm(type) }

  /// Bytes that a product reads.
  var byteCount: Int { sr_packed_bytes(type.kernelType, rows, columns) }
}

/// One transformer layer. Norms and biases are floats; a nil is a part that the model lacks.
struct Layer {
  /// (embedding)
  var attentionNorm: UnsafePointer<Float>
  /// (query heads × head width, embedding)
  var query: Matrix
  /// (key heads × head width, embedding)
  var key: Matrix
  /// (key heads × head width, embedding)
  var value: Matrix
  /// (embedding, query heads × head width)
  var attentionOutput: Matrix
  /// (query heads × head width)
  var queryBias: UnsafePointer<Float>?
  /// (key heads × head width)
  var keyBias: UnsafePointer<Float>?
  /// (key heads × head width)
  var valueBias: UnsafePointer<Float>?
  /// (head width)
  var queryNorm: UnsafePointer<Float>?
  /// (head width)
  var keyNorm: UnsafePointer<Float>?
  /// (embedding)
  var feedForwardNorm: UnsafePointer<Float>
  /// What each token's row goes through after attention.
  var feedForward: FeedForwardPart

  var matrices: [Matrix] {
    let attention = [query, key, value, attentionOutput]
    return switch feedForward {
    case .dense(let network): attention + network.matrices
    case .mixture(let mixture):
      attention + [mixture.router] + mixture.networks.flatMap(\.matrices)
    }
  }
}

/// The weights of a model, with every shape checked.
///
/// Matrices are read into the form that products take, once a session needs them; norms and biases,
/// which are small, as floats.
final class Weights: Sendable {
  /// (vocabulary, embedding)
  nonisolated(unsafe) let tokenEmbedding: TokenEmbedding
  nonisolated(unsafe) let layers: [Layer]
  /// (embedding)
  nonisolated(unsafe) let outputNorm: UnsafePointer<Float>
  /// (vocabulary, embedding); the token embedding where the model ties the two.
  nonisolated(unsafe) let output: Matrix
  /// What each pair's angle is divided by (rope width ÷ 2), for models with stretched context.
  nonisolated(unsafe) let ropeDivisors: UnsafePointer<Float>?
  private let vectors: VectorStore
  private let matrixStore: MatrixStore

  // The pointers above are read-only from here on, and what they point to is kept by `vectors` and
  // `matrixStore`, so they may be shared between threads.

  /// Finds and checks every tensor that `configuration` asks for.
  ///
  /// A tensor that nothing asks for is an error too: leaving it out would compute another model.
  init(_ file: GGUFFile, _ configuration: ModelConfiguration) throws(GGUFError) {
    var finder = try TensorFinder(file: file)
    let c = configuration
    guard let embedding = file.tensors["token_embd.weight"], embedding.dimensions.count == 2 else {
      throw GGUFError(path: file.path, reason: .missingTensor("token_embd.weight"))
    }
    let vocabulary = embedding.dimensions[1]
    guard (1...4_194_304).contains(vocabulary) else {
      throw GGUFError(
        path: file.path,
        reason: .outOfRange(
          key: "token_embd.weight", value: "\(vocabulary) rows", allowed: "1 to 4194304 rows"))
    }
    let table = try finder.table("token_embd", vocabulary, c.embeddingLength)
    tokenEmbedding = try TokenEmbedding(table)
    let separate = try finder.optionalMatrix("output", vocabulary, c.embeddingLength)
    output = separate ?? finder.matrixStore.add(table)
    outputNorm = try finder.vector("output_norm.weight", c.embeddingLength)
    ropeDivisors = try finder.optionalVector("rope_freqs.weight", c.ropeWidth / 2)
    var layers: [Layer] = []
    for index in 0..<c.blockCount { layers.append(try finder.layer(index, c)) }
    try finder.refuseTheRest()
    self.layers = layers
    vectors = finder.vectors
    matrixStore = finder.matrixStore
  }

  /// Bytes that the matrices take once they are packed.
  var packedByteCount: Int { matrixStore.byteCount }

  /// Fills the matrices, unless that has been done: nothing may be computed before.
  func pack(
    on pool: ComputePool, onProgress: (Double) -> Void = { _ in }
  ) throws(GGUFError) {
    try matrixStore.pack(on: pool, onProgress: onProgress)
  }

  /// Every matrix once, for sizes that depend on the largest.
  var matrices: [Matrix] {
    layers.flatMap(\.matrices) + [output]
  }

  /// The mixtures of the layers that have one.
  var mixtures: [Mixture] {
    layers.compactMap { if case .mixture(let mixture) = $0.feedForward { mixture } else { nil } }
  }
}

/// Owns float copies of norms and biases.
private final class VectorStore: Sendable {
  nonisolated(unsafe) private var buffers: [UnsafeMutablePointer<Float>] = []

  func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let buffer = UnsafeMutablePointer<Float>.allocate(capacity: count)
    buffers.append(buffer)
    return buffer
  }

  deinit {
    for buffer in buffers { buffer.deallocate() }
  }
}

/// Hands out a file's tensors by name, with the shape that the model needs, and keeps count.
private struct TensorFinder {
  let file: GGUFFile
  let vectors = VectorStore()
  let matrixStore: MatrixStore
  private var used: Set<String> = []

  init(file: GGUFFile) throws(GGUFError) {
    self.file = file
    matrixStore = try MatrixStore(file)
  }

  mutating func layer(_ index: Int, _ c: ModelConfiguration) throws(GGUFError) -> Layer {
    let block = "blk.\(index)."
    let needsNorm = c.architecture.normalisesHeads
    return Layer(
      attentionNorm: try vector(block + "attn_norm.weight", c.embeddingLength),
      query: try matrix(block + "attn_q", c.queryWidth, c.embeddingLength),
      key: try matrix(block + "attn_k", c.keyWidth, c.embeddingLength),
      value: try matrix(block + "attn_v", c.keyWidth, c.embeddingLength),
      attentionOutput: try matrix(block + "attn_output", c.embeddingLength, c.queryWidth),
      queryBias: try bias(block + "attn_q.bias", c.queryWidth, c),
      keyBias: try bias(block + "attn_k.bias", c.keyWidth, c),
      valueBias: try bias(block + "attn_v.bias", c.keyWidth, c),
      queryNorm: needsNorm ? try vector(block + "attn_q_norm.weight", c.headWidth) : nil,
      keyNorm: needsNorm ? try vector(block + "attn_k_norm.weight", c.headWidth) : nil,
      feedForwardNorm: try vector(block + "ffn_norm.weight", c.embeddingLength),
      feedForward: try feedForwardPart(block, c))
  }

  private mutating func feedForwardPart(
    _ block: String, _ c: ModelConfiguration
  ) throws(GGUFError) -> FeedForwardPart {
    guard let experts = c.experts else {
      return .dense(try feedForward(block, "", c.feedForwardLength, c))
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

  private mutating func feedForward(
    _ block: String, _ suffix: String, _ width: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> FeedForward {
    FeedForward(
      gate: try matrix(block + "ffn_gate" + suffix, width, c.embeddingLength),
      up: try matrix(block + "ffn_up" + suffix, width, c.embeddingLength),
      down: try matrix(block + "ffn_down" + suffix, c.embeddingLength, width))
  }

  /// Biases of queries, keys and values belong to some families; llama models may have them too.
  private mutating func bias(
    _ name: String, _ count: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    c.architecture.needsBiases ? try vector(name, count) : try optionalVector(name, count)
  }

  mutating func matrix(
    _ name: String, _ rows: Int, _ columns: Int
  ) throws(GGUFError) -> Matrix {
    matrixStore.add(try table(name, rows, columns))
  }

  mutating func optionalMatrix(
    _ name: String, _ rows: Int, _ columns: Int
  ) throws(GGUFError) -> Matrix? {
    try optionalTable(name, rows, columns).map { matrixStore.add($0) }
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
        Table(tensor, start: index * bytes, byteCount: bytes, rows: rows, columns: columns))
    }
  }

  mutating func table(_ name: String, _ rows: Int, _ columns: Int) throws(GGUFError) -> Table {
    guard let table = try optionalTable(name, rows, columns) else {
      throw GGUFError(path: file.path, reason: .missingTensor(name + ".weight"))
    }
    return table
  }

  private mutating func optionalTable(
    _ name: String, _ rows: Int, _ columns: Int
  ) throws(GGUFError) -> Table? {
    guard let tensor = try tensor(name + ".weight", [columns, rows]) else { return nil }
    return Table(tensor, rows: rows, columns: columns)
  }

  mutating func vector(
    _ name: String, _ count: Int
  ) throws(GGUFError) -> UnsafePointer<Float> {
    guard let vector = try optionalVector(name, count) else {
      throw GGUFError(path: file.path, reason: .missingTensor(name))
    }
    return vector
  }

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

  func refuseTheRest() throws(GGUFError) {
    if let extra = file.tensors.keys.filter({ !used.contains($0) }).min() {
      throw GGUFError(path: file.path, reason: .unsupportedFeature("the tensor \"\(extra)\""))
    }
  }
}
