import DemoPair
import Foundation
import TestSupport
import Testing
import Traces

/// Runs that are saved by one process and used by the next, in a real terminal.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .serialized)
struct SavedRunTests {
  @Test func `a run is saved, listed, replayed and gone on with`() throws {
    let folder = try TemporaryFolder()
    let environment = ["XDG_STATE_HOME": folder.path]
    let runs = RunFolder(path: folder.path + "/specreason/runs")
    let problems = try DemoPair.problems().prefix(2).map(\.problem)

    let first = try TmuxTerminal(
      columns: 120, rows: 36, environment: environment,
      "\(Program.specreason) --seed 3 --threshold 8.5")
    try first.wait(for: "the start screen") { $0.contains("idle") }
    try Self.ask(problems[0], first)
    let id = try runs.id(of: "latest")

    let refused = try Program.run(
      Program.specreason, ["--resume", "latest"], environment: environment)
    #expect(refused.status == 1)
    #expect(refused.errors.contains(try first.processID()), "\(refused.errors)")

    try first.press("C-c", "C-c")
    #expect(try first.waitForExit() == 0)
    let list = try Program.run(Program.specreason, ["runs"], environment: environment)
    #expect(list.output.contains(id) && list.output.contains(problems[0].prefix(40)))

    // Its name goes wherever a trace does.
    for arguments in [
      ["export", id, "--format", "markdown"], ["what-if", id], ["compare", id, "latest"],
    ] {
      let result = try Program.run(Program.specreason, arguments, environment: environment)
      #expect(result.status == 0 && !result.output.isEmpty, "\(arguments) \(result.errors)")
    }

    let replay = try TmuxTerminal(
      columns: 120, rows: 36, environment: environment,
      "\(Program.specreason) replay latest --speed max")
    try replay.wait(for: "the recorded answer") { $0.contains("answered") && $0.contains("end") }
    try replay.press("q")
    #expect(try replay.waitForExit() == 0)

    let second = try TmuxTerminal(
      columns: 120, rows: 36, environment: environment, "\(Program.specreason) --resume latest")
    try second.wait(for: "the earlier conversation") {
      $0.contains("idle") && $0.contains("answered") && $0.contains("τ 8.5")
    }
    try second.press("Tab", "k", "k", "b")
    try second.wait(for: "a branch of the earlier turn") {
      $0.contains("answered") && $0.contains("idle") && !$0.contains("· 0 wasted")
    }
    try second.press("Tab", "Tab")
    try Self.ask(problems[1], second)
    try second.press("C-c", "C-c")
    #expect(try second.waitForExit() == 0)
    let run = try runs.trace(id).run
    #expect(run.turns.map(\.prompt) == problems)
    #expect(run.turns.map(\.number) == [1, 2])
    #expect(run.threshold == 8.5)
    #expect(run.turns.map(\.branch) == [1, 0])
  }

  @Test func `a run whose models are gone is told so, and can be replayed`() throws {
    let folder = try TemporaryFolder()
    let runs = RunFolder(path: folder.path)
    let writer = runs.begin { Issue.record("\($0)") }
    let gone = ModelDescription(name: "gone", source: folder.path + "/gone.gguf")
    writer.append(
      Event(
        time: 0,
        kind: .runStarted(
          RunStarted(
            version: "1", base: gone, draft: nil,
            options: .published(mode: .base, judge: .short, budget: 100, seed: 1),
            machine: "m", baseSecondsPerToken: nil))))
    writer.append(Event(time: 1, kind: .turnStarted(TurnStarted(turn: 1, prompt: "Why?"))))
    writer.close()
    let result = try Program.run(
      Program.specreason, ["--resume", "latest", "--run-folder", folder.path])
    #expect(result.status != 0)
    #expect(result.errors.contains("replay") && result.errors.contains("gone.gguf"))
  }

  private static func ask(_ problem: String, _ terminal: TmuxTerminal) throws {
    try terminal.type(problem)
    try terminal.wait(for: "the typed problem") { !$0.contains("> a word problem") }
    try terminal.press("Enter")
    try terminal.wait(for: "the answer to \(problem)") {
      $0.contains("> a word problem") && $0.contains("answered") && $0.contains("idle")
    }
  }
}
