/// What fills one cell, or two: a base character with the marks on it.
public struct Glyph: Sendable, Hashable {
  /// One scalar, then at most `DisplayText.markLimit` combining ones; safe to send to a terminal.
  public let text: String
  /// Columns on the glass, 1 or 2; 0 only for a line break.
  public let width: Int
  /// Stands for a character that must not reach a terminal; drawn dim.
  public let isMarker: Bool

  static let lineBreak = Glyph(text: "\n", width: 0, isMarker: false)
  static let space = Glyph(text: " ", width: 1, isMarker: false)

  /// A line may be broken here.
  var isSpace: Bool { text == " " }
}

/// Text that is safe to draw: the only kind a canvas takes.
///
/// Text from models and files is hostile. Making a `DisplayText` of it is where control
/// characters, bidirectional overrides and invisible characters become visible marks, so that
/// nothing of them can reach the terminal and nothing stays hidden. Line breaks stay.
public struct DisplayText: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The glyphs in reading order.
  public private(set) var glyphs: [Glyph]

  /// `raw` made safe.
  public init(_ raw: String) {
    glyphs = Sanitizer.glyphs(of: raw)
  }

  /// The literal, made safe like any other text.
  public init(stringLiteral value: String) {
    self.init(value)
  }

  init(glyphs: [Glyph]) {
    self.glyphs = glyphs
  }

  /// Most combining marks kept on one character; ncurses cuts longer runs at its own will.
  public static let markLimit = 4

  /// Columns it takes on one line.
  public var width: Int { glyphs.reduce(0) { $0 + $1.width } }

  /// The text as it is drawn.
  public var string: String { glyphs.map(\.text).joined() }

  /// Line breaks become spaces.
  var onOneLine: DisplayText {
    DisplayText(glyphs: glyphs.map { $0 == .lineBreak ? .space : $0 })
  }

  /// At most `limit` columns, the last one an ellipsis where something is left out.
  func truncated(to limit: Int) -> DisplayText {
    guard width > limit else { return self }
    guard limit > 0 else { return DisplayText(glyphs: []) }
    var kept: [Glyph] = []
    var room = limit - 1
    for glyph in glyphs {
      guard glyph.width <= room else { break }
      kept.append(glyph)
      room -= glyph.width
    }
    kept.append(Glyph(text: "…", width: 1, isMarker: false))
    return DisplayText(glyphs: kept)
  }

  static func + (left: DisplayText, right: DisplayText) -> DisplayText {
    DisplayText(glyphs: left.glyphs + right.glyphs)
  }
}
