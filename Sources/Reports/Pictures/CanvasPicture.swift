import Traces
import Viewer

/// A frame of the viewer as an SVG picture, each cell where a terminal would have it.
package struct CanvasPicture {
  // Metrics of DejaVu Sans Mono at 14 pixels, so that frames and bars join between cells.
  private static let cellWidth = 8.4
  private static let cellHeight = 16.3
  private static let margin = 10.0
  /// Distance of the baseline from the top of a cell.
  private static let baseline = 13.0
  /// Opacity of dim text, about that of most terminals.
  private static let dimOpacity = 0.6

  private let canvas: Canvas
  private let ground: Color
  private let text: Color

  /// A picture of `canvas` on `theme`'s background, or where it has none, on black or white,
  /// whichever contrasts more with the theme's text.
  package init(_ canvas: Canvas, theme: Theme) {
    self.canvas = canvas
    let black = Color.rgb(red: 0, green: 0, blue: 0)
    let white = Color.rgb(red: 255, green: 255, blue: 255)
    let plain = Color.rgb(red: 0xDA, green: 0xDA, blue: 0xDA)
    text = theme[.text].foreground ?? plain
    ground =
      theme.background ?? (text.contrast(with: black) > text.contrast(with: white) ? black : white)
  }

  /// The SVG document.
  package var svg: String {
    let width = Double(canvas.size.columns) * Self.cellWidth + 2 * Self.margin
    let height = Double(canvas.size.rows) * Self.cellHeight + 2 * Self.margin
    let ground = SVGElement(
      "rect", ["width": "100%", "height": "100%", "rx": 6, "fill": self.ground.hex])
    return SVGElement.document(
      width: width.rounded(), height: height.rounded(),
      ["font-family": "DejaVu Sans Mono, Menlo, Consolas, monospace", "font-size": 14],
      [ground] + (0..<canvas.size.rows).flatMap { backgrounds(row: $0) + texts(row: $0) })
  }

  /// Adjacent cells of one style.
  private struct Stretch {
    var column: Int
    var columns = 0
    var text = ""
    var style: Style
  }

  private func backgrounds(row: Int) -> [SVGElement] {
    var stretches: [Stretch] = []
    for (column, cell) in canvas.row(row).enumerated() {
      if stretches.last?.style != cell.style {
        stretches.append(Stretch(column: column, style: cell.style))
      }
      stretches[stretches.count - 1].columns += 1
    }
    return stretches.compactMap { stretch in
      let back = colors(of: stretch.style).back
      guard back != ground else { return nil }
      return SVGElement(
        "rect",
        [
          "x": x(stretch.column), "y": y(row), "width": length(stretch.columns),
          "height": Self.cellHeight, "fill": back.hex,
        ])
    }
  }

  /// One element for words with single spaces between them; its fixed length keeps columns aligned
  /// in any font. A wide glyph is an element of its own.
  private func texts(row: Int) -> [SVGElement] {
    var stretches: [Stretch] = []
    var gap = 2
    for (column, cell) in canvas.row(row).enumerated() where cell.width > 0 {
      if cell.text == " " {
        gap += 1
        continue
      }
      let last = stretches.last
      if gap > 1 || last?.style != cell.style || cell.width == 2 {
        stretches.append(Stretch(column: column, style: cell.style))
        gap = 0
      }
      stretches[stretches.count - 1].text += String(repeating: " ", count: gap) + cell.text
      stretches[stretches.count - 1].columns += gap + cell.width
      gap = cell.width == 2 ? 2 : 0
    }
    return stretches.map { stretch in
      let attributes = stretch.style.attributes
      return SVGElement(
        "text",
        [
          "x": x(stretch.column), "y": y(row) + Self.baseline,
          "fill": colors(of: stretch.style).front.hex, "textLength": length(stretch.columns),
          "lengthAdjust": "spacingAndGlyphs",
          "font-weight": attributes.contains(.bold) ? "bold" : nil,
          "font-style": attributes.contains(.italic) ? "italic" : nil,
          "text-decoration": attributes.contains(.underline) ? "underline" : nil,
          "opacity": attributes.contains(.dim) ? Self.dimOpacity : nil,
        ], text: stretch.text)
    }
  }

  private func colors(of style: Style) -> (front: Color, back: Color) {
    let front = style.foreground ?? text
    let back = style.background ?? ground
    return style.attributes.contains(.reverse) ? (back, front) : (front, back)
  }

  private func x(_ column: Int) -> Double { Self.margin + Double(column) * Self.cellWidth }

  private func y(_ row: Int) -> Double { Self.margin + Double(row) * Self.cellHeight }

  private func length(_ columns: Int) -> Double { Double(columns) * Self.cellWidth }
}
