/// Seeds of single generations, derived from a run's seed.
enum GenerationSeed {
  /// The seed for step `step` (0 for the answer) of turn `turn` when `role` generates it.
  ///
  /// It depends on nothing else, so the base model draws the same random numbers for a step whether
  /// it works alone or regenerates a rejected draft. Other branches and candidates (both counted from
  /// 0) draw different ones.
  static func seed(
    run: UInt64, turn: Int, step: Int, role: Role, branch: Int = 0, candidate: Int = 0
  ) -> UInt64 {
    let author: UInt64 = role == .draft ? 1 : 2
    let seed = [UInt64(truncatingIfNeeded: turn), UInt64(truncatingIfNeeded: step), author]
      .reduce(mix(run)) { mix($0 ^ $1) }
    guard branch != 0 || candidate != 0 else { return seed }
    return [branch, candidate].reduce(seed) { mix($0 ^ UInt64(truncatingIfNeeded: $1)) }
  }

  /// One step of SplitMix64 (Steele, Lea, Flood 2014).
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
