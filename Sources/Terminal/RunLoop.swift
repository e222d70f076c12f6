import CTerminal
import Viewer

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How the viewer ended.
public enum ViewerEnd: Sendable, Equatable {
  case quit
  /// The models could not be loaded, and nobody is there to choose others.
  case failed
  case signal(Int32)
  /// The terminal went away.
  case hangUp
  /// Standard output could not be written any more: why, in the system's words.
  case unwritable(String)

  /// What the process should exit with: 0, 1 without models or output, or 128 and the signal's number.
  public var exitCode: Int32 {
    switch self {
    case .quit: 0
    case .failed, .unwritable: 1
    case .signal(let number): 128 + number
    case .hangUp: 128 + SIGHUP
    }
  }
}

/// Shows the viewer until it ends, and always restores the terminal.
///
/// Runs on the calling thread, which should be the main one, and waits there for keys, for
/// messages in `inbox`, and for signals. `serve` gets the commands to the run; it must not block,
/// and answers through the inbox. Standard error is held back until the screen is closed.
public func runViewer(
  initial: ViewerState, inbox: Inbox, serve: (RunCommand) -> Void
) throws(TerminalError) -> ViewerEnd {
  let signals = try Signals(Signals.viewer)
  defer { signals.release() }
  let screen = try Screen()
  screen.takeMouse(initial.terminal.takesMouse)
  _ = ct_hold_stderr()
  var loop = RunLoop(state: initial, screen: screen, inbox: inbox, signals: signals)
  let end = loop.run(serve)
  screen.close()
  ct_release_stderr()
  return end
}

private struct RunLoop {
  private static let frameSeconds = 1.0 / 30
  /// What the models write is taken in and drawn no more often than this while they run: the
  /// viewer's thread takes its core from the engine, and both of the engine's then wait.
  private static let streamSeconds = 1.0 / 15
  /// After a key nothing waits for so long, so that what it does is seen at once.
  private static let attentionSeconds = 0.25
  private static let tickSeconds = 0.2
  private static let memorySeconds = 1.0
  /// How long the first frame waits for the terminal to tell its background.
  private static let answerSeconds = 0.06
  /// A process that was stopped does not play what it missed.
  private static let longestPlay = 0.25

  private var state: ViewerState
  private var screen: Screen
  private let inbox: Inbox
  private let signals: Signals
  private var decoder = KeyDecoder()
  private var end: ViewerEnd?
  private var isDirty = true
  private var lastFrame = -Double.infinity
  private var lastInbox = -Double.infinity
  private var lastKey = -Double.infinity
  private var lastTick = 0.0
  private var lastMemory = -Double.infinity
  private var lastPlay = 0.0
  /// When incomplete input is settled as it is; nil if there is none.
  private var inputDeadline: Double?

  init(state: ViewerState, screen: Screen, inbox: Inbox, signals: Signals) {
    self.state = state
    self.screen = screen
    self.inbox = inbox
    self.signals = signals
  }

  mutating func run(_ serve: (RunCommand) -> Void) -> ViewerEnd {
    update([.resize(Screen.windowSize)], serve)
    if let notice = screen.notice { update([.told(notice, isWarning: true)], serve) }
    update(decoder.feedTypedAhead(screen.typedAhead), serve)
    askBackground(serve)
    while true {
      if let end { return end }
      let now = Self.now
      if isDirty, now - lastFrame >= Self.frameSeconds {
        state.settle()
        screen.show(render(state))
        lastFrame = now
        isDirty = false
      }
      wait(now: now, serve)
    }
  }

  /// Asks for the terminal's background before the first frame, and waits a moment for the answer;
  /// one that comes later still counts.
  private mutating func askBackground(_ serve: (RunCommand) -> Void) {
    guard state.terminal.followsBackground, screen.askBackground() else { return }
    let deadline = Self.now + Self.answerSeconds
    while state.terminal.followsBackground, end == nil, Self.now < deadline {
      var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let left = CInt(max(1, (deadline - Self.now) * 1_000))
      guard poll(&descriptor, 1, left) > 0 else { return }
      readKeys(descriptor.revents, serve)
    }
  }

