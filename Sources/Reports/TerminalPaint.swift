import Viewer

/// Text for a terminal without a screen, in the 16 colours of the compiled-in theme.
package enum TerminalPaint {
  /// `text` between SGR sequences (ECMA-48, 8.3.117) that give it the look of `scope`; as it is
  /// where that look is the terminal's own.
  ///
  /// - Parameter text: Must be safe for a terminal.
  package static func painted(_ text: String, _ scope: Scope) -> String {
    let parameters = parameters(of: Theme.terminal[scope])
    return parameters.isEmpty ? text : "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
  }

  private static func parameters(of style: Style) -> String {
    let attributes: [(Style.Attributes, String)] = [
      (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
    ]
    var parameters = attributes.filter { style.attributes.contains($0.0) }.map(\.1)
    if case .ansi(let index) = style.foreground {
      parameters.append("\(index < 8 ? 30 + Int(index) : 82 + Int(index))")
    }
    return parameters.joined(separator: ";")
  }
}
