/// A model on a hub as a person names it: `OWNER/REPO`, perhaps with a weight type or a file's name
/// after a colon.
public struct HubReference: Sendable, Equatable {
  /// Who published it.
  public let owner: String
  /// The repository's name.
  public let repository: String
  /// The weight type, such as `Q4_K_M`, or a file's name; nil for the usual one.
  public let choice: String?

  /// Both names, with a slash between them.
  public var name: String { "\(owner)/\(repository)" }

  /// Reads `OWNER/REPO[:CHOICE]`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard names.count == 2, names.allSatisfy(Self.isName) else { return nil }
    owner = names[0]
    repository = names[1]
    choice = parts.count == 2 ? String(parts[1]) : nil
    if let choice, choice.isEmpty || !HubPath.isSafe(choice) { return nil }
  }

  /// Letters, digits, `-`, `_` and `.`, as hubs allow; no `--` nor `..`, which would name another
  /// place in the cache.
  private static func isName(_ text: String) -> Bool {
    (1...96).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(HubPath.isPlain)
      && !text.contains("--") && !text.contains("..") && !text.hasPrefix(".")
      && !text.hasPrefix("-") && !text.hasSuffix(".")
  }
}

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
