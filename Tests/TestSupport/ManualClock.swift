import Synchronization

/// A clock that moves only when it is told to.
public final class ManualClock: Sendable {
  private let time = Mutex(0.0)

  /// A clock at 0 seconds.
  public init() {}

  /// Seconds it was moved so far.
  public var seconds: Double { time.withLock { $0 } }

  /// Moves it on.
  public func advance(by seconds: Double) {
    time.withLock { $0 += seconds }
  }
}
