/// One cell of the screen.
public struct Cell: Sendable, Equatable {
  /// What is drawn; empty in the second half of a wide glyph.
  public var text: String
  /// 1 or 2 columns; 0 in the second half of a wide glyph.
  public var width: Int
  /// How it is drawn.
  public var style: Style

  static func blank(_ style: Style = Style()) -> Cell {
    Cell(text: " ", width: 1, style: style)
  }
}

/// Columns and rows.
public struct Size: Sendable, Equatable {
  /// Cells in a row.
  public var columns: Int
  /// Number of rows.
  public var rows: Int

  /// Negative measures count as none.
  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }
}

/// A cell's place, counted from the upper left corner.
public struct Position: Sendable, Hashable {
  /// From 0, left to right.
  public var column: Int
  /// From 0, top to bottom.
  public var row: Int

  /// Column and row, from 0.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// A rectangle of cells.
struct Rect: Equatable {
  var column: Int
  var row: Int
  var columns: Int
  var rows: Int

  /// Negative measures count as none.
  init(column: Int, row: Int, columns: Int, rows: Int) {
    self.column = column
    self.row = row
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  var maxColumn: Int { column + columns }
  var maxRow: Int { row + rows }

  func contains(_ position: Position) -> Bool {
    (column..<maxColumn).contains(position.column) && (row..<maxRow).contains(position.row)
  }
}

/// A frame: what the whole screen shows, as a value.
///
/// Drawing outside of it is cut off, never an error, so that panes need not know the edges.
public struct Canvas: Sendable, Equatable {
  /// Columns and rows of the frame.
  public let size: Size
  /// Row by row, `size.columns` cells each.
  public internal(set) var cells: [Cell]
  /// Where the terminal's cursor stands; nil hides it.
  public var cursor: Position?

  /// A blank canvas.
  public init(size: Size, style: Style = Style()) {
    self.size = size
    cells = Array(repeating: .blank(style), count: size.columns * size.rows)
  }

  /// The cells of one row.
  public func row(_ index: Int) -> ArraySlice<Cell> {
    guard (0..<size.rows).contains(index) else { return [] }
    return cells[index * size.columns..<(index + 1) * size.columns]
  }

  /// The rows as text, spaces at their ends removed.
  public var lines: [String] {
    (0..<size.rows).map { index in
      var text = row(index).map(\.text).joined()
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// Draws `text` on one row from `column` on, up to but not including `limit`; returns the
  /// column after it.
  @discardableResult
  mutating func put(
    _ text: DisplayText, column: Int, row: Int, style: Style, markerStyle: Style? = nil,
    limit: Int? = nil
  ) -> Int {
    let end = min(limit ?? size.columns, size.columns)
    var column = column
    for glyph in text.glyphs {
      let glyph = glyph == .lineBreak ? .space : glyph
      guard column + glyph.width <= end else {
        // Half of a wide glyph cannot be drawn: its place stays blank.
        if column < end { set(.space, column: column, row: row, style: style) }
        break
      }
      set(glyph, column: column, row: row, style: glyph.isMarker ? markerStyle ?? style : style)
      column += glyph.width
    }
    return column
  }

  /// Fills `rect` with blanks of `style`.
  mutating func clear(_ rect: Rect, style: Style = Style()) {
    for row in rect.row..<rect.maxRow {
      for column in rect.column..<rect.maxColumn {
        set(.space, column: column, row: row, style: style)
      }
    }
  }

  /// Lays `style` over what is drawn in `rect`.
  mutating func overlay(_ rect: Rect, style: Style) {
    for row in max(0, rect.row)..<max(0, min(rect.maxRow, size.rows), rect.row) {
      for column in max(0, rect.column)..<max(0, min(rect.maxColumn, size.columns), rect.column) {
        let index = row * size.columns + column
        cells[index].style = cells[index].style.overlaid(by: style)
      }
    }
  }

  private mutating func set(_ glyph: Glyph, column: Int, row: Int, style: Style) {
    guard row >= 0, row < size.rows, column >= 0, column + glyph.width <= size.columns else {
      return
    }
    let index = row * size.columns + column
    blankHalves(from: index, count: glyph.width, row: row)
    cells[index] = Cell(text: glyph.text, width: glyph.width, style: style)
    if glyph.width == 2 {
      cells[index + 1] = Cell(text: "", width: 0, style: style)
    }
  }

  /// A wide glyph of which one half is drawn over loses the other half.
  private mutating func blankHalves(from index: Int, count: Int, row: Int) {
    if cells[index].width == 0, index > row * size.columns {
      cells[index - 1] = .blank(cells[index - 1].style)
    }
    let last = index + count - 1
    if cells[last].width == 2, last + 1 < (row + 1) * size.columns {
      cells[last + 1] = .blank(cells[last + 1].style)
    }
  }
}
