import Traces

/// The position in a recording, shown instead of an empty composer.
struct ReplayPane {
  let replay: Replay
  let rect: Rect
  let theme: Theme

  func draw(on canvas: inout Canvas) {
    let span = replay.span
    let length = span.upperBound - span.lowerBound
    let position = min(length, replay.time - span.lowerBound)
    let times = " \(Format.seconds(position)) of \(Format.seconds(length)) "
    let columns = max(4, min(60, rect.columns - DisplayText(times).width - 14))
    // By events, because the time between turns says nothing of how much is left to see.
    let fraction = Double(replay.shown) / Double(max(1, replay.events.count))
    canvas.put(
      [
        Span(replay.word.padded(to: 7), .accent), Span(times, .text),
        Span(Bar.horizontal(fraction, columns: columns), .threshold),
        Span(" \(replay.speedText)", .dim),
      ], column: 2, row: rect.row, theme: theme, limit: rect.maxColumn)
  }
}

extension Replay {
  /// The playback state in one word.
  var word: String {
    if isFollowing { return isPaused ? "paused" : isAtEnd ? "live" : "behind" }
    return isAtEnd ? "end" : isPaused ? "paused" : "playing"
  }

  var speedText: String {
    speed.isFinite ? "\(Format.fixed(speed, speed < 1 ? 2 : 0))×" : "max"
  }
}

extension String {
  fileprivate func padded(to count: Int) -> String {
    self + String(repeating: " ", count: max(0, count - self.count))
  }
}
