import Testing
import Traces

@testable import Viewer

/// On every width words stay whole: in the run pane, in the legend, in the footer.
@Suite struct NarrowScreenTests {
  /// A turn with all that the run pane may have to tell, its last numbers large.
  private static func turn() -> [Event] {
    ([Run.started] + Run.turn()).map { event -> Event in
      var event = event
      switch event.kind {
      case .runStarted(var started):
        started.context = 131_072
        event.kind = .runStarted(started)
      case .stepJudged(var judged):
        judged.seconds = 60
        event.kind = .stepJudged(judged)
      case .stepDecided(var decided) where decided.step == 1:
        decided.unasked = true
        event.kind = .stepDecided(decided)
      case .stepCommitted(var committed):
        committed.contextTokens = 100_000 + committed.step
        event.kind = .stepCommitted(committed)
      default: break
      }
      return event
    }
  }

  @Test(arguments: 20...72)
  func `no line of the run pane is cut`(width: Int) throws {
    var script = Script(columns: 120, rows: 36)
    script.play(Self.turn())
    let run = script.state.run
    let turn = try #require(run.turns.last)
    func lines(_ width: Int) -> [String] {
      RunPane.lines(
        turn: turn, run: run, flips: 12, coach: "the coach has several words to say",
        memoryBytes: 123_400_000_000, width: width
      ).map { $0.map(\.text.string).joined() }
    }
    func words(_ lines: [String]) -> [String] {
      lines.flatMap { $0.split(separator: " ").map(String.init) }.filter {
        $0.contains { $0.isLetter || $0.isNumber }
      }
    }
    #expect(lines(width).allSatisfy { DisplayText($0).width <= width })
    #expect(words(lines(width)) == words(lines(200)))
  }

  @Test func `while a turn runs, the run pane's lines keep their order and come one by one`() {
    var script = Script(columns: 120, rows: 36)
    var before = 0
    for event in Self.turn() {
      script.play([event])
      guard !script.state.run.turns.isEmpty,
        let border = script.lines.firstIndex(where: { $0.contains("├─ Run ") })
      else {
        continue
      }
      let rows = script.lines.count - border
      // What it tells more may take a line or two; nothing that is told goes away again.
      if before > 0 { #expect((before...(before + 3)).contains(rows), "\(before), \(rows)") }
      before = rows
    }
  }

  @Test func `the step has rows in its pane, however much the run pane tells`() {
    var script = Script(columns: 60, rows: 20)
    script.play(Self.turn())
    script.control("o")
    #expect(script.shows("↻ base-regenerated") && script.shows("judge 2.4 of 9"))
  }

  @Test(arguments: 40...160)
  func `no glyph of the legend stands apart from its word`(columns: Int) {
    var script = Script(columns: columns, rows: 30)
    func isWhole(_ look: StepLook) -> Bool {
      script.shows("\(look.glyph)\u{A0}\(look.word.replacing(" ", with: "\u{A0}"))")
    }
    for look in [StepLook.accepted, .rejected, .regenerated] {
      #expect(isWhole(look), "\(look.word)")
    }
    script.type("?")
    for look in [StepLook.drafting, .judging, .baseWritten, .flip] {
      #expect(isWhole(look), "\(look.word)")
    }
  }

  @Test(arguments: 40...160)
  func `the footer has whole hints only`(columns: Int) {
    let places: [[Key.Code]] = [[], [.tab], [.tab, .tab], [.function(1)]]
    for keys in places {
      var script = Script(columns: columns, rows: 30)
      script.play([Run.started] + Run.turn())
      for key in keys { script.press(key) }
      var rest = Substring(script.footer).drop { "└ ─".contains($0) }
      if let mode = script.state.modeWord { rest = rest.dropFirst(mode.count + 1) }
      var shown = 0
      for hint in script.state.footerHints {
        let text = "\(hint.keys) \(hint.word)"
        let next = rest.drop { $0 == " " }
        guard next.hasPrefix(text) else { continue }
        rest = next.dropFirst(text.count)
        shown += 1
      }
      #expect(rest.allSatisfy { " ─┘".contains($0) }, "\(rest)")
      #expect(shown > 1)
    }
  }
}
