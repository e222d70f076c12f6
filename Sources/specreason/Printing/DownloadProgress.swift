import Foundation
import Synchronization
import Viewer

/// How far a download is, on a terminal's last line.
final class DownloadProgress: Sendable {
  private struct State {
    var start: (bytes: Int, moment: ContinuousClock.Instant)?
    var shown: ContinuousClock.Instant?
  }

  private let total: Int
  private let state = Mutex(State())

  /// The progress of `total` bytes.
  init(of total: Int) { self.total = total }

  /// Shows that `bytes` are there, at most a few times a second.
  func show(_ bytes: Int) {
    let now = ContinuousClock.now
    let line = state.withLock { state -> String? in
      let start = state.start ?? (bytes, now)
      state.start = start
      if let shown = state.shown, now - shown < .milliseconds(200), bytes < total { return nil }
      state.shown = now
      let seconds = (now - start.moment) / .seconds(1)
      // What was there before says nothing of the speed.
      let speed = seconds > 1 ? Double(bytes - start.bytes) / seconds : 0
      var parts = [
        "\(Int(Double(bytes) / Double(max(1, total)) * 100))%",
        "\(Format.bytes(bytes)) of \(Format.bytes(total))",
      ]
      if speed > 0 {
        parts.append("\(Format.bytes(Int(speed)))/s")
        parts.append(String(format: "%.0f s left", Double(total - bytes) / speed))
      }
      return parts.joined(separator: " · ")
    }
    if let line { ProgressLine.tell(line) }
  }
}