  private mutating func wait(now: Double, _ serve: (RunCommand) -> Void) {
    let takesInbox = now >= inboxDue(now: now)
    var descriptors = [STDIN_FILENO, takesInbox ? inbox.wakeDescriptor : -1, signals.descriptor].map
    {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let ready = poll(&descriptors, nfds_t(descriptors.count), timeout(now: now))
    if ready > 0 {
      if descriptors[2].revents != 0 { readSignals(serve) }
      if descriptors[1].revents != 0 {
        lastInbox = Self.now
        update(inbox.drain(), serve)
      }
      if descriptors[0].revents != 0 { readKeys(descriptors[0].revents, serve) }
    }
    let now = Self.now
    if let deadline = inputDeadline, now >= deadline {
      inputDeadline = nil
      update(decoder.timeOut(), serve)
    }
    if !state.isPlaying {
      lastPlay = now
    } else if now - lastPlay >= Self.frameSeconds {
      update([.elapsed(min(now - lastPlay, Self.longestPlay))], serve)
      lastPlay = now
    }
    if state.isBusy, now - lastTick >= Self.tickSeconds {
      lastTick = now
      update([.tick], serve)
      if now - lastMemory >= Self.memorySeconds, let bytes = ProcessMemory.residentBytes {
        lastMemory = now
        update([.memory(bytes)], serve)
      }
    }
  }

  /// When messages are taken in again.
  private func inboxDue(now: Double) -> Double {
    state.isBusy && now - lastKey > Self.attentionSeconds
      ? lastInbox + Self.streamSeconds : -.infinity
  }

  /// Milliseconds until something is due; -1 when nothing is.
  private func timeout(now: Double) -> CInt {
    var due = Double.infinity
    if isDirty { due = min(due, lastFrame + Self.frameSeconds) }
    if let inputDeadline { due = min(due, inputDeadline) }
    let inboxDue = inboxDue(now: now)
    if inboxDue > now { due = min(due, inboxDue) }
    if state.isBusy { due = min(due, lastTick + Self.tickSeconds) }
    if state.isPlaying { due = min(due, lastPlay + Self.frameSeconds) }
    guard due.isFinite else { return -1 }
    return CInt(max(0, min(1_000, ((due - now) * 1_000).rounded(.up))))
  }

  private mutating func update(_ messages: [Message], _ serve: (RunCommand) -> Void) {
    for message in messages {
      isDirty = true
      for command in Viewer.update(&state, message) {
        switch command {
        case .screen(let command): execute(command, serve)
        case .run(let command): serve(command)
        }
      }
      if end != nil { return }
    }
  }

  private mutating func execute(_ command: ScreenCommand, _ serve: (RunCommand) -> Void) {
    switch command {
    case .quit: end = .quit
    case .suspend: suspend()
    case .redraw: screen.forget()
    case .mouse(let isWanted): screen.takeMouse(isWanted)
    case .keepTheme(let name): ThemeMemory.save(name)
    case .copy(let text): update([Clipboard.copy(text)], serve)
    case .edit(let text, let purpose): edit(text, for: purpose, serve)
    }
  }

  private mutating func suspend() {
    if let signal = screen.suspend(watching: signals) {
      end = end ?? .signal(signal)
      return
    }
    // The window may have changed meanwhile.
    _ = Viewer.update(&state, .resize(Screen.windowSize))
    isDirty = true
  }

  private mutating func edit(
    _ text: String, for purpose: EditPurpose, _ serve: (RunCommand) -> Void
  ) {
    let (result, signal) = screen.released { [signals] in
      ExternalEditor.edit(text, watching: signals)
    }
    if let signal { end = end ?? .signal(signal) }
    update([.resize(Screen.windowSize), .edited(purpose, result)], serve)
  }

  private mutating func readKeys(_ events: Int16, _ serve: (RunCommand) -> Void) {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    // A terminal that hung up is readable for ever and never gives a byte.
    if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) {
      end = end ?? .hangUp
      return
    }
    if count > 0 {
      lastKey = Self.now
      update(decoder.feed(bytes.prefix(count)), serve)
      inputDeadline = decoder.patience.map { Self.now + $0 }
    }
    if events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { end = end ?? .hangUp }
  }

  private mutating func readSignals(_ serve: (RunCommand) -> Void) {
    for signal in signals.next() {
      switch signal {
      case SIGWINCH: update([.resize(Screen.windowSize)], serve)
      case SIGTSTP: suspend()
      case SIGCONT where Screen.isForeground:
        screen.retake()
        isDirty = true
      case SIGCONT, SIGCHLD: break
      default: end = end ?? .signal(signal)
      }
    }
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
