extension Family {
  /// Gemma 3.
  public static let gemma3 = Family(
    name: "gemma3", norms: .aroundParts, headNorm: .eachHead, windowLayers: .allBut(step: 6),
    windowRope: WindowRope(base: 10_000), activation: .gelu, multipliers: .rootOfWidth,
    layersWithEmbeddingScale: 62)
}
