import Foundation
import Viewer

/// Standard output of the commands without a screen.
enum Printing {
  /// Whether standard output is a terminal.
  static let isTerminal = isatty(STDOUT_FILENO) != 0

  /// Prints `text` and a line break, safe for a terminal.
  static func line(_ text: String) {
    write(safe(text) + "\n")
  }

  /// Prints `value` as JSON on one line.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }

  /// Writes `text` as it is.
  static func write(_ text: String) {
    Output.write(text)
  }

  /// `text` as it may be written to standard output: on a terminal control characters become marks,
  /// in a pipe nothing changes.
  static func safe(_ text: String) -> String {
    isTerminal ? DisplayText(text).string : text
  }
}
