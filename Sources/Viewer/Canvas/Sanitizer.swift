/// Turns any text into glyphs that a terminal cannot take for commands and a reader can see.
///
/// Kept: printable characters, line breaks, at most four combining marks on each. Shown as marks:
/// control characters (`␛`, `<U+009B>`), bidirectional controls, zero-width and other ignorable
/// characters, tags. Replaced by U+FFFD: noncharacters. Reduced to what every terminal draws at
/// the same width: emoji joined by U+200D (only the first is drawn), skin tones, and the variation
/// selectors that ask for an emoji's other shape.
enum Sanitizer {
  /// The glyphs of `raw`.
  static func glyphs(of raw: String) -> [Glyph] {
    var builder = Builder()
    builder.glyphs.reserveCapacity(raw.utf8.count)
    var isAfterReturn = false
    for scalar in raw.unicodeScalars {
      // A return is only harmless as part of a line break.
      if isAfterReturn {
        if scalar != "\n" { builder.mark("␍") }
        isAfterReturn = false
      }
      if scalar == "\r" {
        isAfterReturn = true
      } else {
        builder.add(scalar)
      }
    }
    if isAfterReturn { builder.mark("␍") }
    builder.flush()
    return builder.glyphs
  }

  private struct Builder {
    var glyphs: [Glyph] = []
    private var base = ""
    private var baseWidth = 0
    private var baseIsEmoji = false
    private var marks = 0
    private var selectors = 0
    /// An emoji was followed by a joiner: what comes next belongs to it.
    private var joinerIsPending = false

    mutating func add(_ scalar: Unicode.Scalar) {
      let value = scalar.value
      // Most of what is no letter are frames and bars, and to ask for their properties takes long.
      if value < 0x7F && value >= 0x20 || value >= 0x2500 && value <= 0x259F {
        begin(scalar, width: 1)
        return
      }
      switch value {
      case 0x09:
        flush()
        glyphs.append(contentsOf: repeatElement(.space, count: 4))
      case 0x0A:
        flush()
        glyphs.append(.lineBreak)
      case 0..<0x20:
        mark(Sanitizer.controlPicture(value))
      case 0x7F:
        mark("␡")
      case 0x200D where baseIsEmoji && !joinerIsPending:
        joinerIsPending = true
      case 0xFE00...0xFE0F where !base.isEmpty && selectors == 0 && !joinerIsPending:
        selectors += 1
      case 0x1F3FB...0x1F3FF where baseIsEmoji:
        return
      case _ where Sanitizer.isNoncharacter(value):
        begin("\u{FFFD}", width: 1)
      case _ where Sanitizer.isHidden(scalar):
        mark(Sanitizer.codePoint(value))
      default:
        addVisible(scalar)
      }
    }

    private mutating func addVisible(_ scalar: Unicode.Scalar) {
      let width = Width.of(scalar)
      if width == 0 {
        // A mark without a base would land on whatever stands in the cell before it.
        if base.isEmpty { begin("◌", width: 1) }
        guard marks < DisplayText.markLimit else { return }
        base.unicodeScalars.append(scalar)
        marks += 1
      } else if joinerIsPending && scalar.properties.isEmoji {
        joinerIsPending = false
        selectors = 0
      } else {
        begin(scalar, width: width)
      }
    }

    private mutating func begin(_ scalar: Unicode.Scalar, width: Int) {
      flush()
      base.unicodeScalars.append(scalar)
      baseWidth = width
      baseIsEmoji = width == 2 && scalar.properties.isEmoji
    }

    mutating func flush() {
      guard !base.isEmpty else { return }
      glyphs.append(Glyph(text: base, width: baseWidth, isMarker: false))
      let joinerWasPending = joinerIsPending
      base = ""
      baseWidth = 0
      baseIsEmoji = false
      marks = 0
      selectors = 0
      joinerIsPending = false
      if joinerWasPending { mark(Sanitizer.codePoint(0x200D)) }
    }

    /// Shows `text`, plain characters only, in the place of something that must not be drawn.
    mutating func mark(_ text: String) {
      flush()
      for character in text {
        glyphs.append(Glyph(text: String(character), width: 1, isMarker: true))
      }
    }
  }

  /// Characters that draw nothing, or that change how others are drawn.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate:
      return true
    case .format:
      return !prependedMarks.contains(scalar.value)
    default:
      return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// Format characters that are drawn: number and verse signs of Arabic, Syriac and Kaithi.
  private static let prependedMarks: Set<UInt32> = [
    0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD,
  ]

  static func isNoncharacter(_ value: UInt32) -> Bool {
    value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value)
  }

  /// The picture of a C0 control, such as `␛`.
  private static func controlPicture(_ value: UInt32) -> String {
    Unicode.Scalar(0x2400 + value).map { String(Character($0)) } ?? codePoint(value)
  }

  private static func codePoint(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
  }
}
