import Synchronization

/// Lets one through at a time, in the order in which they came.
final class Turnstile: Sendable {
  /// More wait already than may.
  struct Full: Error {}

  private struct State {
    var isTaken = false
    var nextID = 0
    var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    /// Those that gave up before they began to wait.
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())
  private let mostWaiting: Int

  /// One at which at most `mostWaiting` wait.
  init(mostWaiting: Int) {
    self.mostWaiting = mostWaiting
  }

  /// How many wait, and how many are through: 0 or 1.
  var counts: (waiting: Int, inside: Int) {
    state.withLock { ($0.waiting.count, $0.isTaken ? 1 : 0) }
  }

  /// Waits for one's turn; `leave` must follow.
  ///
  /// - Throws: ``Full``, or `CancellationError` where the surrounding task was cancelled meanwhile.
  func enter() async throws {
    let (isFirst, isFull, id) = state.withLock { state in
      state.nextID += 1
      guard state.isTaken else {
        state.isTaken = true
        return (true, false, state.nextID)
      }
      return (false, state.waiting.count >= mostWaiting, state.nextID)
    }
    if isFirst { return }
    if isFull { throw Full() }
    let isMine = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isMine: Bool? = state.withLock { state in
          if state.cancelled.remove(id) != nil { return false }
          // It may have become free meanwhile.
          guard state.isTaken else {
            state.isTaken = true
            return true
          }
          state.waiting.append((id, continuation))
          return nil
        }
        if let isMine { continuation.resume(returning: isMine) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        guard let place = state.waiting.firstIndex(where: { $0.id == id }) else {
          state.cancelled.insert(id)
          return nil as CheckedContinuation<Bool, Never>?
        }
        return state.waiting.remove(at: place).continuation
      }
      waiting?.resume(returning: false)
    }
    state.withLock { _ = $0.cancelled.remove(id) }
    if !isMine { throw CancellationError() }
  }

  /// Lets the next one through.
  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst().continuation }
      state.isTaken = false
      return nil
    }
    next?.resume(returning: true)
  }
}
