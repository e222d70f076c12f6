/// A model read from a GGUF file: what sessions share.
public final class Model: Sendable {
  /// Its file.
  public let file: GGUFFile
  /// Its hyper-parameters.
  public let configuration: ModelConfiguration
  /// Its name as the file gives it, or the file's own; free of control characters.
  public let name: String
  /// Its weight type or mix of types, such as `Q4_K_M`.
  public let quantization: String
  /// Weights, norms and biases counted.
  public let parameterCount: Int
  /// Tokens that it knows: logits have this many values.
  public var vocabularySize: Int { weights.tokenEmbedding.rows }

  let weights: Weights

  /// Opens the model at `path` and checks it as a whole.
  ///
  /// Throws when the file, its hyper-parameters or its tensors are not what can be computed, or
  /// when the machine has not the memory for the weights and one session of `contextLength`
  /// positions (the model's own, or 4096 where that is less) with a KV cache in `cacheFormat`.
  public init(
    path: String, contextLength: Int? = nil, cacheFormat: KVCacheFormat = .f16
  ) throws(GGUFError) {
    let file = try GGUFFile(path: path)
    configuration = try ModelConfiguration(file)
    weights = try Weights(file, configuration)
    let context = contextLength ?? min(4096, configuration.contextLength)
    let cache =
      KVCache.byteCount(configuration, contextLength: context, format: cacheFormat) ?? Int.max
    let (needed, overflow) = cache.addingReportingOverflow(weights.packedByteCount)
    try MachineMemory.require(overflow ? Int.max : needed, for: path)
    self.file = file
    let fileName = String(path.split(separator: "/").last ?? "model")
    name = (try file.string("general.name") ?? fileName).withoutControlCharacters
    parameterCount = file.tensors.values.reduce(0) { $0 + $1.count }
    quantization = file.quantization
  }
}

extension GGUFFile {
  /// The mix of weight types that the file says it has, such as `Q4_K_M`, or the type that most of
  /// its weights have, such as `Q8_0`; empty where it has none.
  public var quantization: String {
    if let mix = metadata["general.file_type"]?.integer.flatMap(FileType.name) { return mix }
    var counts: [TensorType: Int] = [:]
    for tensor in tensors.values { counts[tensor.type, default: 0] += tensor.count }
    return counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key.name ?? ""
  }
}
