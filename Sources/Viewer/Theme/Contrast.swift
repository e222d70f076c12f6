/// A scope whose colour is hard to read on its ground.
public struct ContrastWarning: Sendable, Equatable, CustomStringConvertible {
  /// What has the colour.
  public let scope: Scope
  /// Contrast by WCAG 2, 1 to 21.
  public let contrast: Double
  /// The least that the scope needs.
  public let needed: Double

  /// What is wrong, and what to do.
  public var description: String {
    "\(scope.rawValue): a contrast of \(Format.fixed(contrast, 2)):1 on its background; "
      + "take a colour of at least \(Format.fixed(needed, 1)):1."
  }
}

extension Scope {
  /// The least contrast by WCAG 2 (AA): 4.5 for text, 3 for lines that only divide.
  public var neededContrast: Double {
    switch self {
    case .border, .borderFocused: 3
    default: 4.5
    }
  }
}

extension Theme {
  /// Scopes that are hard to read; nothing is known of the terminal's own colours, nor of a theme
  /// that states no background.
  public var contrastWarnings: [ContrastWarning] {
    Scope.allCases.compactMap { scope in
      let style = self[scope]
      guard case .rgb? = style.foreground, let ground = style.background ?? background,
        case .rgb = ground, let contrast = style.foreground?.contrast(with: ground),
        contrast < scope.neededContrast
      else { return nil }
      return ContrastWarning(scope: scope, contrast: contrast, needed: scope.neededContrast)
    }
  }
}
