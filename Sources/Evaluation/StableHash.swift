/// A hash that is the same in every run and on every machine.
public enum StableHash {
  /// FNV-1a of `bytes`, in hexadecimal digits: tells changes, not forgeries.
  public static func checksum(of bytes: some Sequence<UInt8>) -> String {
    String(fnv(bytes, seed: 0), radix: 16)
  }

  /// FNV-1a of `text` and `seed`, then the finaliser of SplitMix64, so that similar texts have no
  /// similar hashes.
  static func of(_ text: String, seed: Int = 0) -> UInt64 {
    var hash = fnv(text.utf8, seed: UInt64(truncatingIfNeeded: seed))
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash
  }

  private static func fnv(_ bytes: some Sequence<UInt8>, seed: UInt64) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325 ^ seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
