/// The hyper-parameters of layers whose feed-forward part is a mixture of experts.
public struct ExpertConfiguration: Sendable, Equatable {
  /// Experts of each layer, without the shared one.
  public var count: Int
  /// Experts that the router chooses for each token.
  public var usedCount: Int
  /// Whether the weights of the chosen experts are normalised to add up to 1.
  public var normalisesWeights: Bool
  /// Width of the shared expert, which computes every token; 0 if there is none.
  public var sharedLength: Int

  /// Networks that compute each token.
  var networksPerToken: Int { usedCount + (sharedLength > 0 ? 1 : 0) }
}

extension HyperparameterReader {
  /// The mixture of experts; nil if the feed-forward part is one network.
  func experts(_ family: Family) throws(GGUFError) -> ExpertConfiguration? {
    let count = try integer("expert_count", in: 0...4096, default: 0)
    guard let rules = family.experts else {
      guard count == 0 else { throw unsupported("a mixture of \(count) experts") }
      return nil
    }
    if count == 0, rules.isOptional { return nil }
    guard count > 0 else { throw outOfRange("expert_count", count, "1 to 4096") }
    // 1 is the softmax over all experts.
    guard try integer("expert_gating_func", in: 0...255, default: 1) == 1 else {
      throw unsupported("another choice of experts than by softmax")
    }
    guard try integer("expert_group_count", in: 0...4096, default: 1) <= 1 else {
      throw unsupported("experts in groups")
    }
    let scale = try real("expert_weights_scale") ?? 1
    guard scale == 1 || scale == 0 else { throw unsupported("scaled weights of experts") }
    return ExpertConfiguration(
      count: count, usedCount: try integer("expert_used_count", in: 1...count),
      normalisesWeights: try file.bool(key("expert_weights_norm"))
        ?? rules.normalisesWeights,
      sharedLength: rules.hasSharedExpert
        ? try integer(
          "expert_shared_feed_forward_length", in: 1...1_048_576,
          default: try integer("feed_forward_length", in: 1...1_048_576)) : 0)
  }

  private func unsupported(_ feature: String) -> GGUFError {
    GGUFError(path: file.path, reason: .unsupportedFeature(feature))
  }

  /// Width of a layer's feed-forward network, or of each of its experts.
  func feedForwardLength(
    _ family: Family, _ experts: ExpertConfiguration?
  ) throws(GGUFError) -> Int {
    let name = "feed_forward_length"
    guard let experts else { return try integer(name, in: 1...1_048_576) }
    if let length = try integer("expert_" + name) {
      return try integer("expert_" + name, in: 1...1_048_576, default: length)
    }
    let length = try integer(name, in: experts.usedCount...1_048_576)
    return family.experts?.lengthIsOfOne == true ? length : length / experts.usedCount
  }
}
