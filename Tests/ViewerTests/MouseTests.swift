import Testing
import Traces

@testable import Terminal
@testable import Viewer

struct MouseTests {
  private func finished(columns: Int = 120, rows: Int = 36) -> Script {
    var script = Script(columns: columns, rows: rows)
    script.play([Run.started] + Run.turn())
    return script
  }

  /// Where `text` is drawn first.
  private func position(of text: String, in script: Script) throws -> Position {
    let lines = script.lines
    let row = try #require(lines.firstIndex { $0.contains(text) })
    let place = try #require(lines[row].firstRange(of: text))
    return Position(column: DisplayText(String(lines[row][..<place.lowerBound])).width, row: row)
  }

  @Test func `reports of the left button are decoded, others are not`() {
    var decoder = KeyDecoder()
    let bytes =
      "\u{1B}[<0;5;3M\u{1B}[<32;6;3M\u{1B}[<0;6;3m\u{1B}[<2;1;1M\u{1B}[<0;0;3M\u{1B}[<0;5M"
    #expect(
      decoder.feed(Array(bytes.utf8)) == [
        .mouse(MouseEvent(.press, Position(column: 4, row: 2))),
        .mouse(MouseEvent(.drag, Position(column: 5, row: 2))),
      ])
  }

  @Test func `a click on a step selects it, and the next click opens it`() throws {
    var script = finished()
    let place = try position(of: "Together that makes 2 ×", in: script)
    script.send(.mouse(MouseEvent(.press, place)))
    #expect(script.state.selection.step == .init(turn: 0, step: 3))
    #expect(script.state.focus == .conversation)
    #expect(script.shows("Step 3"))
    #expect(script.state.reading.openSteps.isEmpty)
    script.send(.mouse(MouseEvent(.press, try position(of: "Together that makes", in: script))))
    #expect(script.state.reading.openSteps == [.init(turn: 0, step: 3)])
  }

  @Test func `a drag selects the steps it passes`() throws {
    var script = finished()
    let first = try position(of: "The robe needs", in: script)
    let second = try position(of: "White fiber", in: script)
    script.send(.mouse(MouseEvent(.press, first)))
    script.send(.mouse(MouseEvent(.drag, second)))
    script.press(.character("y"))
    #expect(
      script.commands == [.copy("\(Run.robe[0].text)\n\n\(Run.robe[1].text)")])
  }

  @Test func `a click on the spine goes to that step`() {
    var script = finished()
    let row = script.state.screen.stripRow
    script.send(.mouse(MouseEvent(.press, Position(column: 3, row: row))))
    #expect(script.state.selection.step == .init(turn: 0, step: 2))
  }

  @Test func `a click on the thinking folds and unfolds it`() throws {
    var script = finished()
    for isFolded in [true, false] {
      script.send(.mouse(MouseEvent(.press, try position(of: "Thinking", in: script))))
      #expect(script.shows("White fiber") != isFolded)
    }
  }

  @Test func `a click in the composer puts the cursor there`() throws {
    var script = finished()
    script.type("漢字 and more")
    script.press(.tab)
    let place = try position(of: "and", in: script)
    script.send(.mouse(MouseEvent(.press, place)))
    #expect(script.state.focus == .composer)
    #expect(render(script.state).cursor == place)
    script.type("x")
    #expect(script.state.composer.text == "漢字 xand more")
    // The second half of a wide character belongs to it; what lies past the end is the end.
    script.send(.mouse(MouseEvent(.press, Position(column: 5, row: place.row))))
    #expect(script.state.composer.cursor == 0)
    script.send(.mouse(MouseEvent(.press, Position(column: 90, row: place.row))))
    #expect(script.state.composer.cursor == script.state.composer.characters.count)
  }

  @Test func `in a list the first click chooses, the second takes, one beside it closes`() throws {
    var script = Script(examples: ["one apple", "two pears", "three plums"], isDemoPair: true)
    script.type("/examples")
    script.press(.enter)
    script.send(.mouse(MouseEvent(.press, try position(of: "two pears", in: script))))
    #expect(script.shows("▶ two pears"))
    script.send(.mouse(MouseEvent(.press, try position(of: "two pears", in: script))))
    #expect(script.state.composer.text == "two pears")
    script.state.composer.clear()
    script.type("/examples")
    script.press(.enter)
    script.send(.mouse(MouseEvent(.press, Position(column: 0, row: 0))))
    #expect(script.state.overlay == nil)
  }

  @Test func `the mouse can be left to the terminal`() {
    var script = finished()
    script.type("/mouse")
    script.press(.enter)
    #expect(script.commands == [.mouse(false)] && !script.state.terminal.takesMouse)
    script.type("/mouse")
    script.press(.enter)
    #expect(script.commands == [.mouse(false), .mouse(true)] && script.state.terminal.takesMouse)
  }
}
