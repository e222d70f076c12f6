import DemoPair
import Foundation
import TestSupport
import Testing

/// Themes, keys and access in a real terminal.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .serialized)
struct LookTerminalTests {
  private func started(
    _ options: String = "", columns: Int = 100, rows: Int = 30,
    environment: [String: String] = [:]
  ) throws -> TmuxTerminal {
    let terminal = try TmuxTerminal(
      columns: columns, rows: rows, environment: environment,
      "\(Program.specreason) --seed 3 \(options)")
    try terminal.wait(for: "the start screen") { $0.contains("idle") }
    return terminal
  }

  private func solve(_ terminal: TmuxTerminal) throws {
    let problem = try #require(try DemoPair.problems().first).problem
    try terminal.type(problem)
    try terminal.wait(for: "the typed problem") { !$0.contains("> a word problem") }
    try terminal.press("Enter")
    try terminal.wait(for: "the answer") { $0.contains("answered") && $0.contains("idle") }
  }

  @Test(arguments: [["TERM": "linux"], ["LC_ALL": "C"], ["LC_ALL": "C.UTF-8", "FLAG": "--ascii"]])
  func `a terminal without Unicode gets ASCII by itself, and anyone on demand`(
    environment: [String: String]
  ) throws {
    let terminal = try started(environment["FLAG"] ?? "", environment: environment)
    try solve(terminal)
    let screen = try terminal.screen()
    #expect(screen.utf8.allSatisfy { $0 < 0x80 })
    #expect(screen.contains("+- Conversation --") && !screen.contains("????"))
  }

  @Test func `a locale of UTF-8 and none at all get the whole screen`() throws {
    let terminal = try started(environment: ["LC_ALL": "", "LANG": "", "LC_CTYPE": ""])
    #expect(try terminal.screen().contains("┌─ Conversation"))
  }

  /// Whether a styled capture has any colour, foreground or background.
  private func hasColour(_ styled: String) -> Bool {
    styled.contains(/\u{1B}\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:[;m])/)
  }

  @Test func `NO_COLOR leaves attributes alone`() throws {
    let terminal = try started(environment: ["NO_COLOR": "1"])
    try solve(terminal)
    let styled = try terminal.screen(styled: true)
    #expect(!hasColour(styled))
    #expect(styled.contains("\u{1B}[1m") || styled.contains("\u{1B}[0;1m"))
    let coloured = try started()
    #expect(hasColour(try coloured.screen(styled: true)))
  }

  @Test(arguments: [("0;15", true), ("15;0", false), ("light", false)])
  func `a terminal that says that it is light gets a theme that paints a light ground`(
    colours: String, isLight: Bool
  ) throws {
    let terminal = try started(environment: ["COLORFGBG": colours])
    let hasGround = try terminal.screen(styled: true).contains(/\u{1B}\[[0-9;]*48;/)
    #expect(hasGround == isLight)
  }

  @Test func `themes are seen while they are chosen`() throws {
    let terminal = try started("--theme light")
    let before = try terminal.screen(styled: true)
    try terminal.press("F2")
    try terminal.wait(for: "the list") { $0.contains("▶ light") }
    try terminal.type("dracula")
    try terminal.wait(for: "the theme at the cursor") { $0.contains("▶ dracula") }
    let during = try terminal.screen(styled: true)
    let firstLine = { (screen: String) in screen.split(separator: "\n").first }
    #expect(firstLine(during) != firstLine(before))
    try terminal.press("Escape")
    try terminal.wait(for: "the screen as it was") { _ in
      try terminal.screen(styled: true) == before
    }
  }

  @Test func `keys are rebound, and a mistake in the file is said on the screen`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "specreason/keys.toml", Array("raise-threshold = [\"+\", \"F6\"]\nhlep = []\n".utf8))
    let terminal = try started(environment: ["XDG_CONFIG_HOME": folder.path])
    try terminal.wait(for: "the mistake") { $0.contains("no action \"hlep\"") }
    try terminal.press("F6")
    try terminal.wait(for: "τ 7.5") { $0.contains("τ 7.5") }
    try terminal.press("+")
    try terminal.wait(for: "τ 8.0") { $0.contains("τ 8.0") }
    withExtendedLifetime(folder) {}
  }

  @Test func `with reduced motion a problem is solved and nothing turns`() throws {
    let terminal = try started("--reduced-motion")
    try solve(terminal)
    #expect(try !terminal.screen().contains { "◐◓◑◒".contains($0) })
  }

  @Test(arguments: ["dark", "nord", "mono"])
  func `a recorded run becomes a picture of the screen`(theme: String) throws {
    let run = try Program.run(
      Program.specreason, ["run", "--json", "--seed", "3", "Tom has 3 apples. He buys 4 apples."])
    let folder = try TemporaryFolder()
    let file = try folder.write("run.jsonl", Array(run.output.utf8))
    let picture = try withExtendedLifetime(folder) {
      try Program.run(
        Program.specreason,
        ["export", file, "--format", "screen", "--theme", theme, "--columns", "90", "--rows", "25"])
    }
    #expect(picture.status == 0, "\(picture.errors)")
    let texts = try #require(XMLElements.texts(of: "text", in: picture.output))
    #expect(texts.contains { $0.contains("Tom has 3 apples.") })
    #expect(texts.contains { $0.contains("answered") })
  }
}
