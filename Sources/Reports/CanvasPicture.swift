import Traces
import Viewer

/// A frame as a picture: the screen in SVG, cell by cell where a terminal would have it.
public struct CanvasPicture {
  // The measures of DejaVu Sans Mono at 14 points: frames and bars close between cells.
  private static let cellWidth = 8.4
  private static let cellHeight = 16.3
  private static let margin = 10.0
  /// Where a letter stands on its line.
  private static let baseline = 13.0
  /// How much of a dim cell is seen, as in most terminals.
  private static let dimOpacity = 0.6

  private let canvas: Canvas
  private let ground: Color
  private let text: Color

  /// A picture of `canvas`, on `theme`'s background; on black or white where the theme leaves it to
  /// the terminal, whichever its text needs.
  public init(_ canvas: Canvas, theme: Theme) {
    self.canvas = canvas
    let black = Color.rgb(red: 0, green: 0, blue: 0)
    let white = Color.rgb(red: 255, green: 255, blue: 255)
    let plain = Color.rgb(red: 0xDA, green: 0xDA, blue: 0xDA)
    text = theme[.text].foreground ?? plain
    ground =
      theme.background ?? (text.contrast(with: black) > text.contrast(with: white) ? black : white)
  }

  /// The SVG document.
  public var svg: String {
    let width = Double(canvas.size.columns) * Self.cellWidth + 2 * Self.margin
    let height = Double(canvas.size.rows) * Self.cellHeight + 2 * Self.margin
    let rows = (0..<canvas.size.rows).flatMap(elements(row:))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Format.fixed(width, 0)) \
      \(Format.fixed(height, 0))" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" \
      font-size="14">
      <rect width="100%" height="100%" rx="6" fill="\(ground.hex)"/>
      \(rows.joined(separator: "\n"))
      </svg>

      """
  }

  /// Cells side by side that look the same.
  private struct Stretch {
    var column: Int
    var columns = 0
    var text = ""
    var style: Style
  }

  private func elements(row: Int) -> [String] {
    backgrounds(row: row) + texts(row: row)
  }

  private func backgrounds(row: Int) -> [String] {
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
      return "<rect x=\"\(x(stretch.column))\" y=\"\(Format.fixed(y(row), 1))\" "
        + "width=\"\(length(stretch.columns))\" height=\"\(Format.fixed(Self.cellHeight, 1))\" "
        + "fill=\"\(back.hex)\"/>"
    }
  }

  /// One element for words with single spaces between them; its pinned length keeps columns columns
  /// in any font. A wide glyph stands alone.
  private func texts(row: Int) -> [String] {
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
      "<text x=\"\(x(stretch.column))\" y=\"\(Format.fixed(y(row) + Self.baseline, 1))\" "
        + "fill=\"\(colors(of: stretch.style).front.hex)\" "
        + "textLength=\"\(length(stretch.columns))\" lengthAdjust=\"spacingAndGlyphs\""
        + "\(Self.attributes(of: stretch.style))>\(Markup.escaped(stretch.text))</text>"
    }
  }

  private func colors(of style: Style) -> (front: Color, back: Color) {
    let front = style.foreground ?? text
    let back = style.background ?? ground
    return style.attributes.contains(.reverse) ? (back, front) : (front, back)
  }

  private static func attributes(of style: Style) -> String {
    var attributes = ""
    if style.attributes.contains(.bold) { attributes += " font-weight=\"bold\"" }
    if style.attributes.contains(.italic) { attributes += " font-style=\"italic\"" }
    if style.attributes.contains(.underline) { attributes += " text-decoration=\"underline\"" }
    if style.attributes.contains(.dim) { attributes += " opacity=\"\(dimOpacity)\"" }
    return attributes
  }

  private func y(_ row: Int) -> Double { Self.margin + Double(row) * Self.cellHeight }

  private func x(_ column: Int) -> String {
    Format.fixed(Self.margin + Double(column) * Self.cellWidth, 1)
  }

  private func length(_ columns: Int) -> String {
    Format.fixed(Double(columns) * Self.cellWidth, 1)
  }
}
