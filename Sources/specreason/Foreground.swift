import Foundation
import Synchronization

// A signal handler cannot carry context, so the descriptor it writes to is a global; it is set
// before the handler is installed and never changed after.
nonisolated(unsafe) private var interruptDescriptor: Int32 = -1

/// Work that goes on elsewhere while the main thread waits for its end and for Ctrl-C.
enum Foreground {
  /// Runs `work` to its end on the cooperative pool.
  ///
  /// The first SIGINT or SIGTERM cancels the work's task, which may then end in its own way; a
  /// second one ends the program at once, with 128 + the signal's number.
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    interruptDescriptor = ends[1]
    let outcome = Mutex<Result<Value, any Error>?>(nil)
    let task = Task.detached { [end = ends[1]] in
      let result: Result<Value, any Error>
      do {
        result = .success(try await work())
      } catch {
        result = .failure(error)
      }
      outcome.withLock { $0 = result }
      var finished: UInt8 = 0
      write(end, &finished, 1)
    }
    for signal in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: number)
        write(interruptDescriptor, &byte, 1)
        errno = saved
      }
      sigaction(signal, &action, nil)
    }
    var interrupted = false
    while true {
      var byte: UInt8 = 0
      guard read(ends[0], &byte, 1) == 1 else {
        if errno == EINTR { continue }
        break
      }
      if byte == 0 { break }
      if interrupted { exit(128 + Int32(byte)) }
      interrupted = true
      task.cancel()
    }
    guard let result = outcome.withLock({ $0 }) else { throw CancellationError() }
    return try result.get()
  }
}
