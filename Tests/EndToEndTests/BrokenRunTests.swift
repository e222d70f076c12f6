import DemoPair
import Foundation
import TestSupport
import Testing
import Traces

/// Runs that were killed or damaged, as a person meets them again.
struct BrokenRunTests {
  /// A run folder with one saved run of the demo pair, of which `change` has made something else.
  private struct Stage {
    static let question = "Ben has 12 marbles. He finds 5 more. How many marbles does Ben have?"
    let folder: TemporaryFolder
    let file: String
    let content: Data

    init(_ change: ([String]) -> [String]) throws {
      folder = try TemporaryFolder()
      let problem = try #require(try DemoPair.problems().first)
      let run = try Program.run(
        Program.specreason, ["run", "--json", "--seed", "3", problem.problem])
      let lines = run.output.split(separator: "\n").map(String.init)
      content = Data(change(lines).joined(separator: "\n").utf8)
      file = folder.path + "/20260101-000000-0000.jsonl"
      try content.write(to: URL(filePath: file))
    }

    func resume(asking input: String) throws -> Program.Result {
      // A hang must not hold up the tests.
      try Program.run(
        "/usr/bin/env",
        [
          "timeout", "120", Program.specreason, "--linear", "--resume", "latest", "--run-folder",
          folder.path,
        ], input: input)
    }

    func specreason(_ arguments: String...) throws -> Program.Result {
      try Program.run(Program.specreason, arguments)
    }
  }

  @Test func `a run that was killed in the middle of a turn goes on`() throws {
    let stage = try Stage { Array($0.prefix(40)) }
    let result = try stage.resume(asking: Stage.question + "\n")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("broken off") && result.output.contains("answer"))
    let trace = try TraceFile(path: stage.file)
    #expect(trace.warning == nil)
    #expect(trace.run.turns.map { $0.ended?.stop == .brokenOff } == [true, false])
    #expect(trace.run.turns.last?.prompt == Stage.question)
    #expect(try Data(contentsOf: URL(filePath: stage.file)).starts(with: stage.content))

    let quit = try stage.resume(asking: "/quit\n")
    #expect(quit.status == 0)
  }

  @Test func `replay and export say that a turn was broken off`() throws {
    let stage = try Stage { Array($0.prefix(40)) }
    let replay = try stage.specreason("replay", stage.file, "--linear")
    #expect(replay.status == 0 && replay.output.contains("broken off"))
    let export = try stage.specreason("export", stage.file, "--format", "markdown")
    #expect(export.status == 0 && export.output.contains("broken off"))
    #expect(export.errors.contains("broken off"))
    #expect(try Data(contentsOf: URL(filePath: stage.file)) == stage.content)
  }

  @Test func `a damaged line is named by every command, and nothing else is lost`() throws {
    let stage = try Stage { lines in
      var lines = lines
      lines[1] = "\u{1}" + lines[1].dropFirst()
      return lines
    }
    for arguments in [
      ["export", stage.file, "--format", "json"], ["what-if", stage.file],
      ["replay", stage.file, "--linear"],
    ] {
      let result = try Program.run(Program.specreason, arguments)
      #expect(result.status == 0)
      #expect((result.output + result.errors).contains("Line 2 is damaged"), "\(arguments)")
    }
    let opened = try stage.resume(asking: "")
    #expect(opened.status == 0 && opened.output.contains("Line 2 is damaged"))
    #expect(try Data(contentsOf: URL(filePath: stage.file)) == stage.content)

    #expect(try stage.resume(asking: Stage.question + "\n").status == 0)
    #expect(try Data(contentsOf: URL(filePath: stage.file + ".damaged")) == stage.content)
    let run = try TraceFile(path: stage.file).run
    #expect(run.turns.count == 2 && run.turns.first?.ended?.stop == .answer)
    #expect(run.turns.first?.answer != nil && run.turns.first?.steps.isEmpty == false)
  }

  @Test func `what is no trace is refused in a sentence and left alone`() throws {
    let stage = try Stage { _ in
      ["{\"problem\":\"2 + 2?\",\"answer\":\"4\"}", "{\"problem\":\"3?\",\"answer\":\"3\"}", ""]
    }
    let results = [
      try stage.resume(asking: Stage.question + "\n"), try stage.specreason("replay", stage.file),
      try stage.specreason("export", stage.file), try stage.specreason("what-if", stage.file),
    ]
    for result in results {
      #expect(result.status == 1)
      #expect(result.errors.contains("this is not the trace of a run"), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1)
    }
    #expect(try Data(contentsOf: URL(filePath: stage.file)) == stage.content)
  }

  @Test(arguments: [
    ["export", "/no/such/run.jsonl"], ["what-if", "/no/such/run.jsonl"],
    ["eval", "/no/such/set.jsonl"], ["export", "/"],
  ])
  func `a file that cannot be read is told of in one sentence`(arguments: [String]) throws {
    let result = try Program.run(Program.specreason, arguments)
    #expect(result.status == 1)
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(result.errors.contains(arguments[1]) && !result.errors.contains("Domain"))
    let reason = arguments[1] == "/" ? "Is a directory" : "No such file"
    #expect(result.errors.contains(reason), "\(result.errors)")
  }

  @Test func `a run that cannot be saved ends with 1`() throws {
    let result = try Program.run(
      Program.specreason, ["run", "--save", "--run-folder", "/dev/null/runs", Stage.question])
    #expect(result.status == 1)
    #expect(result.errors.contains("The run is not saved"))
  }

  @Test func `a limit on the size of files is told as a full disk is, and what was written stays`()
    throws
  {
    let folder = try TemporaryFolder()
    let result = try Program.run(
      "/bin/sh",
      [
        "-c", "ulimit -f 8 && exec \"$0\" run --save --run-folder \"$1\" \"$2\"",
        Program.specreason,
        folder.path, Stage.question,
      ])
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.errors.contains("File too large"), "\(result.errors)")
    let file = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).first {
        $0.hasSuffix(".jsonl")
      })
    let trace = try TraceFile(path: folder.path + "/" + file)
    #expect(trace.damagedLines == 0 && trace.run.turns.first?.prompt == Stage.question)
  }

  @Test func `a second evaluation on one folder is refused with the first one's number`() throws {
    let folder = try TemporaryFolder()
    // The first holds the folder until it is ended: three thousand solutions take long.
    let script = """
      "$0" eval --output "$1" --modes draft --count 3 --samples 1000 2>/dev/null >/dev/null &
      first=$!
      until [ -e "$1/results.jsonl" ]; do sleep 0.05; done
      "$0" eval --output "$1" --modes draft --count 3 --samples 1000
      echo "$? $first"
      kill -TERM $first; wait $first
      """
    let result = try Program.run(
      "/bin/sh", ["-c", script, Program.specreason, folder.path + "/out"])
    let words = result.output.split(whereSeparator: \.isWhitespace)
    #expect(words.first == "1")
    #expect(result.errors.contains("in use by process \(words.last ?? "")"), "\(result.errors)")
  }
}
