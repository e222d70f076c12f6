/// A key press, already decoded.
public struct Key: Sendable, Hashable {
  /// Which key.
  public var code: Code
  /// Keys held down with it.
  public var modifiers: Modifiers

  /// Which key.
  public enum Code: Sendable, Hashable {
    case character(Character)
    case enter, tab, escape, backspace, delete, insert
    case left, right, up, down, home, end, pageUp, pageDown
    /// F1 is `function(1)`.
    case function(Int)
    case wheelUp, wheelDown
  }

  /// Keys held down with it. Shift is part of a character and stands only with other keys.
  public struct Modifiers: OptionSet, Sendable, Hashable {
    /// The bits of the keys.
    public let rawValue: UInt8

    /// The set with this bit pattern.
    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// The shift key.
    public static let shift = Modifiers(rawValue: 1)
    /// The alt or meta key.
    public static let alt = Modifiers(rawValue: 2)
    /// The control key.
    public static let control = Modifiers(rawValue: 4)
  }

  /// A key, alone or with modifiers.
  public init(_ code: Code, _ modifiers: Modifiers = []) {
    self.code = code
    self.modifiers = modifiers
  }

  static func control(_ character: Character) -> Key { Key(.character(character), .control) }
  static func plain(_ character: Character) -> Key { Key(.character(character)) }
}
