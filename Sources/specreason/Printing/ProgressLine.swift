import Backends
import Foundation
import Viewer

/// The last line of a terminal, on standard error, for what is going on; nothing in a pipe.
enum ProgressLine {
  /// Shows `line` in the place of what was there.
  static func tell(_ line: String) {
    guard isatty(STDERR_FILENO) != 0 else { return }
    FileHandle.standardError.write(Data("\r\(line)\u{1B}[K".utf8))
  }

  /// Shows how far the engine's work is; nil takes the line away.
  @Sendable static func show(_ progress: EngineProgress?) {
    guard let progress else {
      tell("")
      return
    }
    let cells = Int((progress.share * 20).rounded())
    let bar =
      String(repeating: "#", count: cells) + String(repeating: ".", count: max(0, 20 - cells))
    tell("\(DisplayText(progress.label).string) [\(bar)] \(Int(progress.share * 100))%")
  }
}
