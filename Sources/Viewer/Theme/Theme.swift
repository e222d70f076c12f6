/// A look for every scope.
public struct Theme: Sendable, Equatable {
  /// What `/theme` and `--theme` call it.
  public let name: String
  /// The colour of the ground it is made for; nil where that is the terminal's own.
  public let background: Color?
  /// Whether the ground is drawn, instead of the terminal's own being trusted to be like it.
  let paintsBackground: Bool
  let styles: [Scope: Style]

  init(
    name: String, styles: [Scope: Style], background: Color? = nil, paintsBackground: Bool = false
  ) {
    self.name = name
    self.styles = styles
    self.background = background
    self.paintsBackground = paintsBackground
  }

  /// The look of `scope`; the terminal's own where the theme leaves it open.
  public subscript(scope: Scope) -> Style {
    var style = styles[scope] ?? Style()
    if paintsBackground {
      // The terminal's own text colour need not be readable on a ground that is not its own.
      style.foreground = style.foreground ?? styles[.text]?.foreground
      style.background = style.background ?? background
    }
    return style
  }

  /// Whether the theme says how `scope` looks.
  public func defines(_ scope: Scope) -> Bool { styles[scope] != nil }

  /// The theme that is always there: the terminal's own 16 colours, so that it suits whatever
  /// background the person chose.
  public static let terminal = Theme(
    name: "terminal",
    styles: Dictionary(uniqueKeysWithValues: Scope.allCases.map { ($0, terminalStyle($0)) }))

  private static func terminalStyle(_ scope: Scope) -> Style {
    switch scope {
    case .text, .answer, .idle, .formula: Style()
    case .stepJudgingText, .stepAcceptedText, .stepRegeneratedText, .stepBaseText, .stepDraftText:
      Style()
    case .stepDraftingText, .stepRejectedText: Style(attributes: .dim)
    case .codeKeyword: Style(foreground: .ansi(4))
    case .codeString: Style(foreground: .ansi(6))
    case .codeNumber: Style(foreground: .ansi(3))
    case .codeComment: Style(attributes: .dim)
    case .strong: Style(attributes: .bold)
    case .emphasis: Style(attributes: .italic)
    case .code: Style(foreground: .ansi(6))
    case .title, .header: Style(attributes: .bold)
    case .dim, .border: Style(attributes: .dim)
    case .marker: Style(attributes: [.dim, .reverse])
    case .selection, .cursor, .match: Style(attributes: .reverse)
    case .accent, .borderFocused, .key, .person: Style(foreground: .ansi(6))
    case .threshold: Style(foreground: .ansi(6), attributes: .bold)
    case .error: Style(foreground: .ansi(1), attributes: .bold)
    case .warning, .busy, .stepFlip: Style(foreground: .ansi(3))
    case .stepDrafting: Style(attributes: .dim)
    case .stepJudging: Style(foreground: .ansi(3))
    case .stepAccepted: Style(foreground: .ansi(6))
    case .stepRejected: Style(foreground: .ansi(5), attributes: .dim)
    case .stepRegenerated: Style(foreground: .ansi(3))
    case .stepBase: Style(foreground: .ansi(4))
    case .stepDraft: Style()
    case .judgeLow: Style(foreground: .ansi(5))
    case .judgeMid: Style(foreground: .ansi(3))
    case .judgeHigh: Style(foreground: .ansi(6))
    case .timeDraft: Style(foreground: .ansi(6))
    case .timeJudge: Style(foreground: .ansi(3))
    case .timeBase: Style(foreground: .ansi(4))
    case .timeWasted: Style(foreground: .ansi(5))
    }
  }
}
