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
  case signal(Int32)
  /// The terminal went away.
  case hangUp

  /// What the process should exit with: 0, or 128 and the signal's number.
  public var exitCode: Int32 {
    switch self {
    case .quit: 0
    case .signal(let number): 128 + number
    case .hangUp: 128 + SIGHUP
    }
  }
}

/// Shows the viewer until it ends; the terminal is given back in every case.
///
/// Runs on the calling thread, which should be the main one, and waits there for keys, for
/// messages in `inbox`, and for signals. `perform` gets the commands that concern the models
/// (`submit` and `control`) and must not block; what they lead to comes back through the inbox.
/// While it runs, standard error is held back, and it is written when the screen is gone.
public func runViewer(
  initial: ViewerState, inbox: Inbox, perform: (Command) -> Void
) throws(TerminalError) -> ViewerEnd {
  let signals = ct_catch_signals()
  guard signals >= 0 else { throw .system("catching signals") }
  defer { ct_release_signals() }
  let screen = try Screen()
  screen.takeMouse(initial.takesMouse)
  _ = ct_hold_stderr()
  var loop = RunLoop(state: initial, screen: screen, inbox: inbox, signals: signals)
  let end = loop.run(perform)
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
  /// A process that was stopped does not play what it missed.
  private static let longestPlay = 0.25
  /// How long an escape byte waits for the rest of a sequence.
  private static let escapeSeconds = 0.025

  private var state: ViewerState
  private var screen: Screen
  private let inbox: Inbox
  private let signals: CInt
  private var decoder = KeyDecoder()
  private var end: ViewerEnd?
  private var isDirty = true
  private var lastFrame = -Double.infinity
  private var lastInbox = -Double.infinity
  private var lastKey = -Double.infinity
  private var lastTick = 0.0
  private var lastMemory = -Double.infinity
  private var lastPlay = 0.0
  private var escapeDeadline: Double?

  init(state: ViewerState, screen: Screen, inbox: Inbox, signals: CInt) {
    self.state = state
    self.screen = screen
    self.inbox = inbox
    self.signals = signals
  }

  mutating func run(_ perform: (Command) -> Void) -> ViewerEnd {
    take([.resize(Screen.windowSize)], perform)
    while true {
      if let end { return end }
      let now = Self.now
      if isDirty, now - lastFrame >= Self.frameSeconds {
        state.settle()
        screen.show(render(state))
        lastFrame = now
        isDirty = false
      }
      wait(now: now, perform)
    }
  }

  private mutating func wait(now: Double, _ perform: (Command) -> Void) {
    let takesInbox = now >= inboxDue(now: now)
    var descriptors = [STDIN_FILENO, takesInbox ? inbox.wakeDescriptor : -1, signals].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let ready = poll(&descriptors, nfds_t(descriptors.count), timeout(now: now))
    if ready > 0 {
      if descriptors[2].revents != 0 { takeSignals(perform) }
      if descriptors[1].revents != 0 {
        lastInbox = Self.now
        take(inbox.drain(), perform)
      }
      if descriptors[0].revents != 0 { readKeys(descriptors[0].revents, perform) }
    }
    let now = Self.now
    if let deadline = escapeDeadline, now >= deadline {
      escapeDeadline = nil
      take(decoder.timeOut(), perform)
    }
    if !state.isPlaying {
      lastPlay = now
    } else if now - lastPlay >= Self.frameSeconds {
      take([.elapsed(min(now - lastPlay, Self.longestPlay))], perform)
      lastPlay = now
    }
    if state.isBusy, now - lastTick >= Self.tickSeconds {
      lastTick = now
      take([.tick], perform)
      if now - lastMemory >= Self.memorySeconds, let bytes = ProcessMemory.residentBytes {
        lastMemory = now
        take([.memory(bytes)], perform)
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
    if let escapeDeadline { due = min(due, escapeDeadline) }
    let inboxDue = inboxDue(now: now)
    if inboxDue > now { due = min(due, inboxDue) }
    if state.isBusy { due = min(due, lastTick + Self.tickSeconds) }
    if state.isPlaying { due = min(due, lastPlay + Self.frameSeconds) }
    guard due.isFinite else { return -1 }
    return CInt(max(0, min(1_000, ((due - now) * 1_000).rounded(.up))))
  }

  private mutating func take(_ messages: [Message], _ perform: (Command) -> Void) {
    for message in messages {
      isDirty = true
      for command in update(&state, message) { execute(command, perform) }
      if end != nil { return }
    }
  }

  private mutating func execute(_ command: Command, _ perform: (Command) -> Void) {
    switch command {
    case .quit: end = .quit
    case .suspend: suspend()
    case .redraw: screen.forget()
    case .mouse(let isWanted): screen.takeMouse(isWanted)
    case .copy(let text): take([Clipboard.copy(text)], perform)
    case .edit(let text, let purpose): edit(text, for: purpose, perform)
    case .submit, .control, .race, .load, .runs, .models, .changeModel: perform(command)
    }
  }

  private mutating func suspend() {
    screen.suspend()
    // The window may have changed meanwhile.
    _ = update(&state, .resize(Screen.windowSize))
    isDirty = true
  }

  private mutating func edit(
    _ text: String, for purpose: EditPurpose, _ perform: (Command) -> Void
  ) {
    let result = screen.released { ExternalEditor.edit(text) }
    take([.resize(Screen.windowSize), .edited(purpose, result)], perform)
  }

  private mutating func readKeys(_ events: Int16, _ perform: (Command) -> Void) {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    // A terminal that hung up is readable for ever and never gives a byte.
    if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) {
      end = end ?? .hangUp
      return
    }
    if count > 0 {
      lastKey = Self.now
      take(decoder.feed(bytes.prefix(count)), perform)
      escapeDeadline = decoder.isWaiting ? Self.now + Self.escapeSeconds : nil
    }
    if events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { end = end ?? .hangUp }
  }

  private mutating func takeSignals(_ perform: (Command) -> Void) {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(signals, &bytes, bytes.count)
    for byte in bytes.prefix(max(0, count)) {
      switch CInt(byte) {
      case SIGWINCH: take([.resize(Screen.windowSize)], perform)
      case SIGTSTP: suspend()
      case SIGCONT:
        screen.forget()
        isDirty = true
      default: end = end ?? .signal(CInt(byte))
      }
    }
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
