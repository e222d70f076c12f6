import Testing

@testable import Viewer

@Suite struct CanvasTests {
  @Test func `drawing outside is cut off`() {
    var canvas = Canvas(size: Size(columns: 4, rows: 2))
    canvas.put("abcdef", column: 2, row: 0, style: Style())
    canvas.put("xyz", column: -2, row: 1, style: Style())
    canvas.put("no", column: 0, row: 7, style: Style())
    #expect(canvas.lines == ["  ab", "z"])
  }

  @Test func `half a wide character is never drawn`() {
    var canvas = Canvas(size: Size(columns: 3, rows: 1))
    canvas.put("漢字", column: 0, row: 0, style: Style())
    #expect(canvas.lines == ["漢"])
    canvas.put("x", column: 1, row: 0, style: Style())
    #expect(canvas.lines == [" x"])
    canvas.put("漢", column: 1, row: 0, style: Style())
    canvas.put("x", column: 1, row: 0, style: Style())
    #expect(canvas.lines == [" x"])
  }

  private func wrapped(_ text: String, prefix: String = "", width: Int) -> [String] {
    TextLayout.lines(prefix: [Span(prefix, .text)], text: [Span(text, .text)], width: width)
      .map { $0.spans.map(\.text.string).joined() }
  }

  @Test func `text breaks between words and hangs under its first line`() {
    #expect(
      wrapped("one two three four", prefix: "1 ✓ ", width: 18)
        == ["1 ✓ one two three", "    four"])
  }

  @Test func `words longer than a line are broken inside`() {
    #expect(wrapped("abcdefghij", width: 4) == ["abcd", "efgh", "ij"])
    #expect(wrapped("漢字漢字", width: 3) == ["漢", "字", "漢", "字"])
  }

  @Test func `between wide characters a line breaks where it is full, but not before a full stop`()
  {
    #expect(wrapped("a 漢字漢字漢字漢字", width: 10) == ["a 漢字漢字", "漢字漢字"])
    #expect(wrapped("漢字漢字漢，字。", width: 10) == ["漢字漢字", "漢，字。"])
  }

  @Test func `line breaks of the text are kept`() {
    #expect(wrapped("a\n\nb", width: 10) == ["a", "", "b"])
    #expect(wrapped("", width: 10) == [""])
  }

  @Test func `wrapping keeps every glyph but the breaks`() {
    let text =
      "The robe  takes 2 bolts, 漢字 and half that much. " + String(repeating: "x", count: 50)
    for width in 2...70 {
      let lines = wrapped(text, width: width)
      #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
      #expect(lines.allSatisfy { DisplayText($0).width <= width })
    }
  }

  @Test func `bars fill the columns they are given`() {
    #expect(Bar.horizontal(0.5, columns: 10) == "█████░░░░░")
    #expect(Bar.horizontal(.nan, columns: 3) == "░░░")
    #expect(Bar.segments([0.21, 0.09, 0.62, 0.08], columns: 20).reduce(0, +) == 20)
    #expect(Bar.segments([0.5, 0.2], columns: 10) == [5, 2])
  }

  @Test func `numbers are rounded and never trap`() {
    #expect(Format.fixed(2.345, 2) == "2.35" || Format.fixed(2.345, 2) == "2.34")
    #expect(Format.fixed(-0.04, 1) == "0.0")
    #expect(Format.fixed(8.04, 2) == "8.04")
    #expect(Format.fixed(.infinity, 1) == "–")
    #expect(Format.fixed(1e300, 1) == "–")
  }
}
