import DemoPair
import Foundation
import Evaluation
import TestSupport
import Testing
import Traces

/// `specreason eval`, `what-if` and `export` as other programs use them.
struct EvaluationCommandTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try withExtendedLifetime(folder) { try body(URL(filePath: folder.path)) }
  }

  private func specreason(_ arguments: String...) throws -> Program.Result {
    try Program.run(Program.specreason, arguments)
  }

  /// A data set of the demo pair's first problems in GSM8K's format, with one bad line.
  private func dataSet(in folder: URL) throws -> String {
    let encoder = JSONEncoder()
    var lines = try DemoPair.problems().prefix(3).map { problem in
      String(
        decoding: try encoder.encode(
          ["question": problem.problem, "answer": "So it is.\n#### \(problem.answer)"]),
        as: UTF8.self)
    }
    lines.insert("{\"question\": \"2 + 2?\"}", at: 1)
    let file = folder.appending(path: "set.jsonl")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    return file.path
  }

  @Test func `the methods are compared in rotation on the demo pair`() throws {
    try withFolder { folder in
      let output = folder.appending(path: "out")
      let result = try specreason(
        "eval", "--preset", "methods", "--count", "1", "--seed", "1", "--output", output.path,
        "--json")
      #expect(result.status == 0, "\(result.errors)")
      let rows = try result.output.split(separator: "\n").map {
        try JSONDecoder().decode(EvaluationSummary.self, from: Data($0.utf8))
      }
      #expect(rows.compactMap(\.method) == EvaluationMethod.all.map(\.name))
      #expect(rows.allSatisfy { $0.solutions == 1 && $0.outcomes.failed == 0 })
      let plot = try String(contentsOf: output.appending(path: "plot.svg"), encoding: .utf8)
      #expect(XMLElements.counted(in: plot) != nil && plot.contains("trigreason"))
    }
  }

  @Test func `rows are told by their options`() throws {
    let row = "mode=reason judge=likelihood threshold=3"
    let result = try specreason(
      "eval", "--count", "1", "--modes", "base", "--row", row, "--row", "mode=stitch stitch=0",
      "--json")
    #expect(result.status == 0, "\(result.errors)")
    let rows = try result.output.split(separator: "\n").map {
      try JSONDecoder().decode(EvaluationSummary.self, from: Data($0.utf8))
    }
    #expect(rows.map(\.method) == [nil, row, "mode=stitch stitch=0"])
    #expect(rows[1].judge == .likelihood && rows[1].threshold == 3)
  }

  @Test(arguments: [
    ["--row", "judge=magic"], ["--row", "mode"], ["--row", "mode=base mode=draft"],
    ["--row", "mode=base", "--row", "mode=base"], ["--row", "mode=base", "--preset", "methods"],
    ["--preset", "methods", "--modes", "base"], ["--methods", "glimpse"],
    ["--preset", "methods", "--methods", "magic"], ["--preset", "methods", "--thresholds", "2"],
  ])
  func `rows that are none, or say what another option says, are refused`(arguments: [String])
    throws
  {
    let result = try Program.run(Program.specreason, ["eval", "--count", "1"] + arguments)
    #expect(result.status == 2 || result.status == 64)
    #expect(!result.errors.isEmpty)
  }

  @Test func `a data set is evaluated, its bad line told, and everything kept`() throws {
    try withFolder { folder in
      let (set, output) = (try dataSet(in: folder), folder.appending(path: "out"))
      let arguments = [
        "eval", set, "--output", output.path, "--json", "--modes", "base", "reason",
        "--thresholds", "7", "--seeds", "1", "2",
      ]
      let result = try Program.run(Program.specreason, arguments)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("line 2"))
      let rows = try result.output.split(separator: "\n").map {
        try JSONDecoder().decode(EvaluationSummary.self, from: Data($0.utf8))
      }
      #expect(rows.map(\.mode) == [.base, .reason])
      #expect(rows.allSatisfy { $0.problems == 3 && $0.solutions == 6 && $0.overSeeds != nil })
      #expect(rows[0].right == 6 && rows[0].speedup == 1)
      #expect(rows[1].threshold == 7 && rows[1].speedup != nil)
      let files = try FileManager.default.contentsOfDirectory(atPath: output.path)
      #expect(
        Set(files).isSuperset(of: [
          "settings.json", "results.jsonl", "table.md", "table.csv", "table.json", "plot.svg",
        ]))
      let traces = try FileManager.default.contentsOfDirectory(
        atPath: output.appending(path: "traces").path)
      #expect(traces.count == 12)
      let plot = try String(contentsOf: output.appending(path: "plot.svg"), encoding: .utf8)
      #expect(XMLElements.counted(in: plot) != nil)

      // Without its last round, the same command solves that one again and keeps the others.
      let results = output.appending(path: "results.jsonl")
      let lines = try String(contentsOf: results, encoding: .utf8).split(separator: "\n")
      try Data((lines.dropLast().joined(separator: "\n") + "\n{\"prob").utf8).write(to: results)
      #expect(try Program.run(Program.specreason, arguments).status == 0)
      let again = try String(contentsOf: results, encoding: .utf8).split(separator: "\n")
      #expect(again.count == lines.count && again.dropLast() == lines.dropLast())

      let other = try specreason(
        "eval", set, "--output", output.path, "--modes", "base", "--seeds", "1", "2")
      #expect(other.status == 1)
      #expect(other.errors.contains("configurations was base reason-short-t7.0-f0, is base"))
    }
  }

  @Test func `pairs of answers are graded without a model`() throws {
    try withFolder { folder in
      let file = folder.appending(path: "pairs.tsv")
      try Data("So \\boxed{\\frac12}\t0.5\n12 34\t1234\nalone\n".utf8).write(to: file)
      let result = try specreason("grade", file.path)
      #expect(result.status == 0 && result.errors.contains("line 3"))
      #expect(result.output.contains("compared as mathematics"))
      #expect(result.output.contains("compared as text") && result.output.contains("1 of 2 equal"))
      let lines = try specreason("grade", file.path, "--json").output.split(separator: "\n")
      let line = try #require(lines.first)
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      let first = try #require(object as? [String: Any])
      #expect(first["equal"] as? Bool == true && first["answer"] as? String == "\\frac12")
      #expect(lines.count == 2)
    }
  }

  @Test(arguments: [
    ["grade", "/no/such/pairs.tsv"], ["grade", "/dev/null"],
    ["eval", "/no/such/set.jsonl"], ["eval", "--thresholds", "10"], ["eval", "--samples", "0"],
    ["eval", "--json", "--csv"], ["eval", "--modes", "base", "base"],
    ["what-if", "/no/such/run.jsonl"], ["export", "/no/such/run.jsonl"],
    ["export", "/dev/null"], ["what-if", "/dev/null"],
  ]) func `what cannot be done is refused in words`(arguments: [String]) throws {
    let result = try Program.run(Program.specreason, arguments)
    #expect(result.status != 0 && result.output.isEmpty && !result.errors.isEmpty)
  }

  @Test func `a run's trace can be asked what if, and exported`() throws {
    try withFolder { folder in
      let problem = try #require(try DemoPair.problems().first)
      let run = try specreason("run", "--json", "--mode", "reason", "--seed", "1", problem.problem)
      let trace = folder.appending(path: "run.jsonl")
      // A killed program leaves half a line.
      try Data((run.output + "{\"type\":\"tok").utf8).write(to: trace)

      let whatIf = try specreason("what-if", trace.path, "--json")
      #expect(whatIf.status == 0 && whatIf.errors.contains("left out"))
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(whatIf.output.utf8)) as? [String: Any])
      let thresholds = try #require(object["thresholds"] as? [[String: Any]])
      #expect(thresholds.count == 19 && object["threshold"] as? Double == 7)
      let own = try #require(thresholds.first { $0["threshold"] as? Double == 7 })
      #expect((own["flips"] as? [Any])?.isEmpty == true)
      #expect(try specreason("what-if", trace.path).output.contains("suggested τ"))

      for (name, beginning) in [
        ("run.html", "<!DOCTYPE html>"), ("run.md", "# specreason"), ("run.svg", "<svg"),
        ("run.json", "{"), ("run.cast", "{\"height\":30"),
      ] {
        let file = folder.appending(path: name)
        let result = try specreason("export", trace.path, "--output", file.path)
        #expect(result.status == 0, "\(result.errors)")
        let content = try String(contentsOf: file, encoding: .utf8)
        #expect(content.hasPrefix(beginning), "\(name)")
      }
    }
  }

  @Test func `an interrupted evaluation says that it can go on`() throws {
    try withFolder { folder in
      let output = folder.appending(path: "out")
      let settings = output.appending(path: "settings.json").path
      // Three thousand solutions take longer than the signal after the folder was begun.
      let script = """
        "$0" eval --output "$1" --modes draft --count 3 --samples 1000 &
        until [ -e "$2" ]; do kill -0 $! || exit 1; sleep 0.1; done
        kill -TERM $! && wait $!
        """
      let stopped = try Program.run(
        "/bin/sh", ["-c", script, Program.specreason, output.path, settings])
      #expect(stopped.status == 143)
      #expect(stopped.errors.contains("the same command goes on"))
    }
  }
}
