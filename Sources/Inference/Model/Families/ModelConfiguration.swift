/// The hyper-parameters of a model, read from its file's metadata and checked.
public struct ModelConfiguration: Sendable, Equatable {
  /// The family.
  public let family: Family
  /// Positions that the model can use, after scaling; at most its sliding window where it is not
  /// known which layers have it.
  public let contextLength: Int
  /// Width of the hidden state.
  public let embeddingLength: Int
  /// Transformer layers, without those of multi-token prediction.
  public let blockCount: Int
  /// Layers of multi-token prediction, which stand behind the others and are passed over.
  public let predictionLayers: Int
  /// Width of the feed-forward network, or of each expert's.
  public let feedForwardLength: Int
  /// The mixture of experts; nil if each layer has one network for all tokens.
  public let experts: ExpertConfiguration?
  /// The layers with a state in place of attention; nil if there are none.
  public let deltaNet: DeltaNetConfiguration?
  /// What latent attention has of its own; nil if keys and values come from the layer's input.
  public let latent: LatentConfiguration?
  /// Query heads of each layer.
  public let headCount: Int
  /// Key and value heads of each layer, shared by equal groups of query heads.
  public let keyValueHeadCount: Int
  /// Width of a head's queries, keys and values; with latent attention, of the vector that all heads
  /// share and its rotated key.
  public let headWidth: Int
  /// Added to the mean square in every RMS norm.
  public let normEpsilon: Float
  /// Values of each head that are rotated; even.
  public let ropeWidth: Int
  /// How queries and keys are rotated in layers that see all positions.
  public let rope: Rope
  /// What differs from layer to layer.
  public let layerAttention: [LayerAttention]
  /// What attention scores are multiplied with before the softmax.
  public let attentionScale: Float
  /// How attention grows sharper with the position; nil if it does not.
  public let attentionTemperature: AttentionTemperature?
  /// What embeddings are multiplied with.
  public let embeddingScale: Float
  /// What the outputs of attention and of the feed-forward part are multiplied with.
  public let residualScale: Float
  /// What logits are divided by.
  public let logitScale: Float

  /// Layers with attention, and so with keys and values.
  var attentionLayerCount: Int { blockCount - (deltaNet?.layerCount ?? 0) }

  /// Whether layer `index` has a state in place of attention.
  func isRecurrent(_ index: Int) -> Bool { deltaNet?.isLayer[index] ?? false }

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
    guard let family = Family.named(name) else {
      throw GGUFError(path: file.path, reason: .unsupportedArchitecture(name))
    }
    let reader = HyperparameterReader(file: file, prefix: name)
    try reader.refuseUnsupported(family)
    self.family = family
    let trainedLength = try reader.integer("context_length", in: 1...16_777_216)
    rope = Rope(
      base: try reader.positive("rope.freq_base", atMost: 1e12, default: 10_000),
      scaling: try reader.ropeScaling(family, contextLength: trainedLength))
    let stretchedLength = try reader.stretchedContextLength(trainedLength, rope.scaling)
    contextLength =
      family.windowLayers == .unknown
      ? min(stretchedLength, try reader.slidingWindow() ?? .max) : stretchedLength
    embeddingLength = try reader.integer("embedding_length", in: 1...131_072)
    let layers = try reader.integer("block_count", in: 1...1024)
    predictionLayers = try reader.integer("nextn_predict_layers", in: 0...layers - 1, default: 0)
    blockCount = layers - predictionLayers
    layerAttention = try reader.layerAttention(family, layers: blockCount, rope: rope)
    deltaNet = try reader.deltaNet(family, layers: blockCount)
    experts = try reader.experts(family, layers: blockCount)
    feedForwardLength = try reader.feedForwardLength(family, experts)
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
    guard valueWidth == headWidth || family.hasLatentAttention else {
      throw GGUFError(
        path: file.path,
        reason: .unsupportedFeature("values of \(valueWidth) beside keys of \(headWidth)"))
    }
    attentionTemperature = try reader.attentionTemperature(contextLength: trainedLength)
    ropeWidth = try reader.integer(
      "rope.dimension_count", in: 2...max(2, headWidth), default: headWidth)
    guard ropeWidth % 2 == 0, ropeWidth <= headWidth else {
      throw reader.outOfRange(
        "rope.dimension_count", ropeWidth, "an even number up to \(headWidth)")
    }
    if family.hasRopeSections { try reader.requireRotation(ofPairs: ropeWidth / 2) }
    latent = try reader.latentAttention(
      family, headWidth: headWidth, ropeWidth: ropeWidth, scaling: rope.scaling)
    guard latent == nil || keyValueHeadCount == 1 else {
      throw reader.outOfRange("attention.head_count_kv", keyValueHeadCount, "1")
    }
    let scaledWidth =
      if let latent {
        latent.keyWidth + ropeWidth
      } else {
        blockCount == family.layersWithEmbeddingScale ? embeddingLength / headCount : headWidth
      }
    attentionScale = try reader.multiplier(
      "attention.scale", default: 1 / Float(max(1, scaledWidth)).squareRoot())
    embeddingScale =
      family.multipliers == .rootOfWidth
      ? Float(embeddingLength).squareRoot() : try reader.multiplier("embedding_scale")
    residualScale = try reader.multiplier("residual_scale")
    logitScale = try reader.multiplier("logit_scale")
    normEpsilon = Float(
      try reader.positive("attention.layer_norm_rms_epsilon", atMost: 1, default: nil))
  }
}
