import Viewer

/// A terminal's answer to the question for a colour (OSC 10 to 19).
enum ColorReply {
  /// The longest answer that counts, in bytes.
  static let lengthLimit = 64

  /// The background that `reply`, such as `11;rgb:1e1e/1e1e/1e1e`, tells: of each part the two
  /// highest hexadecimal digits count (XParseColor); nil for any other reply.
  static func background(told reply: [UInt8]) -> Color? {
    let text = String(decoding: reply, as: UTF8.self)
    guard let colon = text.firstIndex(of: ":"), ["11;rgb", "11;rgba"].contains(text[..<colon])
    else { return nil }
    let parts = text[text.index(after: colon)...].split(separator: "/").map { part in
      UInt8(part.count == 1 ? part + part : part.prefix(2), radix: 16)
    }
    guard parts.count >= 3, let red = parts[0], let green = parts[1], let blue = parts[2] else {
      return nil
    }
    return .rgb(red: red, green: green, blue: blue)
  }
}
