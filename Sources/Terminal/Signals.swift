import CTerminal

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Delivers signals as values to a thread that waits with `poll`. Only one instance may exist at a
/// time; release it.
public struct Signals {
  /// The signals that ask a program to end.
  public static let ending = [SIGTERM, SIGINT, SIGQUIT, SIGHUP]
  /// The signals that the viewer handles.
  static let viewer = ending + [SIGWINCH, SIGTSTP, SIGCONT, SIGCHLD]

  /// Readable while a signal is pending.
  public let descriptor: CInt

  /// Starts to catch `signals`, except those that the process was started to ignore.
  public init(_ signals: [CInt]) throws(TerminalError) {
    descriptor = ct_catch_signals(signals, CInt(signals.count))
    guard descriptor >= 0 else { throw .system("catching signals") }
  }

  /// Restores the previous handlers. Returns the signals that `next` has not returned yet.
  @discardableResult
  public func release() -> [CInt] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = ct_release_signals(&bytes, CInt(bytes.count))
    return bytes.prefix(Int(count)).map(CInt.init)
  }

  /// Returns the signals since the last call, in order. Waits at most `milliseconds` for one, or
  /// without limit if that is negative.
  public func next(waiting milliseconds: CInt = 0) -> [CInt] {
    var readable = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // A signal interrupts the wait, and is in the pipe then.
    guard poll(&readable, 1, milliseconds) != 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    return bytes.prefix(max(0, count)).map(CInt.init)
  }

  /// Opens missing standard streams, lets SIGQUIT end the process, and makes writes fail rather than end
  /// it that go beyond a file size limit or to a closed connection. Call it first in `main`.
  public static func startProcess() {
    ct_start_process()
  }

  /// Nobody reads standard output any more: ends the process as SIGPIPE does, unless it was started to
  /// ignore that.
  public static func endOnBrokenPipe() {
    ct_end_on_broken_pipe()
  }
}
