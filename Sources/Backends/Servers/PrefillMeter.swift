import Synchronization

/// Shows how much of the prompt of one request has been read, until it is ended.
final class PrefillMeter: Sendable {
  private let meter = Mutex<ProgressMeter?>(nil)
  private let tell: (@Sendable (EngineProgress?) -> Void)?

  init(_ tell: (@Sendable (EngineProgress?) -> Void)?) {
    self.tell = tell
  }

  /// The server has read `done` of `all` tokens.
  func reached(_ done: Int, of all: Int) {
    meter.withLock { meter in
      if meter == nil { meter = ProgressMeter(.prefill(tokens: all), tell) }
      meter?.reached(all > 0 ? min(1, max(0, Double(done) / Double(all))) : 0)
    }
    if done >= all { end() }
  }

  /// Takes the progress from the screen, if any was shown.
  func end() {
    meter.withLock { meter in
      meter?.end()
      meter = nil
    }
  }
}
