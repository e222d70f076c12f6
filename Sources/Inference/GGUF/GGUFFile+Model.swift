/// What a file tells of its model as a whole, without its weights.
extension GGUFFile {
  /// The model's name as the file gives it, or else the file's own; free of control characters.
  ///
  /// Throws when the file gives something else than a string.
  public var modelName: String {
    get throws(GGUFError) {
      let fileName = String(path.split(separator: "/").last ?? "model")
      return (try string("general.name") ?? fileName).withoutControlCharacters
    }
  }

  /// The number of weights, norms and biases.
  public var parameterCount: Int { tensors.values.reduce(0) { $0 + $1.count } }

  /// The mix of weight types that the file says it has, such as `Q4_K_M`, or the type that most of
  /// its weights have, such as `Q8_0`; empty where it has none.
  public var quantization: String {
    if let mix = metadata["general.file_type"]?.integer.flatMap(FileType.name) { return mix }
    var counts: [TensorType: Int] = [:]
    for tensor in tensors.values { counts[tensor.type, default: 0] += tensor.count }
    return counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key.name ?? ""
  }
}
