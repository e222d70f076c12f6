import Foundation
import Viewer

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The person's own editor, on a file that only they can read.
enum ExternalEditor {
  /// How long an editor has to end when asked to.
  private static let graceMilliseconds: CInt = 1_000

  /// Lets the person edit `text`. Returns when the editor ends, with the signal that asked this
  /// process to end meanwhile, if any. The terminal must be released.
  static func edit(
    _ text: String, watching signals: Signals
  ) -> (result: EditResult, signal: CInt?) {
    var signal: CInt?
    let result = edit(text) { run($0, watching: signals, endedBy: &signal) }
    return (result, signal)
  }

  private static func edit(_ text: String, by run: ([String]) -> CInt?) -> EditResult {
    let editor = Screen.environment("VISUAL") ?? Screen.environment("EDITOR") ?? "vi"
    let folder = FileManager.default.temporaryDirectory
    var template = Array((folder.path + "/specreason-XXXXXX.md").utf8CString)
    let file = mkstemps(&template, 3)
    guard file >= 0 else { return .failure("No temporary file can be made in \(folder.path).") }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    close(file)
    defer { unlink(path) }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      return .failure("The text cannot be written to \(path): is there room on the disk?")
    }
    // The variable may hold arguments, so the shell splits it. Standard
    // error is kept off the screen while the viewer runs.
    guard let status = run(["/bin/sh", "-c", editor + " \"$1\" 2>/dev/tty", "sh", path]) else {
      return .failure("The editor \(editor) cannot be started.")
    }
    // What the shell says when it finds no such program.
    guard status != 127 else {
      return .failure("There is no editor \(editor): set VISUAL or EDITOR to the one you like.")
    }
    guard status == 0 else {
      return .failure("The editor ended with \(status); nothing was changed.")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      return .failure("The editor left no file; nothing was changed.")
    }
    return .text(String(decoding: data, as: UTF8.self))
  }

  /// Runs a command on the terminal, in the foreground; its exit status, nil where it did not start.
  /// A signal that asks this process to end is passed on as SIGHUP.
  private static func run(
    _ arguments: [String], watching signals: Signals, endedBy ending: inout CInt?
  ) -> CInt? {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The viewer's handlers and mask are not the editor's.
    var set = sigset_t()
    sigfillset(&set)
    posix_spawnattr_setsigdefault(&attributes, &set)
    sigemptyset(&set)
    posix_spawnattr_setsigmask(&attributes, &set)
    // In a group of its own, so that its keys for interrupting and stopping do not reach us.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    guard posix_spawn(&process, arguments[0], nil, &attributes, &pointers, environ) == 0 else {
      return nil
    }
    // Taking the terminal back from the background would stop us.
    let old = signal(SIGTTOU, SIG_IGN)
    defer {
      tcsetpgrp(STDIN_FILENO, getpgrp())
      signal(SIGTTOU, old)
    }
    tcsetpgrp(STDIN_FILENO, process)
    // A killed editor leaves the terminal in its own mode.
    var mode = termios()
    let hasMode = tcgetattr(STDIN_FILENO, &mode) == 0
    defer { if hasMode, ending != nil { tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) } }
    var status: Int32 = 0
    while true {
      let changed = waitpid(process, &status, WUNTRACED | WNOHANG)
      guard changed >= 0 else {
        if errno == EINTR { continue }
        return nil
      }
      guard changed > 0 else {
        // SIGCHLD tells that the editor has ended.
        let came = signals.next(waiting: ending == nil ? -1 : Self.graceMilliseconds)
        if came.isEmpty, ending != nil { kill(-process, SIGKILL) }
        if let signal = came.first(where: Signals.ending.contains) {
          ending = ending ?? signal
          kill(-process, SIGHUP)
        }
        continue
      }
      // There is no shell to come back from: an editor that stops itself goes on.
      guard status & 0xFF == 0x7F else { break }
      tcsetpgrp(STDIN_FILENO, process)
      kill(-process, SIGCONT)
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
