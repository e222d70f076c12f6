/// The weights of a model: matrices in the form that products take, norms and biases as floats.
final class Weights: Sendable {
  /// (vocabulary, embedding)
  nonisolated(unsafe) let tokenEmbedding: TokenEmbedding
  nonisolated(unsafe) let layers: [Layer]
  /// (embedding)
  nonisolated(unsafe) let outputNorm: UnsafePointer<Float>
  /// (vocabulary, embedding); the token embedding where the model ties the two.
  nonisolated(unsafe) let output: Matrix
  /// (vocabulary)
  nonisolated(unsafe) let outputBias: UnsafePointer<Float>?
  /// What each pair's angle is divided by (rope width ÷ 2), for models with stretched context.
  nonisolated(unsafe) let ropeDivisors: UnsafePointer<Float>?
  private let vectors: VectorStore
  private let matrixStore: MatrixStore

  // The pointers above are read-only from here on, and what they point to is kept by `vectors` and
  // `matrixStore`, so they may be shared between threads.

  /// Reads the weights of `file` on `pool`.
  ///
  /// - Parameters:
  ///   - contextLength: Positions that sessions have room for.
  ///   - sessionBytes: Memory that a session takes beside the weights.
  ///   - onProgress: Gets the share that has been read, 0 to 1.
  /// - Throws: When a tensor is missing, has another shape than `configuration` asks for or belongs
  ///   to no part of the model; and, before any matrix is read, when the machine has not the
  ///   memory. What `onProgress` throws ends it.
  static func load(
    _ file: GGUFFile, _ configuration: ModelConfiguration, contextLength: Int, sessionBytes: Int,
    on pool: ComputePool, onProgress: (Double) throws -> Void
  ) throws -> Weights {
    let weights = try Weights(file, configuration, contextLength: contextLength)
    let (needed, overflow) = weights.matrixStore.byteCount.addingReportingOverflow(sessionBytes)
    try MachineMemory.require(overflow ? Int.max : needed, for: file.path)
    try weights.matrixStore.pack(on: pool, onProgress: onProgress)
    return weights
  }

  /// Checks the tensors of `file` as `load` does, without reading its matrices.
  static func check(
    _ file: GGUFFile, _ configuration: ModelConfiguration
  ) throws(GGUFError) {
    _ = try Weights(file, configuration, contextLength: configuration.contextLength)
  }

  /// Bytes of the matrices of `file` in the form that products take, without reading them.
  static func byteCount(
    _ file: GGUFFile, _ configuration: ModelConfiguration
  ) throws(GGUFError) -> Int {
    try Weights(file, configuration, contextLength: configuration.contextLength).matrixStore
      .byteCount
  }

  /// Finds every tensor that `configuration` asks for; the matrices have yet to be packed.
  private init(
    _ file: GGUFFile, _ configuration: ModelConfiguration, contextLength: Int
  ) throws(GGUFError) {
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
    let rows = try finder.stored("token_embd", vocabulary, c.embeddingLength)
    tokenEmbedding = try TokenEmbedding(rows)
    let separate = try finder.optionalMatrix("output", vocabulary, c.embeddingLength)
    output = separate ?? finder.matrixStore.add(rows)
    outputBias = try finder.optionalVector("output.bias", vocabulary)
    outputNorm = try finder.vector("output_norm.weight", c.embeddingLength)
    ropeDivisors = try finder.ropeDivisors(c, contextLength: contextLength)
    var layers: [Layer] = []
    for index in 0..<c.blockCount { layers.append(try finder.layer(index, c)) }
    try finder.refuseTheRest(c)
    self.layers = layers
    vectors = finder.vectors
    matrixStore = finder.matrixStore
  }

  /// Every matrix once, for sizes that depend on the largest.
  var matrices: [Matrix] {
    layers.flatMap(\.matrices) + [output]
  }

  /// The weights of the layers that have latent attention.
  var latentLayers: [LatentWeights] {
    layers.compactMap { if case .latent(let weights) = $0.mixer { weights } else { nil } }
  }

  /// The mixtures of the layers that have one.
  var mixtures: [Mixture] {
    layers.compactMap { if case .mixture(let mixture) = $0.feedForward { mixture } else { nil } }
  }
}
