/// The hyper-parameters of layers that have a gated delta net in place of attention: a state for
/// each value head that every token changes (arXiv 2412.06464), and a short convolution before it.
public struct DeltaNetConfiguration: Sendable, Equatable {
  /// How value heads share key heads.
  public enum Sharing: Sendable, Equatable {
    /// Value heads take the key heads one after another, again and again.
    case inTurnsOfKeys
    /// The first value heads share the first key head, and so on.
    case inTurnsOfValues
  }

  /// Heads of queries and of keys.
  public var keyHeadCount: Int
  /// Heads of values; a multiple of those of keys.
  public var valueHeadCount: Int
  /// Width of a head's queries, keys and values.
  public var headWidth: Int
  /// Positions that the convolution sees, with a token's own.
  public var taps: Int
  /// How value heads share key heads.
  public var sharing: Sharing
  /// For each layer, whether it has a gated delta net.
  public var isLayer: [Bool]

  /// Layers that have one.
  public var layerCount: Int { isLayer.count { $0 } }
  /// Width of all keys of a position.
  var keyWidth: Int { keyHeadCount * headWidth }
  /// Width of all values of a position.
  var valueWidth: Int { valueHeadCount * headWidth }
  /// Queries, keys and values of a position.
  var channels: Int { 2 * keyWidth + valueWidth }
  /// Positions before a token that the convolution sees.
  var history: Int { taps - 1 }

  /// The key head that value head `head` uses.
  func keyHead(of head: Int) -> Int {
    switch sharing {
    case .inTurnsOfKeys: head % keyHeadCount
    case .inTurnsOfValues: head / (valueHeadCount / keyHeadCount)
    }
  }
}

extension HyperparameterReader {
  /// The gated delta nets of a model of `layers` layers; nil if its family has none.
  func deltaNet(_ family: Family, layers: Int) throws(GGUFError) -> DeltaNetConfiguration? {
    guard let rules = family.deltaNet else { return nil }
    let keyHeads = try integer("ssm.group_count", in: 1...1024)
    let valueHeads = try integer("ssm.time_step_rank", in: 1...1024)
    guard valueHeads % keyHeads == 0 else {
      throw outOfRange("ssm.time_step_rank", valueHeads, "a multiple of \(keyHeads)")
    }
    let width = try integer("ssm.state_size", in: 1...1024)
    let inner = try integer("ssm.inner_size", in: 1...1_048_576)
    guard inner == valueHeads * width else {
      throw outOfRange("ssm.inner_size", inner, "\(valueHeads * width)")
    }
    return DeltaNetConfiguration(
      keyHeadCount: keyHeads, valueHeadCount: valueHeads, headWidth: width,
      taps: try integer("ssm.conv_kernel", in: 2...16), sharing: rules.sharing,
      isLayer: try recurrentLayers(layers))
  }

  /// For each layer, whether it is recurrent.
  private func recurrentLayers(_ layers: Int) throws(GGUFError) -> [Bool] {
    let name = "attention.recurrent_layers"
    let value = file.metadata[key(name)]
    if let listed = value?.bools ?? value?.integers?.map({ $0 != 0 }) {
      // Layers of multi-token prediction follow.
      guard listed.count >= layers else {
        throw outOfRange(name, "\(listed.count) values", "\(layers)")
      }
      return Array(listed.prefix(layers))
    }
    let interval = try integer("full_attention_interval", in: 1...1024, default: 4)
    return (1...layers).map { $0 % interval != 0 }
  }
}
