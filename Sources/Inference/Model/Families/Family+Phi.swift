extension Family {
  /// Phi 3 and 4.
  public static let phi3 = Family(name: "phi3", windowLayers: .all, fusesGate: true)
}
