import TestSupport
import Testing

/// What an evaluation says while it goes on, in a real terminal.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"))
struct EvaluationProgressTests {
  @Test func `the progress tells what runs, how often it was right, and the time left`() throws {
    let terminal = try TmuxTerminal(
      columns: 120, rows: 30, "\(Program.specreason) eval --modes reason --thresholds 7")
    try terminal.wait(for: "the progress") {
      $0.contains(/\d+\/\d+ problems · reason.* · \d+\/\d+ right, \d+% · .* left/)
    }
    try terminal.press("C-c")
    #expect(try terminal.waitForExit() == 130)
  }
}
