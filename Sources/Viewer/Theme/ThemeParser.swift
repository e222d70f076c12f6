import TOMLKit

/// Reads a theme's TOML: `inherits`, `background`, `paint-background`, `[palette]` (name = colour)
/// and `[scopes]` (scope = colour, or a table of `fg`, `bg` and `attributes`).
struct ThemeParser {
  /// The file, for mistakes.
  let theme: String
  /// What was wrong so far; what was right is read nevertheless.
  private(set) var mistakes: [ThemeError] = []

  private static let keys = ["inherits", "background", "paint-background", "palette", "scopes"]

  init(theme: String) {
    self.theme = theme
  }

  mutating func parse(_ toml: String) -> ThemeSheet {
    let table: TOMLTable
    do throws(TOMLProblem) {
      table = try TOMLDocument.table(toml)
    } catch {
      note(.notTOML(error.reason, line: error.line))
      return ThemeSheet()
    }
    for key in table.keys.sorted() where !Self.keys.contains(key) { note(.unknownKey(key)) }
    var sheet = ThemeSheet()
    sheet.parent = text(table["inherits"], at: "inherits", needs: "a theme's name in quotes")
    sheet.background = colorWord(table["background"], at: "background")
    if let value = table["paint-background"] {
      sheet.paintsBackground = value.bool
      if value.bool == nil { note(.wrongType(key: "paint-background", needs: "true or false")) }
    }
    for (name, value) in entries(of: table, at: "palette") {
      let key = "palette.\(name)"
      guard let word = colorWord(value, at: key) else { continue }
      if let color = ThemeSheet.color(word) {
        sheet.palette[name] = color
      } else {
        note(.badColor(key: key, value: word))
      }
    }
    for (name, value) in entries(of: table, at: "scopes") {
      if let scope = Scope(rawValue: name) {
        sheet.looks[scope] = look(value, at: name)
      } else {
        note(.unknownScope(name))
      }
    }
    return sheet
  }

  private mutating func entries(
    of table: TOMLTable, at key: String
  ) -> [(String, any TOMLValueConvertible)] {
    guard let value = table[key] else { return [] }
    guard let entries = value.table else {
      note(.wrongType(key: key, needs: "a table"))
      return []
    }
    return entries.keys.sorted().compactMap { name in entries[name].map { (name, $0) } }
  }

  private mutating func look(
    _ value: any TOMLValueConvertible, at key: String
  ) -> ThemeSheet.Look {
    guard let table = value.table else {
      return ThemeSheet.Look(foreground: colorWord(value, at: key))
    }
    var look = ThemeSheet.Look()
    for name in table.keys.sorted() {
      switch name {
      case "fg": look.foreground = colorWord(table[name], at: "\(key).fg")
      case "bg": look.background = colorWord(table[name], at: "\(key).bg")
      case "attributes": look.attributes = attributes(table[name], at: "\(key).attributes")
      default: note(.unknownKey("\(key).\(name)"))
      }
    }
    return look
  }

  private mutating func attributes(
    _ value: (any TOMLValueConvertible)?, at key: String
  ) -> Style.Attributes {
    guard let list = value?.array else {
      note(.wrongType(key: key, needs: "a list of attributes"))
      return []
    }
    var attributes: Style.Attributes = []
    for entry in list {
      let name = entry.string ?? ""
      if let known = ThemeSheet.attributeNames.first(where: { $0.0 == name }) {
        attributes.insert(known.1)
      } else {
        note(.badAttribute(key: key, value: name))
      }
    }
    return attributes
  }

  private mutating func colorWord(
    _ value: (any TOMLValueConvertible)?, at key: String
  ) -> String? {
    text(value, at: key, needs: "a colour in quotes")
  }

  private mutating func text(
    _ value: (any TOMLValueConvertible)?, at key: String, needs: String
  ) -> String? {
    guard let value else { return nil }
    if value.string == nil { note(.wrongType(key: key, needs: needs)) }
    return value.string
  }

  private mutating func note(_ reason: ThemeError.Reason) {
    mistakes.append(ThemeError(theme: theme, reason: reason))
  }
}
