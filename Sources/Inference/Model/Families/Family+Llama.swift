extension Family {
  /// Llama, and Mistral and Mixtral, whose files call themselves so.
  public static let llama = Family(
    name: "llama", ropePairing: .neighbours,
    experts: ExpertRules(isOptional: true, lengthIsOfOne: true))

  /// Ministral 3 and Mistral's later models.
  public static let mistral3 = Family(name: "mistral3", ropePairing: .neighbours)

  /// SmolLM 3.
  public static let smollm3 = Family(
    name: "smollm3", ropePairing: .neighbours, rotatedLayers: .allBut(step: 4))

  /// Granite 3 and the dense Granite 4.
  public static let granite = Family(
    name: "granite", ropePairing: .neighbours, rotatedLayers: .ifTrained, multipliers: .ofFile)

  /// Seed-OSS. The norm before its feed-forward part is named after attention.
  public static let seedOSS = Family(name: "seed_oss", norms: .afterAttentionNamed)
}
