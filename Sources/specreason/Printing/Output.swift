import Foundation
import Terminal

/// The standard streams of the commands without a screen.
enum Output {
  /// Writes all of `text` to standard output. If that fails, reports it and ends the program with
  /// exit code 1.
  static func write(_ text: String) {
    guard let reason = send(text, to: STDOUT_FILENO) else { return }
    reportUnwritable(reason)
    // Other threads may still be working; `exit` would tear down what they use.
    _exit(1)
  }

  /// Says why standard output cannot be written.
  static func reportUnwritable(_ reason: String) {
    Failure.report("specreason: standard output cannot be written: \(reason).")
  }

  /// Writes to standard error. A failure cannot be reported anywhere.
  static func warn(_ text: String) {
    _ = send(text, to: STDERR_FILENO)
  }

  /// Writes all of `text` to `stream`. Returns the system's reason for a failure; nil on success.
  static func send(_ text: String, to stream: Int32) -> String? {
    Array(text.utf8).withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let count = Foundation.write(stream, rest.baseAddress, rest.count)
        if count >= 0 {
          start += count
        } else if errno == EAGAIN {
          var writable = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
          poll(&writable, 1, -1)
        } else if errno != EINTR {
          let reason = errno
          if reason == EPIPE, stream == STDOUT_FILENO { Signals.endOnBrokenPipe() }
          return String(cString: strerror(reason))
        }
      }
      return nil
    }
  }
}
