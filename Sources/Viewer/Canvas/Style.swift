/// A colour as a theme names it.
public enum Color: Sendable, Hashable {
  /// One of the terminal's own 16 colours, 0 to 15.
  case ansi(UInt8)
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// How a cell is drawn: colours (nil leaves the terminal's own) and attributes.
public struct Style: Sendable, Hashable {
  /// Colour of the character; nil for the terminal's own.
  public var foreground: Color?
  /// Colour behind it; nil for the terminal's own.
  public var background: Color?
  /// Everything but colour.
  public var attributes: Attributes

  /// Attributes that every terminal has in some form.
  public struct Attributes: OptionSet, Sendable, Hashable {
    /// The bits of the attributes.
    public let rawValue: UInt8

    /// The set with this bit pattern.
    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// Heavier, or brighter.
    public static let bold = Attributes(rawValue: 1)
    /// Fainter.
    public static let dim = Attributes(rawValue: 2)
    /// Slanted, where the terminal can.
    public static let italic = Attributes(rawValue: 4)
    /// With a line below.
    public static let underline = Attributes(rawValue: 8)
    /// Colours exchanged.
    public static let reverse = Attributes(rawValue: 16)
  }

  /// A style; without arguments, the terminal's own look.
  public init(
    foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// This style where `other` says nothing, `other` where it does.
  func overlaid(by other: Style) -> Style {
    Style(
      foreground: other.foreground ?? foreground,
      background: other.background ?? background,
      attributes: attributes.union(other.attributes))
  }
}
