extension Model {
  /// Bytes that a model takes with one session of `contextLength` positions, at most its own; nil
  /// where no machine has so many. The weights are not read.
  ///
  /// - Throws: When the hyper-parameters or tensors are not what can be computed.
  public static func memoryNeed(
    of file: GGUFFile, contextLength: Int, cacheFormat: KVCacheFormat = .f16
  ) throws(GGUFError) -> Int? {
    let configuration = try ModelConfiguration(file)
    let weights = try Weights.byteCount(file, configuration)
    let text = configuration.textBytes(
      contextLength: max(1, min(contextLength, configuration.contextLength)), format: cacheFormat)
    guard let (sum, overflow) = text.map(weights.addingReportingOverflow), !overflow else {
      return nil
    }
    return sum
  }

  /// Bytes of weights that a token of decoding reads: of a mixture only the experts that are used.
  /// Decoding is bound by them, so their ratio is about that of the times of two models.
  public static func bytesPerToken(of file: GGUFFile) throws(GGUFError) -> Int {
    let experts = try ModelConfiguration(file).experts
    return file.tensors.values.reduce(0) { sum, tensor in
      guard let experts, tensor.name.contains("_exps"), experts.count > 0 else {
        return sum + tensor.byteCount
      }
      return sum + tensor.byteCount / experts.count * experts.usedCount
    }
  }
}
