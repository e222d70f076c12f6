/// A model whose weights are in memory, ready to compute; sessions share it.
public final class Model: Sendable {
  /// Its file.
  public let file: GGUFFile
  /// Its hyper-parameters.
  public let configuration: ModelConfiguration
  /// Its name; see `GGUFFile.modelName`.
  public let name: String
  /// Positions of a session's context, at most those of `configuration`.
  public let contextLength: Int
  /// What sessions store keys and values as.
  public let cacheFormat: KVCacheFormat
  /// The threads that compute it.
  public let pool: ComputePool
  /// Tokens that it knows: logits have this many values.
  public var vocabularySize: Int { weights.tokenEmbedding.rows }

  let weights: Weights

  /// Checks the model in `file` as a whole and reads its weights.
  ///
  /// - Parameters:
  ///   - contextLength: Positions that sessions have room for; nil, and more than the model has,
  ///     for the model's own.
  ///   - cacheFormat: What sessions store keys and values as.
  ///   - pool: The threads that read the weights, and that compute.
  ///   - onProgress: Gets the share of the weights that has been read, 0 to 1; what it throws ends
  ///     the loading.
  /// - Throws: ``GGUFError`` when the hyper-parameters or tensors are not what can be computed; and,
  ///   before any weights are read, when the machine has not the memory for them and one session.
  public static func load(
    _ file: GGUFFile, contextLength: Int? = nil, cacheFormat: KVCacheFormat = .f16,
    pool: ComputePool, onProgress: (Double) throws -> Void = { _ in }
  ) throws -> Model {
    let configuration = try ModelConfiguration(file)
    let name = try file.modelName
    let sessionBytes = configuration.textBytes(
      contextLength: contextLength ?? configuration.contextLength, format: cacheFormat)
    let contextLength = max(1, min(contextLength ?? .max, configuration.contextLength))
    let weights = try Weights.load(
      file, configuration, contextLength: contextLength, sessionBytes: sessionBytes ?? Int.max,
      on: pool, onProgress: onProgress)
    return Model(
      file, name: name, configuration, weights, contextLength: contextLength,
      cacheFormat: cacheFormat, pool: pool)
  }

  /// Checks the model in `file` as `load` does, except for the memory, and gives its
  /// hyper-parameters. The weights are not read.
  public static func check(_ file: GGUFFile) throws(GGUFError) -> ModelConfiguration {
    let configuration = try ModelConfiguration(file)
    _ = try file.modelName
    try Weights.check(file, configuration)
    return configuration
  }

  private init(
    _ file: GGUFFile, name: String, _ configuration: ModelConfiguration, _ weights: Weights,
    contextLength: Int, cacheFormat: KVCacheFormat, pool: ComputePool
  ) {
    self.file = file
    self.configuration = configuration
    self.weights = weights
    self.contextLength = contextLength
    self.cacheFormat = cacheFormat
    self.pool = pool
    self.name = name
  }
}
