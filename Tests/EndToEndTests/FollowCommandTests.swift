import DemoPair
import Foundation
import TestSupport
import Testing
import Traces

/// `replay --follow` and `compare` as a person uses them.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"))
struct FollowCommandTests {
  /// The lines of a run of the demo pair.
  private static func lines(_ options: String...) throws -> [String] {
    let problem = try #require(try DemoPair.problems().first)
    let run = try Program.run(
      Program.specreason, ["run", "--json"] + options + [problem.problem])
    return run.output.split(separator: "\n").map { $0 + "\n" }
  }

  private static func append(_ text: String, to path: String) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
  }

  @Test func `a trace that grows is shown as it grows, and its end too`() throws {
    let lines = try Self.lines("--seed", "3")
    let folder = try TemporaryFolder()
    let path = try folder.write("run.jsonl", Array(lines[..<5].joined().utf8))
    let viewer = try TmuxTerminal(
      columns: 120, rows: 36, "\(Program.specreason) replay --follow \(path)")
    try viewer.wait(for: "the run's beginning") { $0.contains("following") && $0.contains("live") }
    // A torn line waits for its rest.
    try Self.append(lines[5...].joined().dropLast(20).description, to: path)
    try viewer.wait(for: "its steps") { $0.contains("✓") }
    try Self.append(String(lines[5...].joined().suffix(20)), to: path)
    try viewer.wait(for: "its end") { $0.contains("answered") }
    unlink(path)
    try viewer.wait(for: "a word of the removal") { $0.contains("was removed") }
    try viewer.press("q")
    #expect(try viewer.waitForExit() == 0)
  }

  @Test(arguments: [["--linear"], []])
  func `in a pipe it is printed until its writer lets go`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let writer = RunFolder(path: folder.path).begin { Issue.record("\($0)") }
    let events = try Self.lines("--seed", "3").compactMap {
      try TraceCoding.event(from: $0.trimmingCharacters(in: .newlines))
    }
    for event in events.prefix(20) { writer.save(event) }
    Thread.detachNewThread {
      for event in events.dropFirst(20) {
        writer.save(event)
        usleep(2_000)
      }
      writer.close()
    }
    let result = try Program.run(
      "/usr/bin/env",
      ["timeout", "60", Program.specreason, "replay", "--follow", "--run-folder", folder.path]
        + options + [writer.id])
    #expect(result.status == 0, "\(result.errors)")
    let answer = events.lazy.compactMap { event in
      if case .answer(let answer) = event.kind { answer.boxed } else { nil }
    }.first
    #expect(result.output.contains(answer ?? "?"))
    #expect(result.errors.contains("No program writes this run"))
  }

  @Test func `two runs are compared as text, as JSON and on a screen`() throws {
    let folder = try TemporaryFolder()
    let one = try folder.write("one.jsonl", Array(try Self.lines("--seed", "3").joined().utf8))
    let two = try folder.write(
      "two.jsonl", Array(try Self.lines("--seed", "4", "--mode", "base").joined().utf8))
    let text = try Program.run(Program.specreason, ["compare", one, two])
    #expect(text.status == 0 && text.output.contains("right answers"), "\(text.errors)")
    let json = try Program.run(Program.specreason, ["compare", "--json", one, one])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(((object?["questions"] as? [[String: Any]])?.first?["isSame"]) as? Bool == true)
    let screen = try TmuxTerminal(
      columns: 120, rows: 36, "\(Program.specreason) compare \(one) \(two)")
    try screen.wait(for: "both runs") { $0.contains("Two runs of one problem") }
    try screen.press("Escape")
    try screen.wait(for: "run A below") { $0.contains("answered") && $0.contains("end") }
    try screen.press("q")
    #expect(try screen.waitForExit() == 0)
    let missing = try Program.run(Program.specreason, ["compare", one, "nothing"])
    #expect(missing.status == 1 && missing.errors.contains("nothing"))
  }
}
