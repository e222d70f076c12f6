/// What a file says about its model, without reading weights.
extension GGUFFile {
  /// The model's name from the metadata, or else the file name; without control characters.
  ///
  /// Throws if the name in the metadata is not a string.
  public var modelName: String {
    get throws(GGUFError) {
      let fileName = String(path.split(separator: "/").last ?? "model")
      return (try string("general.name") ?? fileName).withoutControlCharacters
    }
  }

  /// The number of weights, norms and biases.
  public var parameterCount: Int { tensors.values.reduce(0) { $0 + $1.count } }

  /// The mix of weight types that the file declares, such as `Q4_K_M`, or else the type of most of
  /// its weights, such as `Q8_0`; empty if it has no tensors.
  public var quantization: String {
    if let mix = metadata["general.file_type"]?.integer.flatMap(FileType.name) { return mix }
    var counts: [TensorType: Int] = [:]
    for tensor in tensors.values { counts[tensor.type, default: 0] += tensor.count }
    return counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key.name ?? ""
  }
}
