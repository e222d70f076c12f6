import DemoPair
import Foundation
import TestSupport
import Testing

/// The viewer on the demo pair, in a real terminal.
@Suite(.enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .serialized)
struct ViewerTerminalTests {
  @Test(arguments: [(120, 36), (80, 24)])
  func `demo problems are solved in sight, in all three colours`(size: (Int, Int)) throws {
    let terminal = try TmuxTerminal(
      columns: size.0, rows: size.1, "\(Program.specreason) --seed 3 --threshold 8.5")
    try terminal.wait(for: "the start screen") { $0.contains("idle") }
    var seen: Set<String> = []
    var colours: [String: String] = [:]
    for problem in try DemoPair.problems().prefix(40) where seen.count < 3 {
      try Self.ask(problem.problem, terminal)
      let styled = try terminal.screen(styled: true)
      for word in ["draft-accepted", "draft-rejected", "base-regenerated"] {
        if let colour = Self.colour(of: word, in: styled) {
          seen.insert(word)
          colours[word] = colour
        }
      }
    }
    #expect(seen.count == 3)
    #expect(Set(colours.values).count == 3, "\(colours)")
    try terminal.press("C-c")
    try terminal.press("C-c")
    #expect(try terminal.waitForExit() == 0)
    #expect(try !terminal.showsAlternateScreen())
  }

  @Test func `a newcomer starts, watches the demo, moves τ, asks what if, and quits`() throws {
    let terminal = try TmuxTerminal(columns: 120, rows: 36, Program.specreason)
    try terminal.wait(for: "the start screen") {
      $0.contains("Enter plays a demo") && $0.contains("τ ") && $0.contains("speedup")
    }
    try terminal.press("Enter")
    try terminal.wait(for: "the demo") { $0.contains("playing") && $0.contains("┃…") }
    // Half a minute is too long for a test.
    try terminal.press("+", "+", "+", "+")
    try terminal.wait(for: "the caught mistake") {
      $0.contains("draft-rejected") && $0.contains("base-regenerated")
    }
    try terminal.wait(for: "its end") { $0.contains("[ and ] move τ") }
    try terminal.press("[")
    try terminal.wait(for: "another τ") { $0.contains("τ 7.0 → 6.5") }
    try terminal.press("w")
    try terminal.wait(for: "what-if") { $0.contains("What-if at τ 6.5") }
    try terminal.press("Escape")
    try terminal.wait(for: "the conversation") { !$0.contains("What-if at") }
    try terminal.press("Escape")
    try terminal.wait(for: "the start screen again") { $0.contains("Enter plays a demo") }
    try terminal.press("Escape")
    try terminal.wait(for: "reading") { $0.contains("READ") }
    try terminal.press("q")
    #expect(try terminal.waitForExit() == 0)
    #expect(try !terminal.showsAlternateScreen())
  }

  @Test func `the theme that was taken is the next start's`() throws {
    let folder = try TemporaryFolder()
    let environment = ["XDG_STATE_HOME": folder.path]
    for word in ["catppuccin", "kept"] {
      let terminal = try TmuxTerminal(
        columns: 100, rows: 30, environment: environment, Program.specreason)
      try terminal.wait(for: "the start screen") { $0.contains("Enter plays a demo") }
      if word == "kept" {
        // Catppuccin paints its ground, the theme without a choice does not.
        #expect(try terminal.screen(styled: true).contains("48;5;"))
      } else {
        try terminal.type("/theme \(word)")
        try terminal.press("Enter")
        try terminal.wait(for: "the theme") { $0.contains("Theme catppuccin") }
      }
      try terminal.press("C-c", "C-c")
      #expect(try terminal.waitForExit() == 0)
    }
  }

  @Test func `threshold keys move τ while nothing is typed`() throws {
    let terminal = try started()
    try terminal.press("]")
    try terminal.wait(for: "τ 7.5") { $0.contains("τ 7.5") }
    try terminal.press("[", "[")
    try terminal.wait(for: "τ 6.5") { $0.contains("τ 6.5") }
    try terminal.type("a ]")
    try terminal.wait(for: "the typed text") { $0.contains("> a ]") && $0.contains("τ 6.5") }
  }

