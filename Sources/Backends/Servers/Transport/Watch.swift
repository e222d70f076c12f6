import Synchronization

/// Ends work that waits too long, however it waits.
final class Watch: Sendable {
  /// The time was over.
  struct Overdue: Error {
    /// What was allowed since the last sign of life.
    let allowed: Duration
  }

  /// The longest that a nearer deadline goes unseen.
  private static let slice = Duration.milliseconds(100)

  private let state: Mutex<(deadline: ContinuousClock.Instant, allowed: Duration)>

  /// A watch that allows `time` from now on.
  init(allowing time: Duration) {
    state = Mutex((.now + time, time))
  }

  /// Allows `time` from now on.
  func allow(_ time: Duration) {
    state.withLock { $0 = (.now + time, time) }
  }

  /// Does `work`, and cancels it and throws ``Overdue`` once the time is over.
  ///
  /// `work` has to end soon after its task is cancelled.
  func over<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await work() }
      group.addTask { [self] in
        while true {
          let (deadline, allowed) = state.withLock { $0 }
          let now = ContinuousClock.now
          guard now < deadline else { throw Overdue(allowed: allowed) }
          // The deadline may come nearer meanwhile.
          try await Task.sleep(until: min(deadline, now + Self.slice), clock: .continuous)
        }
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }
}
