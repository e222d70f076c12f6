import Foundation

/// A real terminal of a given size, played by tmux on a server of its own.
public final class TmuxTerminal {
  /// What went wrong with the terminal itself.
  public struct Failure: Error, CustomStringConvertible {
    /// One sentence, with the last screen where there is one.
    public let description: String
  }

  private let socket: String
  /// Where the shell around the command leaves its exit code.
  private let codeFile: URL

  /// tmux is installed.
  public static var isAvailable: Bool {
    (try? Program.run("/usr/bin/env", ["tmux", "-V"]).status) == 0
  }

  /// Runs `command` (a shell line) in a terminal of `columns` × `rows` cells.
  ///
  /// The terminal stays after the command's end, so that its last screen can be read. Every byte
  /// that the command sends to the terminal goes into the file `recording`, too.
  public init(
    columns: Int, rows: Int, environment: [String: String] = [:], recording: URL? = nil,
    _ command: String
  ) throws {
    let name = "specreason-test-\(UUID().uuidString)"
    socket = name
    codeFile = FileManager.default.temporaryDirectory.appending(path: name)
    let hermetic = [
      "XDG_CONFIG_HOME": "/nonexistent", "XDG_STATE_HOME": codeFile.path + ".state",
    ].merging(environment) { $1 }
    let settings = hermetic.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
    try tmux(
      [
        ["-f", "/dev/null", "new-session", "-d", "-s", "t", "cat"],
        ["set-option", "-g", "default-terminal", "tmux-256color"],
        ["set-option", "-s", "escape-time", "0"],
        // The session must outlive the moment between its first command and the tested one.
        ["set-option", "-g", "remain-on-exit", "on"],
        ["set-option", "-t", "t", "status", "off"],
        ["resize-window", "-t", "t", "-x", "\(columns)", "-y", "\(rows)"],
      ].reduce(into: []) { $0 += ($0.isEmpty ? [] : [";"]) + $1 })
    if let recording { try tmux(["pipe-pane", "-t", "t", "exec cat > \(recording.path)"]) }
    try tmux([
      "respawn-pane", "-k", "-t", "t",
      // A Ctrl-C that comes when the program is gone must not take the shell along.
      "trap : INT; env -u NO_COLOR \(settings) \(command); echo $? > \(codeFile.path); exec cat",
    ])
  }

  deinit {
    _ = try? tmux(["kill-server"])
    try? FileManager.default.removeItem(at: codeFile)
    try? FileManager.default.removeItem(atPath: codeFile.path + ".state")
  }

  /// Presses keys, named as tmux names them (`Enter`, `C-c`, `]`).
  public func press(_ keys: String...) throws {
    try tmux(["send-keys", "-t", "t"] + keys)
  }

  /// Types `text` literally.
  public func type(_ text: String) throws {
    try tmux(["send-keys", "-t", "t", "-l", text])
  }

  /// Sends bytes as if they were typed.
  public func send(_ bytes: some Sequence<UInt8>) throws {
    try tmux(["send-keys", "-t", "t", "-H"] + bytes.map { String($0, radix: 16) })
  }

  /// Pastes `text` as one block where the program takes pastes.
  public func paste(_ text: String) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(socket).paste")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try tmux(["load-buffer", file.path])
    try tmux(["paste-buffer", "-p", "-r", "-t", "t"])
  }

  /// Ends the terminal while the program runs in it.
  public func hangUp() throws {
    try tmux(["kill-server"])
  }

  /// Changes the terminal's size.
  public func resize(columns: Int, rows: Int) throws {
    try tmux(["resize-window", "-t", "t", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// The screen as text, one line a row; with `styled` also its SGR sequences.
  public func screen(styled: Bool = false) throws -> String {
    try tmux(["capture-pane", "-p", "-t", "t"] + (styled ? ["-e"] : []))
  }

  /// The command's exit code; nil while it runs.
  public func exitCode() -> Int? {
    guard let text = try? String(contentsOf: codeFile, encoding: .utf8) else { return nil }
    return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// The number of the command's process.
  public func processID() throws -> String {
    let shell = try tmux(["display-message", "-p", "-t", "t", "#{pane_pid}"])
    let children = try Program.run(
      "/usr/bin/env", ["pgrep", "-P", shell.trimmingCharacters(in: .whitespacesAndNewlines)])
    return children.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The program has switched to the alternate screen.
  public func showsAlternateScreen() throws -> Bool {
    try tmux(["display-message", "-p", "-t", "t", "#{alternate_on}"]).hasPrefix("1")
  }

  /// Waits until `condition` holds for the screen, and gives that screen.
  ///
  /// The limit only ends a test that would never end; it says nothing about speed.
  @discardableResult
  public func wait(
    for what: String, limit: Duration = .seconds(90), _ condition: (String) throws -> Bool
  ) throws -> String {
    let clock = ContinuousClock()
    let end = clock.now + limit
    var last = ""
    while clock.now < end {
      last = try screen()
      if try condition(last) { return last }
      // Each look takes milliseconds of a processor that the program could use.
      usleep(40_000)
    }
    throw Failure(description: "never came: \(what); the last screen was\n\(last)")
  }

  /// Waits for the command's end, and gives its exit code.
  public func waitForExit(limit: Duration = .seconds(90)) throws -> Int {
    var code: Int?
    try wait(for: "the program's end", limit: limit) { _ in
      code = exitCode()
      return code != nil
    }
    return code ?? -1
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let result = try Program.run("/usr/bin/env", ["tmux", "-L", socket] + arguments)
    guard result.status == 0 else {
      throw Failure(description: "tmux \(arguments.joined(separator: " ")): \(result.errors)")
    }
    return result.output
  }
}
