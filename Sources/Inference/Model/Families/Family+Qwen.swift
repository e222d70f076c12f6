extension Family {
  /// Qwen 2 and 2.5.
  public static let qwen2 = Family(name: "qwen2", needsBiases: true)

  /// Mixtures of experts of Qwen 1.5 and 2.
  public static let qwen2moe = Family(
    name: "qwen2moe", needsBiases: true,
    experts: ExpertRules(normalisesWeights: false, sharedExpert: .gated))

  /// Qwen 3.
  public static let qwen3 = Family(name: "qwen3", headNorm: .eachHead)

  /// Mixtures of experts of Qwen 3.
  public static let qwen3moe = Family(
    name: "qwen3moe", headNorm: .eachHead, experts: ExpertRules())

  /// Qwen 3 Next.
  public static let qwen3next = Family(
    name: "qwen3next", norms: .afterAttentionNamed, headNorm: .eachHead, gatesAttention: true,
    deltaNet: DeltaNetRules(sharing: .inTurnsOfValues, fusesRates: true),
    experts: ExpertRules(sharedExpert: .gated))

  /// Qwen 3.5 and 3.6, text alone.
  public static let qwen35 = Family(
    name: "qwen35", norms: .afterAttentionNamed, headNorm: .eachHead, gatesAttention: true,
    deltaNet: DeltaNetRules(sharing: .inTurnsOfKeys), hasRopeSections: true)

  /// Mixtures of experts of Qwen 3.5 and 3.6, text alone.
  public static let qwen35moe = Family(
    name: "qwen35moe", norms: .afterAttentionNamed, headNorm: .eachHead, gatesAttention: true,
    deltaNet: DeltaNetRules(sharing: .inTurnsOfKeys), hasRopeSections: true,
    experts: ExpertRules(sharedExpert: .gated))
}
