extension Family {
  /// OLMo 2 and 3.
  public static let olmo2 = Family(
    name: "olmo2", norms: .afterParts, headNorm: .allHeads, windowLayers: .allBut(step: 4),
    windowRope: WindowRope())

  /// EXAONE 4.
  public static let exaone4 = Family(
    name: "exaone4", norms: .afterParts, headNorm: .eachHead, rotatedLayers: .windowed,
    windowLayers: .allBut(step: 4))
}
