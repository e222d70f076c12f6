import CLibcrypto

/// A SHA-256 checksum (FIPS 180-4) of bytes that come piece by piece; computed by OpenSSL's libcrypto.
final class Checksum {
  /// Nil where there was no memory for it.
  private let context = EVP_MD_CTX_new()
  private var isWhole: Bool

  /// The checksum of nothing yet.
  init() {
    isWhole = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes in further bytes.
  func update(_ bytes: UnsafeRawBufferPointer) {
    isWhole = isWhole && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
  }

  /// The 64 hexadecimal digits of all bytes; ends the checksum. Nil where libcrypto could not compute it.
  func finish() -> String? {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard isWhole, EVP_DigestFinal_ex(context, &digest, &length) == 1 else { return nil }
    isWhole = false
    return digest.prefix(Int(length)).map {
      String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
    }
    .joined()
  }
}