  @Test func `an example is chosen and solved`() throws {
    let terminal = try started()
    try terminal.type("/examples")
    try terminal.press("Enter")
    let first = try #require(try DemoPair.problems().first).problem.prefix(24)
    try terminal.wait(for: "the list of examples") { $0.contains(first) }
    try terminal.press("Enter")
    try terminal.wait(for: "the example, sent or in the composer") { $0.contains(first) }
    if try !terminal.screen().contains("You") { try terminal.press("Enter") }
    try terminal.wait(for: "its answer", Self.isAnswered)
  }

  @Test func `a chat goes on over several turns`() throws {
    let terminal = try started()
    for problem in try DemoPair.problems().prefix(2) {
      try Self.ask(problem.problem, terminal)
    }
  }

  @Test func `help lists the keys, and a resize draws anew`() throws {
    let terminal = try started()
    try terminal.press("?")
    try terminal.wait(for: "the help") { $0.contains("threshold") && $0.contains("Ctrl-C") }
    try terminal.resize(columns: 80, rows: 24)
    try terminal.wait(for: "the help at 80×24") { $0.contains("Ctrl-C") }
    try terminal.press("Escape")
    try terminal.resize(columns: 30, rows: 6)
    try terminal.wait(for: "a word about the size") { !$0.contains("Conversation") && !$0.isEmpty }
    try terminal.resize(columns: 120, rows: 36)
    try terminal.wait(for: "the whole screen") { $0.contains("Conversation") }
  }

  @Test(arguments: ["xterm-ghostty", "no-such-terminal"])
  func `a terminal that the system does not know is treated as usual, and told so`(
    type: String
  ) throws {
    let terminal = try TmuxTerminal(
      columns: 120, rows: 36, environment: ["TERM": type], Program.specreason)
    try terminal.wait(for: "the start screen") {
      $0.contains("idle") && $0.contains("does not know") && $0.contains(type)
    }
    try terminal.press("C-c", "C-c")
    #expect(try terminal.waitForExit() == 0)
    #expect(try !terminal.showsAlternateScreen())
  }

  @Test func `a terminal that cannot show the viewer is told so`() throws {
    let terminal = try TmuxTerminal(
      columns: 80, rows: 24, environment: ["TERM": ""], Program.specreason)
    #expect(try terminal.waitForExit() == 1)
    #expect(try terminal.screen().contains("TERM") || terminal.screen().contains("terminal"))
  }

  @Test func `a terminal that is too small is told so`() throws {
    let terminal = try TmuxTerminal(columns: 20, rows: 5, Program.specreason)
    #expect(try terminal.waitForExit() == 1)
    #expect(try terminal.screen().contains("40×10"))
    #expect(try !terminal.showsAlternateScreen())
  }

  private func started() throws -> TmuxTerminal {
    let terminal = try TmuxTerminal(columns: 120, rows: 36, "\(Program.specreason) --seed 3")
    try terminal.wait(for: "the start screen") { $0.contains("idle") }
    return terminal
  }

  /// Types `problem`, sends it, and waits for the end of its turn.
  private static func ask(_ problem: String, _ terminal: TmuxTerminal) throws {
    try terminal.type(problem)
    try terminal.wait(for: "the typed problem") { !$0.contains("> a word problem") }
    try terminal.press("Enter")
    try terminal.wait(for: "the answer to \(problem)", isAnswered)
  }

  /// The composer was emptied by the problem's sending, and the turn is over.
  private static func isAnswered(_ screen: String) -> Bool {
    screen.contains("> a word problem") && screen.contains("answered") && screen.contains("idle")
  }

  /// The foreground colour that `word` has in a styled capture.
  private static func colour(of word: String, in styled: String) -> String? {
    guard let place = styled.range(of: word) else { return nil }
    return styled[..<place.lowerBound].matches(of: /\u{1B}\[(3[0-9;]*)m/).last.map {
      String($0.1)
    }
  }
}
