/// What one theme file says, before its colours are looked up and its parent is applied.
struct ThemeSheet: Equatable {
  /// Name of the theme it inherits from.
  var parent: String?
  /// The colour of the ground that the theme is made for.
  var background: String?
  /// Whether that ground is drawn.
  var paintsBackground: Bool?
  var palette: [String: Color] = [:]
  var looks: [Scope: Look] = [:]

  /// A scope's style with its colours still as words.
  struct Look: Equatable {
    var foreground: String?
    var background: String?
    var attributes: Style.Attributes = []
  }

  static let ansiNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue",
    "bright-magenta", "bright-cyan", "bright-white",
  ]

  static let attributeNames: [(String, Style.Attributes)] = [
    ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline),
    ("reverse", .reverse),
  ]

  /// The colour that `word` means: a palette name, one of the terminal's 16, or `#rrggbb`.
  static func color(_ word: String, palette: [String: Color] = [:]) -> Color? {
    if let named = palette[word] { return named }
    if let index = ansiNames.firstIndex(of: word) { return .ansi(UInt8(index)) }
    let digits = word.dropFirst()
    guard word.first == "#", digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
      let bits = UInt32(digits, radix: 16)
    else { return nil }
    return .rgb(
      red: UInt8(truncatingIfNeeded: bits >> 16), green: UInt8(truncatingIfNeeded: bits >> 8),
      blue: UInt8(truncatingIfNeeded: bits))
  }
}

extension Theme {
  /// The theme that `sheets` make, the ancestor first. A later sheet's palette also colours the
  /// scopes of the earlier ones, so that a theme may be no more than other colours.
  ///
  /// - Parameter wrong: Gets each colour that cannot be looked up, and its key.
  init(
    name: String, base: Theme?, sheets: [ThemeSheet], wrong: (_ key: String, _ word: String) -> Void
  ) {
    let palette = sheets.reduce(into: [:]) { $0.merge($1.palette) { $1 } }
    func color(_ word: String?, _ key: String) -> Color? {
      guard let word else { return nil }
      let color = ThemeSheet.color(word, palette: palette)
      if color == nil { wrong(key, word) }
      return color
    }
    var styles = base?.styles ?? [:]
    for sheet in sheets {
      for (scope, look) in sheet.looks.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        styles[scope] = Style(
          foreground: color(look.foreground, scope.rawValue),
          background: color(look.background, "\(scope.rawValue).bg"), attributes: look.attributes)
      }
    }
    let ground = color(sheets.last { $0.background != nil }?.background, "background")
    // The colours that they follow from may be others here than in the theme it begins with.
    for body in Scope.bodies.values where !sheets.contains(where: { $0.looks[body] != nil }) {
      styles[body] = nil
    }
    self.init(
      name: name, styles: styles.softened(on: ground), background: ground,
      paintsBackground: sheets.last { $0.paintsBackground != nil }?.paintsBackground ?? false)
  }
}
