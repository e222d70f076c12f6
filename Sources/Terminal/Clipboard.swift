import CTerminal
import Foundation
import Viewer

/// The way of a text to the person's clipboard: OSC 52 to the terminal, and a file beside it,
/// because no terminal tells whether it took the text.
enum Clipboard {
  /// Bytes that common terminals take in one sequence, at least.
  private static let limit = 74_000
  private static let file = "copied.txt"

  /// Copies `text`, and says where it is.
  static func copy(_ text: String) -> Message {
    let bytes = Data(text.utf8)
    let fits = bytes.count <= limit
    if fits {
      // Base64 has no character that a terminal could take for a command.
      let sequence = "\u{1B}]52;c;\(bytes.base64EncodedString())\u{7}"
      ct_send(sequence, CInt(sequence.utf8.count))
    }
    let count = "\(text.count) characters"
    do {
      try StateFolder.write(bytes, to: file)
      let path = StateFolder.writtenPath(of: file)
      return .told(
        fits ? "Copied \(count); also in \(path)." : "\(count) are too many to copy: see \(path).",
        isWarning: !fits)
    } catch {
      return .told(
        fits ? "Copied \(count)." : "\(count) are too many to copy, and no file took them.",
        isWarning: !fits)
    }
  }
}
