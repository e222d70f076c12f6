import Foundation
import TestSupport
import Testing
import Traces

@testable import Viewer

/// Screens of runs of Qwen2.5-Coder 1.5B and 0.5B, as they were recorded: code, lists, formulas,
/// Chinese. In `coder-chinese`, the tokens were left out.
@Suite struct RealRunTests {
  static let names = ["coder-code", "coder-chinese"]
  static let sizes = [(120, 36), (80, 24), (200, 60), (60, 20)].map(Size.init)

  static func events(_ name: String) throws -> [Event] {
    let path = Program.packageRoot.appending(path: "Tests/ViewerTests/Recorded/\(name).jsonl").path
    return try TraceFile(path: path).events
  }

  private static func script(_ name: String, _ size: Size, theme: String = "dark") throws -> Script
  {
    var script = Script(columns: size.columns, rows: size.rows)
    script.state.terminal.theme = try CalmReadingTests.loader.load(theme)
    script.play(try events(name))
    return script
  }

  @Test(arguments: names, sizes)
  func `wherever one scrolls, rows are whole and every step has its glyph`(
    name: String, size: Size
  ) throws {
    var script = try Self.script(name, size)
    script.press(.tab, .home)
    var seen: Set<Int> = []
    for _ in 0..<200 {
      let canvas = render(script.state)
      for row in 0..<size.rows {
        #expect(canvas.row(row).reduce(0) { $0 + $1.width } == size.columns)
      }
      for line in canvas.lines {
        if let step = line.firstMatch(of: /│.{1,5}(\d+)┃[✓✗↻■…]/) { seen.insert(Int(step.1) ?? 0) }
      }
      if case .following = script.state.scroll.position { break }
      script.press(.pageDown)
    }
    let steps = script.state.run.turns.flatMap(\.steps).map(\.number)
    #expect(Set(steps).isSubset(of: seen))
  }

  @Test(arguments: names, sizes)
  func `lines fit, prose takes at most 100 columns, and nothing is drawn over the frame`(
    name: String, size: Size
  ) throws {
    var script = try Self.script(name, size)
    script.state.settle()
    let width = script.state.screen.conversation.columns
    for (_, line) in script.state.layout.lines(in: 0..<script.state.layout.height) {
      #expect(line.width <= width)
    }
    let layout = script.state.screen
    let canvas = render(script.state)
    for row in 2..<layout.stripRow {
      let cells = Array(canvas.row(row))
      #expect(cells[0].text == "│" && "│┤".contains(cells[size.columns - 1].text))
      if let pane = layout.sidePane { #expect("│├".contains(cells[pane.column].text)) }
    }
  }

  @Test(arguments: sizes)
  func `in the middle of a run every size is drawn whole, and the reader's place stays`(
    size: Size
  ) throws {
    var script = Script(columns: size.columns, rows: size.rows)
    let events = try Self.events("coder-code")
    script.play(Array(events.prefix(events.count / 2)))
    script.press(.escape, .home, .pageDown)
    for (number, event) in events.dropFirst(events.count / 2).enumerated() {
      script.play([event])
      guard number.isMultiple(of: 25) else { continue }
      let place = script.state.scroll.position
      let next = Self.sizes[number / 25 % Self.sizes.count]
      script.resize(next.columns, next.rows)
      let canvas = render(script.state)
      for row in 0..<next.rows {
        #expect(canvas.row(row).reduce(0) { $0 + $1.width } == next.columns)
      }
      #expect(script.state.scroll.position == place)
      script.state.settle()
      let rows = script.state.screen.conversation.rows
      let layout = script.state.layout
      // A screen that has room for more shows the end at its end.
      guard case .anchored(let anchor) = place, layout.row(of: anchor) + rows <= layout.height
      else { continue }
      #expect(layout.anchor(at: script.state.topRow(rows: rows))?.block == anchor.block)
    }
  }

  @Test func `code keeps its lines and its indentation, formulas and Chinese are read`() throws {
    var script = try Self.script("coder-code", Size(columns: 120, rows: 500))
    let lines = script.lines
    let run = script.state.run
    let code = try #require(
      run.turns[0].steps.first { $0.keptText.contains("```python") }?.keptText)
    var isCode = false
    for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.contains("```") {
        isCode.toggle()
        continue
      }
      guard isCode, !line.allSatisfy(\.isWhitespace), line.count < 60 else { continue }
      // The block is indented by three columns, as its fence is.
      #expect(lines.contains { $0.contains("▏ " + line.dropFirst(3)) }, "\(line)")
    }
    // The word diff beside the conversation shows the text as it was written.
    #expect(!lines.contains { $0.prefix(82).contains("```") })
    #expect(lines.contains { $0.contains("• a is the coefficient of x².") })
    #expect(lines.contains { $0.contains("√(b²-4ac)") || $0.contains("√(b² - 4ac)") })
    script = try Self.script("coder-chinese", Size(columns: 120, rows: 200))
    #expect(script.shows("通过排序和双指针技术"))
  }

  @Test(arguments: ["dark", "light"])
  func `every cell of a text can be read on its ground`(theme: String) throws {
    let script = try Self.script("coder-code", Size(columns: 120, rows: 36), theme: theme)
    let ground = try #require(script.state.terminal.theme.background)
    for cell in render(script.state).cells where cell.text != " " && cell.width > 0 {
      guard let color = cell.style.foreground, !cell.style.attributes.contains(.reverse) else {
        continue
      }
      let needed = "─│┌┐└┘├┤┬┴┼".contains(cell.text) ? 3 : 4.5
      #expect(color.contrast(with: ground) >= needed, "\(cell.text)")
    }
  }

  @Test func `on 16 colours and without colour the states of steps stay apart`() throws {
    let dark = try CalmReadingTests.loader.load("dark")
    let states: [Scope] = [.stepAccepted, .stepRejected, .stepRegenerated]
    #expect(Set(states.map { dark[$0].foreground?.index(at: .ansi16) }).count == 3)
    let script = try Self.script("coder-code", Size(columns: 120, rows: 36), theme: "mono")
    #expect(render(script.state).cells.allSatisfy { $0.style.foreground == nil })
    #expect(script.shows("┃↻") && script.shows("base-regenerated"))
  }
}
