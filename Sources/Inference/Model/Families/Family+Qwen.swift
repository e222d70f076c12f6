extension Family {
  /// Qwen 2 and 2.5.
  public static let qwen2 = Family(name: "qwen2", needsBiases: true)

  /// Mixtures of experts of Qwen 1.5 and 2.
  public static let qwen2moe = Family(
    name: "qwen2moe", needsBiases: true,
    experts: ExpertRules(normalisesWeights: false, hasSharedExpert: true))

  /// Qwen 3.
  public static let qwen3 = Family(name: "qwen3", headNorm: .eachHead)

  /// Mixtures of experts of Qwen 3.
  public static let qwen3moe = Family(
    name: "qwen3moe", headNorm: .eachHead, experts: ExpertRules())
}
