import Testing

@testable import Hub

/// Against the examples of FIPS 180-4.
struct ChecksumTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func `pieces of any length give the checksum of the whole`(text: String, digits: String) {
    for length in [1_000_003, 4096, 63] {
      let sum = Checksum()
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: length) {
        bytes[start..<min(bytes.count, start + length)].withUnsafeBytes { sum.update($0) }
      }
      #expect(sum.finish() == digits)
      #expect(sum.finish() == nil)
    }
  }
}
