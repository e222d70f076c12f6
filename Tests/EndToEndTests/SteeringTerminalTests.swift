import DemoPair
import Foundation
import TestSupport
import Testing

/// The person's hand in a run of the demo pair, in a real terminal.
///
/// A turn of the demo pair takes some hundredths of a second, so it is paused before it is sent.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .serialized)
struct SteeringTerminalTests {
  @Test func `a paused turn goes step by step, and steps are rejected and accepted`() throws {
    let terminal = try paused()
    try step(to: 1, terminal)
    try step(to: 2, terminal)
    try terminal.press("r", ".")
    try terminal.wait(for: "the base model's step") {
      $0.contains("base-regenerated") && $0.contains("2 steps")
    }
    try terminal.press("a")
    try terminal.wait(for: "the draft's step again") {
      !$0.contains("base-regenerated") && $0.contains("accepted by the person")
    }
    try terminal.press("p")
    try terminal.wait(for: "the answer") { $0.contains("answered") && $0.contains("idle") }
  }

  @Test func `a step is edited, a note is put in, and branches are kept, shown and taken up`()
    throws
  {
    let folder = try TemporaryFolder()
    let editor = try folder.write(
      "editor", Array("#!/bin/sh\nprintf 'By my own hand.' > \"$1\"\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor)
    let terminal = try paused(environment: ["EDITOR": editor])
    try step(to: 1, terminal)
    try terminal.press("e")
    try terminal.wait(for: "the edited step") {
      $0.contains("By my own hand.") && $0.contains("! edited")
    }
    try terminal.press("+")
    try terminal.wait(for: "the question for a note") { $0.contains("Note after step 1") }
    try terminal.type("Mind the units.")
    try terminal.press("Enter")
    try terminal.wait(for: "the note") { $0.contains("Mind the units.") && $0.contains("! note") }
    try terminal.press("k")
    try terminal.press("b")
    try terminal.wait(for: "the branch") { !$0.contains("Mind the units.") }
    try terminal.press("T")
    try terminal.wait(for: "the tree") {
      $0.contains("branch 2 goes on") && $0.contains("branch 0 left")
    }
    try terminal.press("Up", "c")
    try terminal.wait(for: "the comparison") { $0.contains("Branch 1 and branch 2") }
    try terminal.press("Escape")
    try terminal.wait(for: "the conversation") { !$0.contains("Branch 1 and branch 2") }
    try terminal.press("T", "Up", "g")
    try terminal.wait(for: "the note again") { $0.contains("Mind the units.") }
  }

  @Test func `a race measures the speedup`() throws {
    let terminal = try started()
    try ask(terminal)
    try terminal.wait(for: "the answer") { $0.contains("answered") && $0.contains("idle") }
    try terminal.press("Tab", "B")
    try terminal.wait(for: "the result") { $0.contains("× (measured)") && $0.contains("alone") }
    try terminal.press("Escape")
    try terminal.wait(for: "the measured speedup in the run pane") { $0.contains("× measured") }
  }

  @Test func `a setting changes, and the run knows it`() throws {
    let terminal = try started()
    try terminal.press("Tab", "S")
    try terminal.wait(for: "the settings") { $0.contains("thinking-budget") }
    try terminal.press("Down", "Right")
    try terminal.wait(for: "the other score method") { $0.contains("began as average") }
    try terminal.press("Escape")
    try terminal.wait(for: "the conversation") { !$0.contains("thinking-budget") }
    try terminal.press("Tab", "Tab")
    try terminal.type("/set temperature 0")
    try terminal.press("Enter")
    try terminal.wait(for: "the confirmed word") { $0.contains("temperature 0.0, from the next") }
  }

  @Test func `a turn that its budget ended goes on with Enter`() throws {
    let terminal = try started("--seed 3 --threshold 0 --budget 60")
    try ask(terminal)
    try terminal.wait(for: "the end of the budget") {
      $0.contains("the token budget is used up; the answer was asked for")
        && $0.contains("Enter goes on with as much budget again")
    }
    for _ in 1...8 {
      try terminal.press("Enter")
      try terminal.wait(for: "the next end") { $0.contains("idle") && !$0.contains("starting") }
      if try terminal.screen().contains("answered ·") { break }
    }
    try terminal.wait(for: "the answer") { $0.contains("answered ·") && $0.contains("idle") }
  }

  @Test func `the coach's threshold is set with =`() throws {
    // No average of digits reaches 9.
    let terminal = try started("--seed 3 --threshold 9 --judge short")
    try ask(terminal)
    try terminal.wait(for: "the coach") { $0.contains("= sets it") && $0.contains("idle") }
    try terminal.press("=")
    try terminal.wait(for: "the suggested threshold") { $0.contains("would flip at τ 8.5") }
  }

  private func started(
    _ options: String = "--seed 3 --threshold 0", environment: [String: String] = [:]
  ) throws -> TmuxTerminal {
    let terminal = try TmuxTerminal(
      columns: 120, rows: 36, environment: environment, "\(Program.specreason) \(options)")
    try terminal.wait(for: "the start screen") { $0.contains("idle") }
    return terminal
  }

  /// A turn that was paused before it was sent; the conversation has the focus.
  private func paused(environment: [String: String] = [:]) throws -> TmuxTerminal {
    let terminal = try started(environment: environment)
    try terminal.press("Tab", "p")
    try terminal.wait(for: "the pause") { $0.contains("paused") }
    try terminal.press("Tab", "Tab")
    try ask(terminal)
    try terminal.wait(for: "the paused turn") { $0.contains("You") && $0.contains("paused") }
    try terminal.press("Tab")
    return terminal
  }

  private func ask(_ terminal: TmuxTerminal) throws {
    let problem = try #require(try DemoPair.problems().first).problem
    try terminal.type(problem)
    try terminal.wait(for: "the typed problem") { !$0.contains("> a word problem") }
    try terminal.press("Enter")
  }

  private func step(to number: Int, _ terminal: TmuxTerminal) throws {
    try terminal.press(".")
    try terminal.wait(for: "step \(number)") {
      $0.contains("Thinking  \(number) step") && $0.contains("paused")
    }
  }
}
