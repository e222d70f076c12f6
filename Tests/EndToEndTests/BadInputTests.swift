import DemoPair
import Foundation
import TestSupport
import Testing

/// What is wrong is told in one clear sentence, and with an exit code.
struct BadInputTests {
  private static let tools = [["run", "1 + 1?"], ["chat"]]

  /// A file with `content`, for as long as `body` runs.
  private func withFile(_ content: Data, _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".gguf")
    try content.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  private func expectRefusal(
    of path: String, saying words: String, location: SourceLocation = #_sourceLocation
  ) throws {
    for tool in Self.tools {
      let result = try Program.run(Program.specreason, tool + ["--base", path])
      #expect(result.status == 1, sourceLocation: location)
      #expect(result.errors.contains(words), "\(result.errors)", sourceLocation: location)
      #expect(result.errors.split(separator: "\n").count == 1, sourceLocation: location)
      #expect(!result.errors.contains("\u{1B}"), sourceLocation: location)
    }
    let info = try Program.run(Program.specreason, ["models", "info", path])
    #expect(info.status == 1 && info.errors.contains(words), sourceLocation: location)
  }

  @Test func `a missing file`() throws {
    try expectRefusal(of: "/no/such/model.gguf", saying: "/no/such/model.gguf")
  }

  @Test func `a text file`() throws {
    try withFile(Data("Once upon a time there was a model.".utf8)) {
      try expectRefusal(of: $0, saying: "text file")
    }
  }

  @Test func `an empty file`() throws {
    try withFile(Data()) { try expectRefusal(of: $0, saying: $0) }
  }

  @Test func `a folder`() throws {
    try expectRefusal(of: FileManager.default.temporaryDirectory.path, saying: "is a directory")
  }

  @Test(arguments: [0.3, 0.7, 0.999]) func `a truncated model`(share: Double) throws {
    let whole = try Data(contentsOf: try DemoPair.locate().base)
    try withFile(whole.prefix(Int(Double(whole.count) * share))) {
      try expectRefusal(of: $0, saying: $0)
    }
  }

  @Test func `an architecture that is not supported, by its name`() throws {
    var whole = try Data(contentsOf: try DemoPair.locate().base)
    let name = try #require(whole.range(of: Data("general.architecture".utf8)))
    let value = try #require(whole.range(of: Data("qwen2".utf8), in: name.upperBound..<whole.count))
    whole.replaceSubrange(value, with: Data("mamba".utf8))
    try withFile(whole) { try expectRefusal(of: $0, saying: "mamba") }
  }

  @Test func `a file name with control characters stays on its line`() throws {
    let result = try Program.run(
      Program.specreason, ["run", "--base", "/no\u{1B}]52;c;AAAA\u{7}\n/such", "1 + 1?"])
    #expect(result.status == 1)
    #expect(!result.errors.contains("\u{1B}") && !result.errors.contains("\u{7}"))
  }

  @Test(arguments: [
    ["run", "--threshold", "12", "x"], ["run", "--threshold", "seven", "x"],
    ["run", "--mode", "reasoning", "x"], ["run", "--top-p", "0", "x"],
    ["run", "--budget", "0", "x"], ["run", "--nonsense", "x"], ["frobnicate", "--x"],
    ["run", "--mode", "reason", "--base", "b.gguf", "x"], ["run", "  "],
  ]) func `wrong usage ends with 2`(arguments: [String]) throws {
    let result = try Program.run(Program.specreason, arguments)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(!result.errors.isEmpty)
  }

  @Test(arguments: [
    "--help", "--version", "examples", "themes", "keys", "config --json", "tokenize hello",
    "run --json 'Two plus two?'", "run 'Two plus two?'",
  ])
  func `output that cannot be written is told in one sentence`(command: String) throws {
    for target in ["> /dev/full", ">&-"] {
      let result = try Program.run("/bin/sh", ["-c", "\(Program.specreason) \(command) \(target)"])
      #expect(result.status == 1, "\(command) \(target)")
      #expect(result.errors.contains("standard output cannot be written"), "\(result.errors)")
      #expect(!result.errors.contains("Fatal"))
    }
  }

  @Test func `lines that cannot be written are told in one sentence`() throws {
    let result = try Program.run(
      "/bin/sh", ["-c", "echo 'Two plus two?' | \(Program.specreason) --linear > /dev/full"])
    #expect(result.status == 1)
    #expect(
      result.errors.contains(
        "specreason: standard output cannot be written: No space left on device.\n"))
    let trace = Program.packageRoot.appending(path: "Tests/ReportsTests/Fixtures/steered.jsonl")
      .path
    let replay = try Program.run(
      "/bin/sh", ["-c", "\(Program.specreason) replay --linear \(trace) > /dev/full"])
    #expect(replay.status == 1 && replay.errors.contains("No space left"), "\(replay.errors)")
  }

  @Test(arguments: ["examples", "run 'Two plus two?'"])
  func `output that nobody reads ends a command as it ends others`(command: String) throws {
    // The reader is gone before anything is written.
    let script = "{ sleep 0.5; \(Program.specreason) \(command); echo $? >&2; } | true"
    let ended = try Program.run("/bin/sh", ["-c", script])
    #expect(ended.errors.hasSuffix("141\n") && !ended.errors.contains("written"), "\(ended.errors)")
    let ignoring = try Program.run("/bin/sh", ["-c", "trap '' PIPE; \(script)"])
    #expect(ignoring.errors.hasSuffix("cannot be written: Broken pipe.\n1\n"), "\(ignoring.errors)")
  }

  @Test func `what gives bytes without end is refused`() throws {
    for command in ["eval /dev/zero", "export /dev/zero", "run < /dev/zero"] {
      let result = try Program.run(
        "/bin/sh", ["-c", "exec timeout 120 \(Program.specreason) \(command)"])
      #expect(result.status == 1 && result.errors.contains("File too large"), "\(result.errors)")
    }
  }

  @Test func `the viewer needs a terminal`() throws {
    let result = try Program.run(Program.specreason)
    #expect(result.status == 1)
    #expect(result.errors.contains("needs a terminal"))
    #expect(result.output.isEmpty)
  }

  @Test func `an unknown theme is named`() throws {
    let result = try Program.run(Program.specreason, ["--theme", "nosuch"])
    #expect(result.status == 1)
    #expect(result.errors.contains("nosuch"))
  }

  @Test(arguments: [130_000, 200_000, 240_000])
  func `a narrow memory limit is told, not waited on`(kibibytes: Int) throws {
    let result = try Program.run(
      "/bin/sh",
      ["-c", "ulimit -v \(kibibytes) && exec timeout 30 \(Program.specreason) run '1 + 1?'"])
    #expect(result.status == 1)
    #expect(result.errors.contains("raise it with `ulimit -v`"), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test func `limits that leave no threads are told, not waited on`() throws {
    // Stacks of a gigabyte each, and no room for two.
    let result = try Program.run(
      "/bin/sh",
      [
        "-c",
        "ulimit -s 1000000 && ulimit -v 2000000 && exec timeout 30 \(Program.specreason) run '1 + 1?'",
      ])
    #expect(result.status == 1)
    #expect(result.errors.contains("no threads to work with"), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
  }
}
