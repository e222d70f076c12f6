extension Family {
  /// DeepSeek 2 and 3, and GLM 4.7 Flash.
  public static let deepseek2 = Family(
    name: "deepseek2", hasLatentAttention: true, ropePairing: .neighbours,
    experts: ExpertRules(normalisesWeights: false, sharedExpert: .plain))
}
