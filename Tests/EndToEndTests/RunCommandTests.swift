import DemoPair
import Foundation
import Evaluation
import TestSupport
import Testing
import Traces

/// `specreason run` as other programs use it: through pipes.
struct RunCommandTests {
  @Test func `the trace of a problem reads back and tells the whole story`() throws {
    let problem = try #require(try DemoPair.problems().first)
    let result = try Program.run(
      Program.specreason, ["run", "--json", "--seed", "1", problem.problem])
    #expect(result.status == 0)
    let events = try TraceCoding.events(in: result.output)
    #expect(result.output.split(separator: "\n").allSatisfy { $0.hasPrefix(#"{"type":""#) })
    guard case .runStarted(let run) = try #require(events.first).kind else {
      Issue.record("the first event is \(events[0])")
      return
    }
    #expect(
      run.options.threshold == 7 && run.options.mode == .reasonDecode && run.options.seed == 1)
    guard case .turnEnded(let end) = try #require(events.last).kind else {
      Issue.record("the last event is \(events[events.count - 1])")
      return
    }
    #expect(end.stop == .answer)
    #expect(events.map(\.time) == events.map(\.time).sorted())
    let judged = events.compactMap { event in
      if case .stepJudged(let judged) = event.kind { judged } else { nil }
    }
    #expect(!judged.isEmpty)
    for judgement in judged where !judgement.probabilities.isEmpty {
      #expect(judgement.probabilities.count == 10)
      #expect(abs(judgement.probabilities.reduce(0, +) - 1) < 1e-3)
    }
  }

  @Test func `a run is saved where that is asked for`() throws {
    let folder = try TemporaryFolder()
    let problem = try #require(try DemoPair.problems().first)
    let arguments = ["run", "--json", "--seed", "1", "--run-folder", folder.path, problem.problem]
    let runs = RunFolder(path: folder.path)
    _ = try Program.run(Program.specreason, arguments)
    #expect(runs.runs().isEmpty)
    let result = try Program.run(Program.specreason, arguments + ["--save"])
    let saved = try runs.trace(try runs.id(of: "latest"))
    #expect(try saved.events == TraceCoding.events(in: result.output))
  }

  @Test func `the same seed gives the same text`() throws {
    let problem = try #require(try DemoPair.problems().last)
    let texts = try (0..<2).map { _ in
      try Program.run(Program.specreason, ["run", "--seed", "5", problem.problem]).output
    }
    #expect(texts[0] == texts[1])
    #expect(!texts[0].isEmpty)
  }

  @Test func `most held-out problems end right, with accepted and regenerated steps among them`()
    throws
  {
    let problems = try DemoPair.problems().prefix(30)
    var right = 0
    var statuses: [StepStatus: Int] = [:]
    for (index, problem) in problems.enumerated() {
      let result = try Program.run(
        Program.specreason, ["run", "--json", "--seed", "\(index)", problem.problem])
      for event in try TraceCoding.events(in: result.output) {
        switch event.kind {
        case .answer(let answer):
          if AnswerChecker.agree(answer.boxed ?? "", problem.answer) { right += 1 }
        case .stepCommitted(let step):
          statuses[step.status, default: 0] += 1
        default: break
        }
      }
    }
    #expect(right >= 27)
    #expect(statuses[.draftAccepted, default: 0] > 0)
    #expect(statuses[.baseRegenerated, default: 0] > 0)
  }

  @Test(arguments: Mode.allCases) func `every mode answers`(mode: Mode) throws {
    let problem = try #require(try DemoPair.problems().first)
    let result = try Program.run(
      Program.specreason, ["run", "--mode", mode.rawValue, "--seed", "2", problem.problem])
    #expect(result.status == 0)
    #expect(result.output.contains(#"\boxed{"#))
    let words: [Mode: String] = [
      .base: "base-written", .draft: "draft-written", .specDecode: "base-written",
      .reason: "draft-accepted", .reasonDecode: "draft-accepted", .stitch: "stitched",
    ]
    #expect(result.output.contains(try #require(words[mode])))
  }

  /// One's own wording comes with a configuration file.
  @Test(arguments: JudgeKind.allCases.filter { $0 != .own })
  func `every judge decides`(judge: JudgeKind) throws {
    let problem = try #require(try DemoPair.problems().first)
    let result = try Program.run(
      Program.specreason,
      ["run", "--judge", judge.rawValue, "--seed", "2", problem.problem])
    #expect(result.status == 0)
    let words = [judge.asksBase ? "draft-accepted" : "draft-unasked", "base-regenerated"]
    #expect(words.contains { result.output.contains($0) })
  }

  @Test func `a pipe gets nothing but text`() throws {
    let problem = try #require(try DemoPair.problems().first)
    let result = try Program.run(Program.specreason, ["run"], input: problem.problem)
    #expect(result.status == 0)
    #expect(!result.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func `a budget is kept and told`() throws {
    let problem = try #require(try DemoPair.problems().first)
    let result = try Program.run(
      Program.specreason, ["run", "--json", "--budget", "40", problem.problem])
    let events = try TraceCoding.events(in: result.output)
    guard case .turnEnded(let end) = try #require(events.last).kind else {
      Issue.record("the last event is \(events[events.count - 1])")
      return
    }
    #expect(end.stop == .budget)
    let run = events.reduce(into: RunState()) { $0.apply($1) }
    let turn = try #require(run.turns.last)
    let steps = turn.steps.reduce(0) { $0 + ($1.committed?.tokens ?? 0) }
    #expect(steps <= 30)
    #expect(steps + (try #require(turn.answer).tokens) <= 40)
    #expect(turn.answer?.forced == .budget)
    #expect(end.tokens.draft + end.tokens.base <= 160)
    #expect(result.status == 1)
  }

  @Test func `a problem of another kind gets the demo pair's honest word`() throws {
    let result = try Program.run(
      Program.specreason, ["run", "--budget", "60", "Wherefore dost quixotic zeppelin yodel?"])
    #expect(result.errors.contains("The demo pair only solves problems like its examples"))
  }

  @Test func `Ctrl-C ends a long evaluation with 130`() throws {
    // All problems, modes and thresholds take far longer than the second after which the signal
    // comes.
    let result = try Program.run(
      "/usr/bin/env",
      ["timeout", "--preserve-status", "-s", "INT", "1", Program.specreason, "eval"])
    #expect(result.status == 130)
    #expect(!result.errors.contains("Error"))
  }
}
