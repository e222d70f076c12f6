import Foundation
import TestSupport
import Testing

/// Whatever happens to the viewer, the terminal and the shell get back what is theirs.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .serialized)
struct MannersTests {
  /// The viewer between two reports of the line's settings, which must be equal in the end.
  private struct Stage {
    let folder: TemporaryFolder
    let terminal: TmuxTerminal

    init(environment: [String: String] = [:]) throws {
      folder = try TemporaryFolder()
      let path = folder.path
      terminal = try TmuxTerminal(
        columns: 120, rows: 36,
        environment: environment.merging(["XDG_STATE_HOME": path]) { $1 },
        "sh -c 'trap : INT; stty -g > \(path)/before; \(Program.specreason) --seed 3; code=$?; "
          + "stty -g > \(path)/after; exit $code'")
      try terminal.wait(for: "the start screen") { $0.contains("idle") }
    }

    /// The number of the viewer's process.
    func process() throws -> String {
      let shell = try terminal.processID()
      return try Program.run("/usr/bin/env", ["pgrep", "-P", shell]).output
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func signal(_ name: String) throws {
      _ = try Program.run("/bin/kill", ["-\(name)", try process()])
    }

    func expectTerminalIsBack(_ location: SourceLocation = #_sourceLocation) throws {
      func settings(_ name: String) throws -> String {
        try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
      }
      #expect(try settings("before") == settings("after"), sourceLocation: location)
      #expect(try !terminal.showsAlternateScreen(), sourceLocation: location)
    }
  }

  @Test(arguments: [
    ("SEGV", 139), ("ABRT", 134), ("TRAP", 133), ("TERM", 143), ("HUP", 129), ("USR1", 138),
    ("ALRM", 142), ("XCPU", 152),
  ])
  func `a crash or a signal gives the terminal back`(signal: String, code: Int) throws {
    let stage = try Stage()
    try stage.signal(signal)
    #expect(try stage.terminal.waitForExit() == code)
    try stage.expectTerminalIsBack()
  }

  @Test func `suspended, the viewer leaves the screen; continued, it takes the new size`() throws {
    let stage = try Stage()
    try stage.terminal.type("some text")
    try stage.terminal.wait(for: "the text") { $0.contains("> some text") }
    let process = try stage.process()
    try stage.terminal.press("C-z")
    try stage.terminal.wait(for: "the shell's screen") { _ in
      try !stage.terminal.showsAlternateScreen()
    }
    try stage.terminal.resize(columns: 80, rows: 24)
    _ = try Program.run("/bin/kill", ["-CONT", process])
    try stage.terminal.wait(for: "the text at 80×24") { screen in
      screen.contains("> some text") && screen.contains("Conversation")
        && !screen.contains("Step ")
    }
    try stage.terminal.press("C-c", "C-c")
    #expect(try stage.terminal.waitForExit() == 0)
    try stage.expectTerminalIsBack()
  }

  @Test func `a storm of resizes ends in one whole screen`() throws {
    let stage = try Stage()
    for step in 0..<40 {
      try stage.terminal.resize(columns: 30 + step * 37 % 120, rows: 5 + step * 11 % 40)
    }
    try stage.terminal.resize(columns: 100, rows: 30)
    try stage.terminal.wait(for: "the screen at 100×30") { screen in
      let lines = screen.split(separator: "\n")
      return lines.count >= 30 && lines.last?.contains("Tab focus") == true
        && screen.contains("Conversation")
    }
    try stage.terminal.press("C-c", "C-c")
    #expect(try stage.terminal.waitForExit() == 0)
    try stage.expectTerminalIsBack()
  }

  @Test func `a terminal that goes away takes the viewer with it`() throws {
    let stage = try Stage()
    let process = try stage.process()
    try stage.terminal.hangUp()
    var isGone = false
    for _ in 0..<1_500 where !isGone {
      isGone = !FileManager.default.fileExists(atPath: "/proc/\(process)")
      if !isGone { usleep(20_000) }
    }
    #expect(isGone)
  }

  @Test func `an editor gets the terminal and the text, and gives both back`() throws {
    let folder = try TemporaryFolder()
    let editor = folder.path + "/editor"
    try Data("#!/bin/sh\nstty -g > \(folder.path)/seen\nprintf ' and more' >> \"$1\"\n".utf8)
      .write(to: URL(fileURLWithPath: editor))
    // Read by a shell rather than executed: a process that another test starts meanwhile may still have the file open
    // for writing, and such a file cannot be executed.
    let stage = try Stage(environment: ["VISUAL": "sh \(editor)"])
    try stage.terminal.type("some text")
    try stage.terminal.press("C-x")
    try stage.terminal.wait(for: "the edited text") { $0.contains("> some text and more") }
    try stage.terminal.press("C-c", "C-c")
    #expect(try stage.terminal.waitForExit() == 0)
    try stage.expectTerminalIsBack()
    // The editor saw the line as the shell left it.
    let seen = try String(contentsOfFile: folder.path + "/seen", encoding: .utf8)
    #expect(
      try seen == String(contentsOfFile: stage.folder.path + "/before", encoding: .utf8))
  }

  @Test func `an editor that is missing is told, and the text is kept`() throws {
    let stage = try Stage(environment: ["VISUAL": "/no/such/editor"])
    try stage.terminal.type("some text")
    try stage.terminal.press("C-x")
    try stage.terminal.wait(for: "a word about it") { $0.contains("There is no editor") }
    #expect(try stage.terminal.screen().contains("> some text"))
    try stage.terminal.press("C-c", "C-c")
    #expect(try stage.terminal.waitForExit() == 0)
  }

  @Test func `random bytes end in a sane terminal`() throws {
    // Programs that keys could start do nothing.
    let stage = try Stage(environment: ["VISUAL": "true"])
    var random = SeededGenerator(seed: 11)
    // What quits or suspends would end the test before its end.
    let leftOut: Set<UInt8> = [0x03, 0x04, 0x1A, UInt8(ascii: "q")]
    for _ in 0..<60 {
      let bytes = (0..<50).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random)
          : Array("\u{1B}[<0;5;9MOABCD;~u?/: ]".utf8).randomElement(using: &random) ?? 0
      }
      try stage.terminal.send(bytes.filter { !leftOut.contains($0) })
    }
    // An open paste would take the keys that quit as text.
    try stage.terminal.send(Array("\u{1B}[201~".utf8))
    // Some of the bytes may still be on their way, and cancel the quitting.
    for _ in 0..<100 where stage.terminal.exitCode() == nil {
      try stage.terminal.press("C-c", "C-c")
      usleep(300_000)
    }
    #expect(stage.terminal.exitCode() == 0)
    try stage.expectTerminalIsBack()
  }
}
