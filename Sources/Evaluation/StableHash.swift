/// A hash that is the same in every run and on every machine.
enum StableHash {
  /// FNV-1a of `text` and `seed`, then the finaliser of SplitMix64, so that similar texts have no
  /// similar hashes.
  static func of(_ text: String, seed: Int = 0) -> UInt64 {
    var hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: seed)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash
  }
}
