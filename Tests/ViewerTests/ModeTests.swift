import Testing
import Traces

@testable import Viewer

/// Where keys go and how that is told; commands as they are written; what is pasted.
@Suite struct ModeTests {
  @Test func `Esc reads, Tab writes, and both are told`() {
    var script = Script()
    script.play([Run.started] + Run.turn())
    #expect(script.footer.contains("WRITE"))
    script.press(.escape)
    #expect(script.footer.contains("READ") && script.state.focus == .conversation)
    script.press(.escape)
    #expect(script.footer.contains("READ") && script.footer.contains("Tab goes to the composer"))
    script.press(.tab)
    #expect(script.footer.contains("WRITE"))
  }

  @Test func `a slash lists the commands that begin so, and Enter takes the chosen one`() {
    var script = Script(columns: 100, rows: 30)
    script.type("/")
    #expect(script.shows("/help"))
    script.type("thr")
    #expect(script.shows("▶ /threshold 6.5"))
    script.press(.enter)
    #expect(script.state.composer.text == "/threshold ")
    script.type("5")
    script.press(.enter)
    #expect(script.commands == [.control(.setThreshold(5))])
    script.type("/s")
    let first = CommandList(script.state)?.choice?.command?.name
    script.press(.down)
    #expect(CommandList(script.state)?.choice?.command?.name != first)
    script.press(.up)
    #expect(CommandList(script.state)?.choice?.command?.name == first)
    script.press(.escape)
    #expect(script.state.composer.isEmpty && script.state.focus == .composer)
  }

  @Test func `the whole name goes before longer ones`() {
    var script = Script(columns: 100, rows: 30)
    script.play([Run.started])
    script.type("/set")
    #expect(CommandList(script.state)?.choice?.command?.name == "set")
  }

  @Test func `a long paste is a badge that is sent as it is, and one key takes it away`() {
    var script = Script()
    script.play([Run.started])
    let text = (1...40).map { "line \($0)" }.joined(separator: "\n")
    script.type("See ")
    script.send(.paste(text))
    #expect(script.shows("> See [pasted: 40 lines]"))
    script.send(.paste(text + "\n"))
    #expect(script.shows("[pasted: 40 lines][pasted: 40 lines]"))
    script.press(.backspace)
    script.press(.backspace)
    #expect(script.state.composer.text == "See ")
    script.control("_")
    #expect(script.state.composer.text == "See " + text)
    script.press(.enter)
    #expect(script.commands == [.submit("See " + text)])
  }

  @Test func `words are not broken in the composer`() {
    let words = (1...60).map { "word\($0)" }
    var composer = Composer()
    composer.insert(words.joined(separator: " "))
    for width in [12, 20, 33, 73] {
      let lines = ComposerPane.lines(of: composer, width: width)
      let shown = lines.flatMap { $0.text.string.split(separator: " ").map(String.init) }
      #expect(shown == words)
      for (index, line) in lines.enumerated() {
        // Every character has its place in exactly one row.
        let next = lines.indices.contains(index + 1) ? lines[index + 1].start : 60 * 60
        #expect(line.start + line.columns.count - 1 == min(next, composer.characters.count))
        #expect((line.columns.last ?? 0) <= width)
      }
    }
  }

  @Test func `a setting says what it means`() {
    var script = Script(columns: 120, rows: 40)
    script.play([Run.started])
    script.press(.tab)
    script.type("S")
    #expect(script.shows("Acceptance threshold τ"))
    script.press(.escape)
    #expect(script.state.overlay == nil)
  }

  @Test func `comparing with nothing says what it needs`() {
    var script = Script()
    script.play([Run.started] + Run.turn())
    script.type("/compare")
    script.press(.enter)
    #expect(script.footer.contains("/compare needs the name"))
  }

  @Test func `what-if keeps every threshold on narrow screens`() {
    for (columns, rows) in [(60, 20), (80, 24), (40, 24)] {
      var script = Script(columns: columns, rows: rows)
      script.play([Run.started] + Run.turn())
      script.press(.tab)
      script.type("w")
      #expect(script.shows("9"), "\(columns)")
      let axis = script.lines.first { $0.contains("│ τ   ") } ?? ""
      #expect(axis.isEmpty || axis.contains { "89".contains($0) }, "\(columns): \(axis)")
      #expect(axis.isEmpty || axis.count { $0 == "τ" } == 2, "\(columns): \(axis)")
    }
  }

  @Test func `with reduced motion text without steps comes by lines`() {
    var script = Script(access: Access(reducesMotion: true))
    script.play([
      Run.started, Event(time: 1, kind: .turnStarted(TurnStarted(turn: 1, prompt: "p"))),
    ])
    func token(_ text: String) -> Event {
      Event(time: 2, kind: .token(TokenEvent(step: 1, by: .base, text: text)))
    }
    script.play([token("half a line")])
    #expect(!script.shows("half a line"))
    script.play([token(" is whole\n")])
    #expect(script.shows("half a line is whole"))
  }

  @Test func `without a screen, what needs one is not listed`() {
    var viewer = LinearViewer(ViewerState(engine: .ready))
    let help = viewer.enter("/help").lines
    #expect(help.contains { $0.hasPrefix("/threshold") })
    for name in ["/what-if", "/waterfall", "/settings", "/theme", "/mouse", "/fold"] {
      #expect(!help.contains { $0.hasPrefix(name) }, "\(name)")
    }
  }
}
