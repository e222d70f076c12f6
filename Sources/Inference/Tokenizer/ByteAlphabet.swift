/// GPT-2's spelling of bytes as printable characters, in which vocabulary files write tokens.
///
/// The printable bytes of Latin-1 stand for themselves; the other 68, in order, are U+0100 and on
/// (`bytes_to_unicode` of OpenAI's `encoder.py`).
enum ByteAlphabet {
  /// The character of each byte.
  static let scalars: [Unicode.Scalar] = {
    var next = UInt32(0x100)
    return (0...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? "\u{FFFD}"
      }
    }
  }()

  /// The byte of each of the characters U+0000 to U+0143; nil where one stands for no byte.
  private static let bytes: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = UInt8(byte) }
    return table
  }()

  /// The UTF-8 spelling of `byte`.
  static func spelling(of byte: UInt8) -> [UInt8] {
    Array(String(scalars[Int(byte)]).utf8)
  }

  /// The bytes that `text` spells; nil where it has a character outside the alphabet.
  static func decode(_ text: String) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      let value = Int(scalar.value)
      guard value < bytes.count, let byte = bytes[value] else { return nil }
      decoded.append(byte)
    }
    return decoded
  }
}
