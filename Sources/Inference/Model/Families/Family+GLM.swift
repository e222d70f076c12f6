extension Family {
  /// GLM 4 and Z1.
  public static let glm4 = Family(
    name: "glm4", norms: .aroundParts, ropePairing: .neighbours, fusesGate: true)

  /// Mixtures of experts of GLM 4.5 and later.
  public static let glm4moe = Family(
    name: "glm4moe", norms: .afterAttentionNamed, headNorm: .eachHeadWhereGiven,
    experts: ExpertRules(gating: .sigmoid, sharedExpert: .plain))
}
