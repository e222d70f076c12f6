import Traces

/// Text of models, persons and files in documents and recordings.
package enum Markup {
  /// `text` as the content of an HTML or SVG element or of a quoted attribute: nothing in it is
  /// markup, and no control character is left.
  package static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    // By scalars: a combining mark after `<` would make another character of it.
    for scalar in harmless(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;".unicodeScalars
      case "<": escaped += "&lt;".unicodeScalars
      case ">": escaped += "&gt;".unicodeScalars
      case "\"": escaped += "&quot;".unicodeScalars
      case "'": escaped += "&#39;".unicodeScalars
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  /// `text` with every control character but newline and tab, also those that turn the writing
  /// direction, shown as `�`.
  static func harmless(_ text: String) -> String {
    var harmless = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      harmless.append(isControl(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(harmless)
  }

  /// C0 and C1 without newline and tab, the bidirectional controls, and what XML does not allow
  /// (1.0, section 2.2).
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F...0x9F, 0xFFFE, 0xFFFF: true
    default: scalar.properties.isBidiControl
    }
  }
}
