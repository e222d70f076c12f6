/// The hyper-parameters of a model, read from its file's metadata and checked.
public struct ModelConfiguration: Sendable, Equatable {
  /// The family.
  public let architecture: Architecture
  /// Positions that the model can use, after scaling; at most its sliding window, within which
  /// attention is full attention.
  public let contextLength: Int
  /// Width of the hidden state.
  public let embeddingLength: Int
  /// Transformer layers.
  public let blockCount: Int
  /// Width of the feed-forward network, or of each expert's.
  public let feedForwardLength: Int
  /// The mixture of experts; nil if each layer has one network for all tokens.
  public let experts: ExpertConfiguration?
  /// Query heads of each layer.
  public let headCount: Int
  /// Key and value heads of each layer, shared by equal groups of query heads.
  public let keyValueHeadCount: Int
  /// Width of a head's queries, keys and values.
  public let headWidth: Int
  /// Added to the mean square in every RMS norm.
  public let normEpsilon: Float
  /// Angles per position fall from 1 by powers of this base.
  public let ropeBase: Double
  /// Values of each head that are rotated; even.
  public let ropeWidth: Int
  /// How angles are stretched to longer contexts.
  public let ropeScaling: RopeScaling

  /// Width of all queries of a position.
  var queryWidth: Int { headCount * headWidth }
  /// Width of all keys, or all values, of a position.
  var keyWidth: Int { keyValueHeadCount * headWidth }

  /// Reads the hyper-parameters of `file`.
  ///
  /// Throws if one is missing or out of range, or asks for something that is not supported.
  public init(_ file: GGUFFile) throws(GGUFError) {
    guard let name = try file.string("general.architecture") else {
      throw GGUFError(path: file.path, reason: .missingKey("general.architecture"))
    }
    guard let architecture = Architecture(rawValue: name) else {
      throw GGUFError(path: file.path, reason: .unsupportedArchitecture(name))
    }
    let reader = HyperparameterReader(file: file, prefix: name)
    try reader.refuseUnsupported()
    self.architecture = architecture
    let trainedLength = try reader.integer("context_length", in: 1...16_777_216)
    ropeScaling = try reader.ropeScaling(contextLength: trainedLength)
    contextLength = min(
      try reader.stretchedContextLength(trainedLength, ropeScaling), try reader.slidingWindow())
    embeddingLength = try reader.integer("embedding_length", in: 1...131_072)
    blockCount = try reader.integer("block_count", in: 1...1024)
    experts = try reader.experts(architecture)
    feedForwardLength = try reader.feedForwardLength(architecture, experts)
    headCount = try reader.integer("attention.head_count", in: 1...1024)
    keyValueHeadCount = try reader.integer(
      "attention.head_count_kv", in: 1...headCount, default: headCount)
    guard headCount % keyValueHeadCount == 0 else {
      throw reader.outOfRange(
        "attention.head_count_kv", keyValueHeadCount, "a divisor of \(headCount)")
    }
    if try reader.integer("attention.key_length") == nil, embeddingLength % headCount != 0 {
      throw reader.outOfRange("attention.head_count", headCount, "a divisor of \(embeddingLength)")
    }
    headWidth = try reader.integer(
      "attention.key_length", in: 1...8192, default: embeddingLength / headCount)
    let valueWidth = try reader.integer(
      "attention.value_length", in: 1...8192, default: headWidth)
    guard valueWidth == headWidth else {
      throw GGUFError(
        path: file.path,
        reason: .unsupportedFeature("values of \(valueWidth) beside keys of \(headWidth)"))
    }
    try reader.refuseAttentionScale(headWidth: headWidth)
    normEpsilon = Float(
      try reader.positive("attention.layer_norm_rms_epsilon", atMost: 1, default: nil))
    ropeBase = try reader.positive("rope.freq_base", atMost: 1e12, default: 10_000)
    ropeWidth = try reader.integer(
      "rope.dimension_count", in: 2...max(2, headWidth), default: headWidth)
    guard ropeWidth % 2 == 0, ropeWidth <= headWidth else {
      throw reader.outOfRange(
        "rope.dimension_count", ropeWidth, "an even number up to \(headWidth)")
    }
  }
}
