import Foundation

/// A real terminal of a given size, played by tmux on a server of its own.
public final class TmuxTerminal {
  /// What went wrong with the terminal itself.
  public struct Failure: Error, CustomStringConvertible {
    /// One sentence, with the last screen where there is one.
    public let description: String
  }

  private let socket = "specreason-test-\(UUID().uuidString)"

  /// tmux is installed.
  public static var isAvailable: Bool {
    (try? Program.run("/usr/bin/env", ["tmux", "-V"]).status) == 0
  }

  /// Runs `command` (a shell line) in a terminal of `columns` × `rows` cells.
  ///
  /// The pane stays after the command's end, so that its last screen and exit code can be read.
  public init(
    columns: Int, rows: Int, environment: [String: String] = [:], _ command: String
  ) throws {
    let settings = environment.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
    try tmux(
      ["-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-s", "t"]
        + ["cat"])
    try tmux(["set-option", "-t", "t", "remain-on-exit", "on"])
    try tmux(["set-option", "-s", "escape-time", "0"])
    try tmux(["set-option", "-t", "t", "status", "off"])
    try tmux(["resize-window", "-t", "t", "-x", "\(columns)", "-y", "\(rows)"])
    try tmux(["respawn-pane", "-k", "-t", "t", "exec env \(settings) \(command)"])
  }

  deinit {
    _ = try? tmux(["kill-server"])
  }

  /// Presses keys, named as tmux names them (`Enter`, `C-c`, `]`).
  public func press(_ keys: String...) throws {
    try tmux(["send-keys", "-t", "t"] + keys)
  }

  /// Types `text` literally.
  public func type(_ text: String) throws {
    try tmux(["send-keys", "-t", "t", "-l", text])
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
  public func exitCode() throws -> Int? {
    let answer = try tmux(["display-message", "-p", "-t", "t", "#{pane_dead} #{pane_dead_status}"])
    let parts = answer.split(separator: " ")
    guard parts.first == "1" else { return nil }
    return parts.count > 1 ? Int(parts[1].trimmingCharacters(in: .whitespacesAndNewlines)) : 0
  }

  /// The number of the command's process.
  public func processID() throws -> String {
    try tmux(["display-message", "-p", "-t", "t", "#{pane_pid}"])
      .trimmingCharacters(in: .whitespacesAndNewlines)
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
    for what: String, limit: Duration = .seconds(30), _ condition: (String) throws -> Bool
  ) throws -> String {
    let clock = ContinuousClock()
    let end = clock.now + limit
    var last = ""
    while clock.now < end {
      last = try screen()
      if try condition(last) { return last }
      usleep(20_000)
    }
    throw Failure(description: "never came: \(what); the last screen was\n\(last)")
  }

  /// Waits for the command's end, and gives its exit code.
  public func waitForExit(limit: Duration = .seconds(60)) throws -> Int {
    var code: Int?
    try wait(for: "the program's end", limit: limit) { _ in
      code = try exitCode()
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
