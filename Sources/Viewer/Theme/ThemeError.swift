/// Why a theme cannot be used.
public struct ThemeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, or the name that was asked for.
  public let theme: String
  /// What is wrong.
  public let reason: Reason

  /// The ways in which a theme can be wrong.
  public enum Reason: Sendable, Equatable {
    /// No such theme; the names that there are.
    case notFound(known: [String])
    case unreadable(String)
    /// Not TOML; the parser's words and the line, from 1.
    case notTOML(String, line: Int)
    case unknownKey(String)
    case unknownScope(String)
    /// A scope or palette entry with a value that is no colour.
    case badColor(key: String, value: String)
    case badAttribute(key: String, value: String)
    /// A value of another type than the key needs.
    case wrongType(key: String, needs: String)
    /// Themes inherit from each other in a ring.
    case inheritsItself([String])
  }

  /// What is wrong where, and what to do.
  public var description: String {
    "theme \(theme): " + sentence
  }

  private var sentence: String {
    switch reason {
    case .notFound(let known):
      "there is no such theme.\(Spelling.hint(for: theme, in: known)) "
        + "Known: \(known.joined(separator: ", ")); or give a file's path."
    case .unreadable(let why):
      "the file cannot be read (\(why))."
    case .notTOML(let why, let line):
      "line \(line) is not TOML (\(why))."
    case .unknownKey(let key):
      "unknown key \"\(key)\". A theme has inherits, background, "
        + "paint-background, palette and scopes."
    case .unknownScope(let scope):
      "unknown scope \"\(scope)\".\(Spelling.hint(for: scope, in: Scope.allCases.map(\.rawValue))) "
        + "Scopes are "
        + Scope.allCases.map(\.rawValue).joined(separator: ", ") + "."
    case .badColor(let key, let value):
      "\(key): \"\(value)\" is not a colour. Use #rrggbb, a palette name, or one of "
        + ThemeSheet.ansiNames.joined(separator: ", ") + "."
    case .badAttribute(let key, let value):
      "\(key): \"\(value)\" is not an attribute. Use "
        + ThemeSheet.attributeNames.map(\.0).joined(separator: ", ") + "."
    case .wrongType(let key, let needs):
      "\(key) needs \(needs)."
    case .inheritsItself(let ring):
      "it inherits from itself: \(ring.joined(separator: " → "))."
    }
  }
}
