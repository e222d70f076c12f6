/// What names from a hub may be.
enum HubPath {
  /// Whether `path` leads to a place below the folder that it is taken from.
  static func isSafe(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.utf8.count <= 1000
      && path.unicodeScalars.allSatisfy {
        !$0.properties.isNoncharacterCodePoint && $0 != "\\"
          && ![.control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse]
            .contains($0.properties.generalCategory)
      }
      && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 250 }
  }

  /// Whether `text` is a revision as git names them.
  static func isRevision(_ text: String) -> Bool {
    isSafe(text) && text.unicodeScalars.allSatisfy { isPlain($0) || $0 == "/" }
      && !text.contains("..") && !text.hasPrefix("-")
  }

  /// Whether `text` is `count` hexadecimal digits.
  static func isHexadecimal(_ text: String, _ count: Int) -> Bool {
    text.utf8.count == count
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  /// A letter, a digit, `-`, `_` or `.`.
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
    default: false
    }
  }
}
