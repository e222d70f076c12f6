/// The hyper-parameters of layers whose feed-forward part is a mixture of experts.
public struct ExpertConfiguration: Sendable, Equatable {
  /// How the router's scores become probabilities.
  public enum Gating: Sendable, Equatable {
    /// The softmax over all experts.
    case softmax
    /// The sigmoid of each.
    case sigmoid
  }

  /// Experts of each layer, without the shared one.
  public var count: Int
  /// Experts that the router chooses for each token.
  public var usedCount: Int
  /// How the router's scores become probabilities.
  public var gating = Gating.softmax
  /// Groups that experts stand in, in order; 1 for none.
  public var groupCount = 1
  /// Groups that a token's experts come from: those whose best two experts are the most probable.
  public var usedGroupCount = 1
  /// Whether the weights of the chosen experts are normalised to add up to 1.
  public var normalisesWeights: Bool
  /// What the weights are multiplied with then.
  public var weightScale: Float = 1
  /// Width of the shared expert, which computes every token; 0 if there is none.
  public var sharedLength: Int
  /// Whether the shared expert's output is weighted by the sigmoid of a gate.
  public var gatesShared = true
  /// Layers at the beginning that have one network for all tokens.
  public var denseLayers = 0
  /// Width of that network.
  public var denseLength = 0

  /// Networks that compute each token.
  var networksPerToken: Int { usedCount + (sharedLength > 0 ? 1 : 0) }
}

extension HyperparameterReader {
  /// The mixture of experts of a model of `layers` layers; nil if the feed-forward part is one
  /// network.
  func experts(_ family: Family, layers: Int) throws(GGUFError) -> ExpertConfiguration? {
    let count = try integer("expert_count", in: 0...4096, default: 0)
    guard let rules = family.experts else {
      guard count == 0 else { throw unsupported("a mixture of \(count) experts") }
      return nil
    }
    if count == 0, rules.isOptional { return nil }
    guard count > 0 else { throw outOfRange("expert_count", count, "1 to 4096") }
    let usedCount = try integer("expert_used_count", in: 1...count)
    let (gating, isOfChosen) = try gating(rules)
    let groupCount = max(1, try integer("expert_group_count", in: 0...count, default: 1))
    guard count % groupCount == 0 else {
      throw outOfRange("expert_group_count", groupCount, "a divisor of \(count)")
    }
    let usedGroups = try integer("expert_group_used_count", in: 0...groupCount, default: groupCount)
    guard groupCount == 1 || usedCount <= max(1, usedGroups) * (count / groupCount) else {
      throw outOfRange("expert_used_count", usedCount, "what \(usedGroups) groups have")
    }
    let denseLayers = try integer("leading_dense_block_count", in: 0...layers, default: 0)
    return ExpertConfiguration(
      count: count, usedCount: usedCount, gating: gating, groupCount: groupCount,
      usedGroupCount: max(1, usedGroups),
      normalisesWeights: try file.bool(key("expert_weights_norm"))
        ?? (isOfChosen || rules.normalisesWeights),
      weightScale: try multiplier("expert_weights_scale"),
      sharedLength: try sharedLength(rules, usedCount), gatesShared: rules.sharedExpert == .gated,
      denseLayers: denseLayers,
      denseLength: denseLayers == 0 ? 0 : try integer("feed_forward_length", in: 1...1_048_576))
  }

  /// How scores become probabilities, and whether those of the chosen experts add up to 1.
  private func gating(
    _ rules: ExpertRules
  ) throws(GGUFError) -> (ExpertConfiguration.Gating, isOfChosen: Bool) {
    // The numbers are llama.cpp's.
    switch try integer("expert_gating_func", in: 0...255, default: 0) {
    case 0: (rules.gating, false)
    case 1: (.softmax, false)
    case 2: (.sigmoid, false)
    case 3: (.softmax, true)
    case let other: throw unsupported("the choice of experts number \(other)")
    }
  }

  /// Width of the shared expert; 0 if there is none.
  private func sharedLength(_ rules: ExpertRules, _ usedCount: Int) throws(GGUFError) -> Int {
    switch rules.sharedExpert {
    case .none: return 0
    case .gated:
      return try integer(
        "expert_shared_feed_forward_length", in: 1...1_048_576,
        default: try integer("feed_forward_length", in: 1...1_048_576))
    case .plain:
      let count = try integer("expert_shared_count", in: 0...64, default: 0)
      return count == 0 ? 0 : count * (try expertLength(rules, usedCount))
    }
  }

  private func unsupported(_ feature: String) -> GGUFError {
    GGUFError(path: file.path, reason: .unsupportedFeature(feature))
  }

  /// Width of a layer's feed-forward network, or of each of its experts.
  func feedForwardLength(
    _ family: Family, _ experts: ExpertConfiguration?
  ) throws(GGUFError) -> Int {
    guard let experts, let rules = family.experts else {
      return try integer("feed_forward_length", in: 1...1_048_576)
    }
    return try expertLength(rules, experts.usedCount)
  }

  private func expertLength(_ rules: ExpertRules, _ usedCount: Int) throws(GGUFError) -> Int {
    let name = "feed_forward_length"
    if let length = try integer("expert_" + name), length != 0 {
      return try integer("expert_" + name, in: 1...1_048_576, default: length)
    }
    let length = try integer(name, in: usedCount...1_048_576)
    return rules.lengthIsOfOne ? length : length / usedCount
  }
}
