import Foundation
import TestSupport
import Testing

/// A signal ends the program at any time with its own exit code, and leaves the terminal as it was.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .serialized)
struct SignalTests {
  /// The program between two reports of the line's settings, which must be equal in the end.
  private struct Stage {
    let folder: TemporaryFolder
    let terminal: TmuxTerminal

    init(_ command: String, environment: [String: String] = [:]) throws {
      folder = try TemporaryFolder()
      let path = folder.path
      terminal = try TmuxTerminal(
        columns: 120, rows: 36,
        environment: environment.merging(["XDG_STATE_HOME": path]) { $1 },
        "sh -c 'trap : INT QUIT; stty -g > \(path)/before; \(command); code=$?; "
          + "stty -g > \(path)/after; exit $code'")
    }

    /// The number of the program's process, as soon as there is one.
    func process() throws -> String {
      var process = ""
      try terminal.wait(for: "the process") { _ in
        let shell = try terminal.processID()
        guard !shell.isEmpty else { return false }
        process = try Program.run("/usr/bin/env", ["pgrep", "-x", "-P", shell, "specreason"])
          .output.trimmingCharacters(in: .whitespacesAndNewlines)
        return !process.isEmpty
      }
      return process
    }

    func expectEnd(_ code: Int, _ location: SourceLocation = #_sourceLocation) throws {
      #expect(try terminal.waitForExit(limit: .seconds(20)) == code, sourceLocation: location)
      func settings(_ name: String) throws -> String {
        try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
      }
      #expect(try settings("before") == settings("after"), sourceLocation: location)
      #expect(try !terminal.showsAlternateScreen(), sourceLocation: location)
    }
  }

  private func kill(_ process: String, _ signals: String...) throws {
    for signal in signals { _ = try Program.run("/bin/kill", ["-\(signal)", process]) }
  }

  @Test(arguments: [("TERM", 143), ("INT", 130), ("QUIT", 131), ("HUP", 129)])
  func `at any moment of the start`(signal: String, code: Int) throws {
    for milliseconds in [0, 40, 120] as [UInt32] {
      let stage = try Stage(Program.specreason)
      let process = try stage.process()
      usleep(milliseconds * 1_000)
      try kill(process, signal)
      try stage.expectEnd(code)
    }
  }

  @Test(arguments: [("TERM", 143), ("INT", 130), ("QUIT", 131)])
  func `while a turn runs, whose run is saved`(signal: String, code: Int) throws {
    let stage = try Stage("\(Program.specreason) --seed 3 --mode base")
    try stage.terminal.wait(for: "the start screen") { $0.contains("idle") }
    try stage.terminal.type("Tom has 3 apples. He buys 4 apples. How many apples?")
    try stage.terminal.press("Enter")
    try stage.terminal.wait(for: "the turn") { !$0.contains("idle") }
    try kill(try stage.process(), signal)
    try stage.expectEnd(code)
    let runs = try Program.run(
      Program.specreason, ["runs"], environment: ["XDG_STATE_HOME": stage.folder.path])
    #expect(runs.output.contains("Tom has 3 apples"))
  }

  @Test(arguments: [("TERM", 143), ("INT", 130)])
  func `while the editor is open`(signal: String, code: Int) throws {
    let stage = try Stage(Program.specreason, environment: ["VISUAL": "stty raw; sleep 600 #"])
    try stage.terminal.wait(for: "the start screen") { $0.contains("idle") }
    try stage.terminal.press("C-x")
    try stage.terminal.wait(for: "the editor") { _ in
      try !stage.terminal.showsAlternateScreen()
    }
    try kill(try stage.process(), signal)
    try stage.expectEnd(code)
  }

  @Test(arguments: [("TERM", 143), ("QUIT", 131)])
  func `while it is suspended`(signal: String, code: Int) throws {
    let stage = try Stage(Program.specreason)
    try stage.terminal.wait(for: "the start screen") { $0.contains("idle") }
    try stage.terminal.press("C-z")
    try stage.terminal.wait(for: "the shell's screen") { _ in
      try !stage.terminal.showsAlternateScreen()
    }
    try kill(try stage.process(), signal, "CONT")
    try stage.expectEnd(code)
  }

  @Test func `the key that quits ends a command without a question`() throws {
    let stage = try Stage("\(Program.specreason) eval")
    try stage.terminal.wait(for: "its first words") { !$0.allSatisfy(\.isWhitespace) }
    try stage.terminal.press("C-\\")
    try stage.expectEnd(131)
    #expect(try !stage.terminal.screen().contains("Backtrace"))
  }

  @Test(arguments: [
    ("TERM", 143, ["eval"]), ("HUP", 129, ["eval"]), ("INT", 130, ["calibrate", "--no-keep"]),
    ("TERM", 143, ["serve", "--port", "0"]),
  ]) func `a signal ends a command with its own code`(signal: String, code: Int, command: [String])
    throws
  {
    let result = try Program.run(
      "/usr/bin/env",
      ["timeout", "--preserve-status", "-k", "60", "-s", signal, "1", Program.specreason] + command)
    #expect(result.status == code, "\(result.errors)")
    #expect(!result.errors.contains("Fatal") && !result.errors.contains("CancellationError"))
  }

  @Test func `closed standard streams do no harm`() throws {
    let result = try Program.run(
      "/bin/sh", ["-c", "\(Program.specreason) run --json 'Two plus two?' <&- 2>&-"])
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
    let silent = try Program.run(
      "/bin/sh", ["-c", "\(Program.specreason) --linear <&- 2>&-"])
    #expect(silent.status == 0)
  }
}

/// Bytes that come from the terminal and not from a person's fingers.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"))
struct TerminalInputTests {
  private func started() throws -> TmuxTerminal {
    let terminal = try TmuxTerminal(columns: 120, rows: 36, "\(Program.specreason) --seed 3")
    try terminal.wait(for: "the start screen") { $0.contains("idle") }
    return terminal
  }

  @Test func `replies leave the composer empty, and a lost end of a paste swallows nothing`() throws
  {
    let terminal = try started()
    try terminal.send(Array("\u{1B}]11;rgb:1e1e/1e1e/1e1e\u{1B}\\\u{1B}P1+r544e\u{1B}\\".utf8))
    try terminal.send(Array("\u{1B}[200~abc".utf8))
    try terminal.wait(for: "the paste's text") { $0.contains("> abc") }
    try terminal.type("def")
    try terminal.wait(for: "the keys behind it") { $0.contains("> abcdef") }
    try terminal.send(Array("\u{1B}[13;2ughi".utf8))
    try terminal.wait(for: "a second line") { screen in
      screen.split(separator: "\n").contains { $0.contains("ghi") && !$0.contains("abc") }
    }
    // The first one clears the composer.
    try terminal.press("C-c", "C-c", "C-c")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func `what is typed and sent before the screen is there is sent`() throws {
    let terminal = try TmuxTerminal(
      columns: 120, rows: 36,
      "sh -c 'echo waiting; sleep 2; exec \(Program.specreason) --seed 3'")
    try terminal.wait(for: "the shell") { $0.contains("waiting") }
    try terminal.type("Tom has 3 apples. He buys 4 apples. How many apples does Tom have now?")
    try terminal.press("Enter")
    try terminal.wait(for: "the answer") { $0.contains("answered") && $0.contains("idle") }
    try terminal.press("C-c", "C-c")
    #expect(try terminal.waitForExit() == 0)
  }
}
