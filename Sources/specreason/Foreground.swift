import Foundation
import Synchronization
import Terminal

/// Thrown when a signal asked the program to end.
struct Interruption: Error {
  /// The signal's number.
  let signal: Int32

  /// The program's exit code: 128 plus the signal's number.
  var exitCode: Int32 { 128 + signal }
}

/// Runs asynchronous work while the main thread waits for its end and for signals.
enum Foreground {
  /// What happens to the work when a signal arrives.
  enum Reaction {
    /// Its task is cancelled and waited for; a second signal ends the program at once.
    case cancel
    /// It is not waited for.
    case abandon
  }

  /// Runs `work` to its end on the cooperative pool.
  ///
  /// - Throws: `Interruption` if a signal asked the program to end, whatever the work returned;
  ///   otherwise what the work throws.
  static func run<Value: Sendable>(
    onSignal reaction: Reaction = .cancel, _ work: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    let signals = try Signals(Signals.ending)
    defer { signals.release() }
    let outcome = Mutex<Result<Value, any Error>?>(nil)
    let task = Task.detached { [end = ends[1]] in
      let result: Result<Value, any Error>
      do {
        result = .success(try await work())
      } catch {
        result = .failure(error)
      }
      outcome.withLock { $0 = result }
      close(end)
    }
    var interruption: Interruption?
    var isFinished = false
    while !isFinished {
      var descriptors = [signals.descriptor, ends[0]].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else { continue }
      for signal in signals.next() {
        if interruption != nil { _exit(128 + signal) }
        interruption = Interruption(signal: signal)
        if reaction == .abandon { throw Interruption(signal: signal) }
        task.cancel()
      }
      isFinished = descriptors[1].revents != 0
    }
    close(ends[0])
    interruption = interruption ?? signals.release().first.map(Interruption.init)
    if let interruption { throw interruption }
    guard let result = outcome.withLock({ $0 }) else { throw CancellationError() }
    return try result.get()
  }
}
