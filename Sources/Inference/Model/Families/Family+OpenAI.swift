extension Family {
  /// gpt-oss. YaRN's bounds are fractions of pairs there, as its authors' code has them.
  public static let gptOSS = Family(
    name: "gpt-oss", norms: .afterAttentionNamed, hasSinks: true, windowLayers: .allBut(step: 2),
    roundsYaRN: false, activation: .clampedSwish, experts: ExpertRules())
}
