import Synchronization
import Viewer

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Where other threads leave messages for the viewer's loop.
public final class Inbox: Sendable {
  private let messages = Mutex<[Message]>([])
  /// Readable while messages wait.
  let wakeDescriptor: CInt
  private let writeDescriptor: CInt

  /// An empty inbox; fails when the process has no file descriptors left.
  public init() throws(TerminalError) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system("making a pipe") }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    wakeDescriptor = ends[0]
    writeDescriptor = ends[1]
  }

  deinit {
    close(wakeDescriptor)
    close(writeDescriptor)
  }

  /// Leaves a message and wakes the loop. From any thread; never waits.
  public func post(_ message: Message) {
    let isFirst = messages.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    guard isFirst else { return }
    var byte: UInt8 = 0
    // A full pipe wakes the loop just as well.
    _ = write(writeDescriptor, &byte, 1)
  }

  /// Everything that was posted since the last call, in order.
  func drain() -> [Message] {
    var bytes = [UInt8](repeating: 0, count: 64)
    // The bytes first: a message posted in between wakes the loop once too often, not once too
    // rarely.
    while read(wakeDescriptor, &bytes, bytes.count) == bytes.count {}
    return messages.withLock { messages in
      let taken = messages
      messages = []
      return taken
    }
  }
}
