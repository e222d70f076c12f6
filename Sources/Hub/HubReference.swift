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
