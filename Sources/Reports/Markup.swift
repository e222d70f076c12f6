import Traces

/// Makes text from models, people and files safe for documents and recordings.
package enum Markup {
  /// `text` as the content of an HTML or SVG element, or of a quoted attribute: markup is escaped,
  /// control characters are replaced.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    // By scalars: a combining mark after `<` makes them one character.
    for scalar in harmless(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// `text` with `�` for each control character, bidirectional ones included, but newline and tab.
  static func harmless(_ text: String) -> String {
    var harmless = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      harmless.append(isControl(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(harmless)
  }

  /// C0 and C1 but newline and tab, the bidirectional controls, and what XML 1.0 forbids (section
  /// 2.2).
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F...0x9F, 0xFFFE, 0xFFFF: true
    default: scalar.properties.isBidiControl
    }
  }
}
