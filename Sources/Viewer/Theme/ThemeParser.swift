import TOMLKit

/// Reads a theme's TOML: `inherits`, `[palette]` (name = colour) and `[scopes]` (scope = colour,
/// or a table of `fg`, `bg` and `attributes`).
struct ThemeParser {
  let theme: String
  private var palette: [String: Color] = [:]

  static let ansiNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue",
    "bright-magenta", "bright-cyan", "bright-white",
  ]

  static let attributeNames: [(String, Style.Attributes)] = [
    ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline),
    ("reverse", .reverse),
  ]

  init(theme: String) {
    self.theme = theme
  }

  /// What a theme file says, its parent not yet applied.
  struct Sheet: Equatable {
    var parent: String?
    var styles: [Scope: Style]
  }

  mutating func parse(_ toml: String) throws(ThemeError) -> Sheet {
    let table = try read(toml)
    for key in table.keys where !["inherits", "palette", "scopes"].contains(key) {
      throw error(.unknownKey(key))
    }
    var parent: String?
    if let value = table["inherits"] {
      guard let name = value.string else {
        throw error(.wrongType(key: "inherits", needs: "a theme's name"))
      }
      parent = name
    }
    for (name, value) in try entries(of: table, at: "palette") {
      palette[name] = try color(value, at: "palette.\(name)")
    }
    var styles: [Scope: Style] = [:]
    for (name, value) in try entries(of: table, at: "scopes") {
      guard let scope = Scope(rawValue: name) else { throw error(.unknownScope(name)) }
      styles[scope] = try style(value, at: name)
    }
    return Sheet(parent: parent, styles: styles)
  }

  private func read(_ toml: String) throws(ThemeError) -> TOMLTable {
    do {
      return try TOMLTable(string: toml)
    } catch let problem as TOMLParseError {
      throw error(.notTOML(problem.description, line: Int(problem.source.begin.line)))
    } catch let problem {
      throw error(.unreadable("\(problem)"))
    }
  }

  private func entries(
    of table: TOMLTable, at key: String
  ) throws(ThemeError) -> [(String, any TOMLValueConvertible)] {
    guard let value = table[key] else { return [] }
    guard let entries = value.table else {
      throw error(.wrongType(key: key, needs: "a table"))
    }
    return entries.keys.sorted().compactMap { name in entries[name].map { (name, $0) } }
  }

  private func style(
    _ value: any TOMLValueConvertible, at key: String
  ) throws(ThemeError) -> Style {
    guard let table = value.table else {
      return Style(foreground: try color(value, at: key))
    }
    var style = Style()
    for name in table.keys {
      guard let entry = table[name] else { continue }
      switch name {
      case "fg": style.foreground = try color(entry, at: "\(key).fg")
      case "bg": style.background = try color(entry, at: "\(key).bg")
      case "attributes": style.attributes = try attributes(entry, at: "\(key).attributes")
      default: throw error(.unknownKey("\(key).\(name)"))
      }
    }
    return style
  }

  private func attributes(
    _ value: any TOMLValueConvertible, at key: String
  ) throws(ThemeError) -> Style.Attributes {
    guard let list = value.array else {
      throw error(.wrongType(key: key, needs: "a list of attributes"))
    }
    var attributes: Style.Attributes = []
    for entry in list {
      let name = entry.string ?? ""
      guard let known = Self.attributeNames.first(where: { $0.0 == name }) else {
        throw error(.badAttribute(key: key, value: name))
      }
      attributes.insert(known.1)
    }
    return attributes
  }

  private func color(
    _ value: any TOMLValueConvertible, at key: String
  ) throws(ThemeError) -> Color {
    guard let text = value.string else {
      throw error(.wrongType(key: key, needs: "a colour in quotes"))
    }
    if let named = palette[text] { return named }
    if let index = Self.ansiNames.firstIndex(of: text) { return .ansi(UInt8(index)) }
    let digits = text.dropFirst()
    guard text.first == "#", digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
      let bits = UInt32(digits, radix: 16)
    else {
      throw error(.badColor(key: key, value: text))
    }
    return .rgb(
      red: UInt8(truncatingIfNeeded: bits >> 16), green: UInt8(truncatingIfNeeded: bits >> 8),
      blue: UInt8(truncatingIfNeeded: bits))
  }

  private func error(_ reason: ThemeError.Reason) -> ThemeError {
    ThemeError(theme: theme, reason: reason)
  }
}
