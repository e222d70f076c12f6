import Synchronization
import Traces

/// Stamps events with their time, folds them into the run's state, and sends them on, in one order.
///
/// Tokens come from the backend's thread and controls from the reasoner, so one lock covers all three
/// steps: times, state and stream must agree on the order.
final class TraceRecorder: Sendable {
  private let secondsSinceStart: @Sendable () -> Double
  private let continuation: AsyncStream<Event>.Continuation
  private let folded: Mutex<RunState>

  init(
    continuing run: RunState, continuation: AsyncStream<Event>.Continuation,
    secondsSinceStart: @escaping @Sendable () -> Double
  ) {
    folded = Mutex(run)
    let earlier = run.time
    self.continuation = continuation
    self.secondsSinceStart = { earlier + secondsSinceStart() }
  }

  var state: RunState { folded.withLock { $0 } }

  /// Seconds since the run began, to the microsecond.
  var now: Double { secondsSinceStart().roundedToMicroseconds }

  func record(_ kind: Event.Kind) {
    folded.withLock { state in
      let event = Event(time: max(state.time, now), kind: kind)
      state.apply(event)
      continuation.yield(event)
    }
  }

  func finish() {
    continuation.finish()
  }
}

extension Double {
  /// Rounded to the precision of times in a trace.
  var roundedToMicroseconds: Double { (self * 1e6).rounded() / 1e6 }
}
