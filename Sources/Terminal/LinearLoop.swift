import Viewer

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs the viewer without a screen until it ends: lines from standard input, lines to standard
/// output.
///
/// Runs on the calling thread, and waits there for input, for messages in `inbox`, and for signals.
/// `serve` is as in `runViewer`. Lines that come from a pipe are taken one after the other, each
/// when the turn before is over, and the end of the input ends the viewer then.
public func runLinearViewer(
  initial: ViewerState, inbox: Inbox, serve: (RunCommand) -> Void
) throws(TerminalError) -> ViewerEnd {
  let signals = try Signals(Signals.viewer)
  defer { signals.release() }
  var loop = LinearLoop(
    viewer: LinearViewer(initial, takesEmptyLines: isatty(STDIN_FILENO) == 1), inbox: inbox,
    signals: signals)
  return loop.run(serve)
}

private struct LinearLoop {
  /// Bytes of a line that are kept; the rest of a longer one is dropped.
  private static let lineLimit = 1 << 20

  private var viewer: LinearViewer
  private let inbox: Inbox
  private let signals: Signals
  private let inputIsTerminal = isatty(STDIN_FILENO) == 1
  private let outputIsTerminal = isatty(STDOUT_FILENO) == 1
  private var pending: [UInt8] = []
  /// Lines that wait until they can be taken.
  private var waiting: ArraySlice<String> = []
  /// With so many no more are read: a program may write lines without end.
  private static let mostWaiting = 1_000
  private var inputEnded = false
  private var isAwaitingLine = false
  private var end: ViewerEnd?

  init(viewer: LinearViewer, inbox: Inbox, signals: Signals) {
    self.viewer = viewer
    self.inbox = inbox
    self.signals = signals
  }

  mutating func run(_ serve: (RunCommand) -> Void) -> ViewerEnd {
    for line in viewer.noticeLines { say(line) }
    while true {
      enterWaitingLines(serve)
      if let end { return end }
      if inputEnded, waiting.isEmpty, !mustWait { return endOfInput }
      prompt()
      wait(serve)
    }
  }

  /// Whether the next line has to wait: for the models, and in a pipe for the end of the turn. A
  /// person may steer a turn that runs.
  private var mustWait: Bool {
    switch viewer.state.engine {
    case .loading: true
    case .failed: false
    case .ready: viewer.state.isRunning && (!inputIsTerminal || inputEnded)
    }
  }

  private var endOfInput: ViewerEnd {
    if case .failed = viewer.state.engine { return .failed }
    return .quit
  }

  private mutating func enterWaitingLines(_ serve: (RunCommand) -> Void) {
    while end == nil, !waiting.isEmpty, !mustWait {
      if let line = waiting.popFirst() { act(on: viewer.enter(line), serve) }
    }
  }

  private mutating func act(on outcome: LinearViewer.Outcome, _ serve: (RunCommand) -> Void) {
    if !outcome.lines.isEmpty {
      // What comes from elsewhere begins a line of its own.
      let start = isAwaitingLine ? "\n" : ""
      isAwaitingLine = false
      write(start + outcome.lines.map { $0 + "\n" }.joined())
    }
    for command in outcome.commands {
      switch command {
      case .screen(let command): execute(command, serve)
      case .run(let command): serve(command)
      }
    }
  }

  private mutating func execute(_ command: ScreenCommand, _ serve: (RunCommand) -> Void) {
    switch command {
    case .quit: end = end ?? .quit
    case .suspend: raise(SIGSTOP)
    case .copy: say("Copying needs the screen.")
    case .redraw, .mouse: say("Only a screen can do that.")
    case .keepTheme(let name): ThemeMemory.save(name)
    case .edit(let text, let purpose):
      guard inputIsTerminal, outputIsTerminal else {
        say("An editor needs a terminal.")
        break
      }
      let (result, signal) = ExternalEditor.edit(text, watching: signals)
      if let signal { end = end ?? .signal(signal) }
      act(on: viewer.update(.edited(purpose, result)), serve)
    }
  }

  private mutating func say(_ line: String) {
    write(line + "\n")
  }

  private mutating func prompt() {
    guard inputIsTerminal, !isAwaitingLine, !mustWait, !viewer.state.isRunning else { return }
    isAwaitingLine = true
    write("> ")
  }

  /// Text for a terminal is made harmless; into a pipe goes the text as it is.
  private mutating func write(_ text: String) {
    let bytes = Array((outputIsTerminal ? DisplayText(text).string : text).utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes {
        Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var writable = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&writable, 1, -1)
        continue
      }
      guard count > 0 else {
        if errno == EPIPE { Signals.endOnBrokenPipe() }
        end = end ?? (outputIsTerminal ? .hangUp : .unwritable(String(cString: strerror(errno))))
        return
      }
      start += count
    }
  }

  private mutating func wait(_ serve: (RunCommand) -> Void) {
    var descriptors = [inbox.wakeDescriptor, signals.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    if !inputEnded, waiting.count < Self.mostWaiting {
      descriptors.append(pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0))
    }
    guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else { return }
    if descriptors[1].revents != 0 { readSignals(serve) }
    if descriptors[0].revents != 0 {
      for message in inbox.drain() where end == nil { act(on: viewer.update(message), serve) }
    }
    if descriptors.count > 2, descriptors[2].revents != 0 { readLines() }
  }

  private mutating func readLines() {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    if count > 0 {
      isAwaitingLine = false
      pending += bytes.prefix(count)
      var start = 0
      while let newline = pending[start...].firstIndex(of: 0x0A) {
        keepLine(pending[start..<newline])
        start = newline + 1
      }
      pending.removeFirst(start)
      if pending.count > Self.lineLimit { pending.removeLast(pending.count - Self.lineLimit) }
    } else {
      if !pending.isEmpty { keepLine(pending[...]) }
      pending = []
      inputEnded = true
    }
  }

  private mutating func keepLine(_ bytes: ArraySlice<UInt8>) {
    let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
    waiting.append(String(decoding: line, as: UTF8.self))
  }

  private mutating func readSignals(_ serve: (RunCommand) -> Void) {
    for signal in signals.next() {
      switch signal {
      case SIGWINCH, SIGCONT, SIGCHLD: break
      case SIGTSTP: raise(SIGSTOP)
      case SIGINT: act(on: viewer.update(.key(Key(.character("c"), .control))), serve)
      default: end = end ?? .signal(signal)
      }
    }
  }
}
