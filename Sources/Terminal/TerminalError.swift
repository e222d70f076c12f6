import Viewer

/// Why the screen cannot be used.
public enum TerminalError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Standard input or output leads elsewhere.
  case notATerminal(Stream)
  /// The variable TERM is not set.
  case noTerminalType
  case unknownTerminal(String)
  /// A terminal that cannot move its cursor.
  case cannotAddressCursor(String)
  case tooSmall(Size)
  /// The system refused, with the operation that it refused.
  case system(String)

  /// A standard stream.
  public enum Stream: String, Sendable {
    case input, output
  }

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .notATerminal(let stream):
      "The viewer needs a terminal, and standard \(stream.rawValue) is none. "
        + "Use \"specreason run\" for text without a screen."
    case .noTerminalType:
      "TERM is not set, so the kind of terminal is unknown. Set it, for example to xterm-256color."
    case .unknownTerminal(let name):
      "Nothing is known about a terminal of type \(DisplayText(name).string). "
        + "Set TERM to one that this system knows, for example xterm-256color."
    case .cannotAddressCursor(let name):
      "A terminal of type \(DisplayText(name).string) cannot move its cursor. "
        + "Use \"specreason run\" for text without a screen."
    case .tooSmall(let size):
      "The terminal has \(size.columns)×\(size.rows) cells; the viewer needs at least "
        + "\(ViewerState.smallestSize.columns)×\(ViewerState.smallestSize.rows). Enlarge it."
    case .system(let operation):
      "The terminal cannot be used: \(operation) failed."
    }
  }
}
