extension Family {
  /// GLM 4 and Z1.
  public static let glm4 = Family(
    name: "glm4", norms: .aroundParts, ropePairing: .neighbours, fusesGate: true)
}
