import Backends
import Foundation
import Viewer

/// A progress line at the bottom of a terminal, on standard error; in a pipe nothing is written.
enum ProgressLine {
  /// Replaces the line by `line`, made safe for a terminal; an empty one takes it away.
  static func tell(_ line: String) {
    guard isatty(STDERR_FILENO) != 0 else { return }
    Output.warn("\r\(DisplayText(line).string)\u{1B}[K")
  }

  /// Shows the progress of the engine's work; nil takes the line away.
  @Sendable static func show(_ progress: EngineProgress?) {
    guard let progress else {
      tell("")
      return
    }
    let cells = Int((progress.share * 20).rounded())
    let bar =
      String(repeating: "#", count: cells) + String(repeating: ".", count: max(0, 20 - cells))
    tell("\(progress.label) [\(bar)] \(Int(progress.share * 100))%")
  }
}
