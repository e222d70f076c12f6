import Testing
import Traces

@testable import Viewer

struct ComposerTests {
  private func composer(_ text: String) -> Composer {
    var composer = Composer()
    for character in text { composer.insert(CollectionOfOne(character)) }
    return composer
  }

  @Test func `undo takes back a word at a time, redo brings it again`() {
    var composer = composer("one two")
    composer.undo()
    #expect(composer.text == "one")
    composer.undo()
    #expect(composer.text.isEmpty)
    composer.undo()
    composer.redo()
    composer.redo()
    #expect(composer.text == "one two" && composer.cursor == 7)
    composer.redo()
    #expect(composer.text == "one two")
  }

  @Test func `a deletion, a paste and a cleared text come back`() {
    var composer = composer("one two")
    composer.deleteWord()
    composer.undo()
    #expect(composer.text == "one two")
    composer.insert("漢字 \n and more")
    composer.undo()
    #expect(composer.text == "one two")
    composer.clear()
    composer.undo()
    #expect(composer.text == "one two")
  }

  @Test func `what is typed elsewhere is undone alone`() {
    var composer = composer("word")
    composer.moveToLineStart()
    composer.insert("x")
    composer.insert("y")
    composer.undo()
    #expect(composer.text == "word")
  }

  @Test func `a change after an undo leaves nothing to do again`() {
    var composer = composer("one two")
    composer.undo()
    composer.insert("!")
    composer.redo()
    #expect(composer.text == "one!")
  }

  @Test func `problems of earlier starts come back with the arrows`() {
    var state = ViewerState(history: ["first", "second\nline"], engine: .ready)
    _ = update(&state, .key(Key(.up)))
    #expect(state.composer.text == "second\nline")
    _ = update(&state, .key(Key(.up)))
    _ = update(&state, .key(Key(.up)))
    #expect(state.composer.text == "first")
  }

  @Test func `Tab completes a command and what follows it`() {
    var script = Script(columns: 120, rows: 36)
    script.type("/thr")
    script.press(.tab)
    #expect(script.state.composer.text == "/threshold ")
    script.state.composer.clear()
    script.type("/mode spec")
    script.press(.tab)
    #expect(script.state.composer.text == "/mode spec-decode")
    script.state.composer.clear()
    script.type("/mode reason")
    script.press(.tab)
    #expect(script.shows("reason  reason+decode"))
    script.state.composer.clear()
    script.type("/nosuch")
    script.press(.tab)
    #expect(script.shows("Nothing begins with that"))
    #expect(script.state.focus == .composer)
  }

  @Test func `a row of nothing but spaces is measured once`() {
    // With all of it measured for each of them it would take minutes.
    var script = Script(columns: 120, rows: 36)
    for _ in 0..<20 { script.send(.paste(String(repeating: " ", count: 1_000))) }
    script.type("x")
    #expect(script.state.composer.characters.count == 20_000)
    #expect(script.lines.count == 36)
  }

  @Test(arguments: [(120, 36), (80, 24), (40, 10)])
  func `the cursor stands where the next character goes`(columns: Int, rows: Int) throws {
    var script = Script(columns: columns, rows: rows)
    script.play([Run.started] + Run.turn())
    let text = "ab 漢字 é 👍🏽 \u{1B} x and so on until the row is full and another begins\nnew 字"
    for character in text {
      script.send(.paste(String(character)))
      let cursor = try #require(render(script.state).cursor)
      // At the end of a full row, the next character begins another.
      guard cursor.column < columns - 4 else { continue }
      script.type("¤")
      let place = render(script.state).cells.firstIndex { $0.text == "¤" }
      #expect(place == cursor.row * columns + cursor.column)
      script.press(.backspace)
    }
  }
}
