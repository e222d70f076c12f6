/// The hyper-parameters of latent attention (DeepSeek-V2, arXiv 2405.04434): keys and values of all
/// heads come from one short vector of a position, and only that is kept, with one rotated key.
///
/// Heads compute with it as if it were the one key that they share: what would make a key of it is
/// applied to queries, and what would make a value of it to results.
public struct LatentConfiguration: Sendable, Equatable {
  /// Width of the vector that queries come from; nil where they come from the layer's input.
  public var queryRank: Int?
  /// Width of the vector that keys and values come from.
  public var rank: Int
  /// Width of the part of a head's keys that comes from it; a rotated part is the same for all heads.
  public var keyWidth: Int
  /// Width of a head's values.
  public var valueWidth: Int
}

extension HyperparameterReader {
  /// The latent attention of a family that has it, with heads of `headWidth` of which `ropeWidth` are
  /// rotated; nil for the others.
  func latentAttention(
    _ family: Family, headWidth: Int, ropeWidth: Int, scaling: RopeScaling
  ) throws(GGUFError) -> LatentConfiguration? {
    guard family.hasLatentAttention else { return nil }
    guard scaling == .none else {
      throw GGUFError(
        path: file.path, reason: .unsupportedFeature("a stretched context of latent attention"))
    }
    let rank = try integer("attention.kv_lora_rank", in: 1...8192)
    guard rank + ropeWidth == headWidth else {
      throw outOfRange("attention.key_length", headWidth, "\(rank + ropeWidth)")
    }
    let keyWidth = try integer("attention.key_length_mla", in: ropeWidth + 1...8192)
    let hasQueryRank = file.tensors["blk.0.attn_q_a.weight"] != nil
    return LatentConfiguration(
      queryRank: hasQueryRank ? try integer("attention.q_lora_rank", in: 1...131_072) : nil,
      rank: rank, keyWidth: keyWidth - ropeWidth,
      valueWidth: try integer("attention.value_length_mla", in: 1...8192))
  }
}
