import Foundation
import TestSupport
import Testing
import Traces

@testable import Viewer

@Suite struct AccessTests {
  private static let scripts: [(String, @Sendable (inout Script) -> Void)] = [
    ("nothing yet", { _ in }),
    ("a turn", { $0.play([Run.started] + Run.turn()) }),
    ("hostile text", { $0.play(Run.hostile) }),
    ("help", { $0.press(.function(1)) }),
    (
      "palette",
      {
        $0.play([Run.started] + Run.turn())
        $0.type(":")
      }
    ),
    (
      "a prompt",
      {
        $0.type(":set-thr")
        $0.press(.enter)
      }
    ),
  ]

  @Test(arguments: [(120, 36), (80, 24), (40, 10), (20, 4)])
  func `ASCII screens have nothing but ASCII, each cell in its place`(size: (Int, Int)) {
    for (name, play) in Self.scripts {
      var script = Script(columns: size.0, rows: size.1, access: Access(usesASCII: true))
      var plain = Script(columns: size.0, rows: size.1)
      plain.state.reading.isRaw = true
      play(&script)
      play(&plain)
      let (ascii, full) = (render(script.state), render(plain.state))
      #expect(ascii.cells.allSatisfy { $0.text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
      #expect(ascii.cells.allSatisfy { $0.text.count == 1 && $0.width == 1 }, "\(name)")
      for (cell, twin) in zip(full.cells, ascii.cells)
      where cell.text.utf8.allSatisfy({ $0 < 0x80 }) {
        if cell.width == 1 { #expect(cell.text == twin.text && cell.style == twin.style) }
      }
    }
  }

  @Test func `every glyph in the viewer's source has a twin in ASCII`() throws {
    let folder = Program.packageRoot.appending(path: "Sources/Viewer")
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    var missing: [String] = []
    // What LaTeX is in Unicode is not shown in ASCII.
    for case let file as String in files
    where file.hasSuffix(".swift") && !file.hasPrefix("Text/Latex") {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
        for scalar in code.unicodeScalars where !ASCII.hasTwin(scalar) {
          missing.append("\(file): \(scalar)")
        }
      }
    }
    #expect(missing == [])
  }

  @Test func `the words and numbers of a turn can be read in ASCII`() {
    var script = Script(columns: 120, rows: 36, access: Access(usesASCII: true))
    script.play([Run.started] + Run.turn())
    #expect(script.shows("3|X 2.4 Together that makes 2 x 1 = 2 bolts."))
    #expect(script.shows("base-regenerated"))
    #expect(script.lines[1].hasPrefix("+- Conversation ---"))
  }

  @Test(arguments: [("é", "e"), ("e\u{301}", "e"), ("漢", "?"), ("ﬁ", "?"), ("²", "2"), ("Ａ", "A")])
  func `other text keeps its letters where it has any`(text: String, twin: String) {
    #expect(ASCII.twin(of: text, width: 1) == twin)
  }

  @Test func `with reduced motion a step appears when it is whole, and nothing turns`() {
    var script = Script(columns: 120, rows: 36, access: Access(reducesMotion: true))
    var usual = Script(columns: 120, rows: 36)
    let events = [Run.started] + Run.turn()
    var seen: [[String]] = []
    for event in events {
      let before = script.lines
      script.send(.event(event))
      usual.send(.event(event))
      script.send(.tick)
      if case .token = event.kind {
        #expect(script.lines == before)
      } else {
        #expect(script.state.run == usual.state.run)
        seen.append(script.lines)
      }
    }
    #expect(seen.last == usual.lines)
  }
}
