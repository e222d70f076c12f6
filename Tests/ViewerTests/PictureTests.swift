import Foundation
import TestSupport
import Testing
import Traces

@testable import Reports
@testable import Viewer

@Suite struct PictureTests {
  private func picture(of events: [Event], theme: Theme = .terminal) -> (Canvas, String) {
    var state = ViewerState(size: Size(columns: 100, rows: 30), theme: theme, engine: .ready)
    for event in events { _ = update(&state, .event(event)) }
    let canvas = render(state)
    return (canvas, CanvasPicture(canvas, theme: theme).svg)
  }

  @Test func `a picture is well-formed and holds every word of the screen`() throws {
    for events in [[Run.started] + Run.turn(), Run.hostile, []] {
      let (canvas, svg) = picture(of: events)
      let texts = try #require(XMLElements.texts(of: "text", in: svg))
      let drawn = Self.scalars(texts.map { $0.trimmingCharacters(in: .newlines) })
      #expect(drawn == Self.scalars(canvas.lines))
    }
  }

  private static func scalars(_ texts: [String]) -> [Unicode.Scalar] {
    texts.flatMap(\.unicodeScalars).filter { $0 != " " }
  }

  @Test func `letters stand where a terminal has them, and are as wide`() throws {
    var canvas = Canvas(size: Size(columns: 20, rows: 2))
    canvas.put("ab  cd e漢f", column: 2, row: 1, style: Style())
    let svg = CanvasPicture(canvas, theme: .terminal).svg
    let cell = 8.4
    for (text, column, columns) in [("ab", 2, 2), ("cd e", 6, 4), ("漢", 10, 2), ("f", 12, 1)] {
      let element = try #require(
        svg.split(separator: "\n").first { $0.contains(">\(text)</text>") }, "\(text)")
      #expect(element.contains("x=\"\((10 + Double(column) * cell).attribute)\""))
      #expect(element.contains("textLength=\"\((Double(columns) * cell).attribute)\""))
    }
  }

  @Test func `reversed cells and painted grounds are filled`() {
    var canvas = Canvas(size: Size(columns: 4, rows: 1))
    canvas.put("ab", column: 1, row: 0, style: Style(foreground: .ansi(1), attributes: .reverse))
    let svg = CanvasPicture(canvas, theme: .terminal).svg
    #expect(svg.contains("width=\"16.8\" height=\"16.3\" fill=\"#cd0000\""))
    #expect(svg.contains("fill=\"#000000\" textLength=\"16.8\""))
  }
}
