extension LatexGrid {
  /// The boxes in a row; a joined one follows without a space.
  static func beside(_ boxes: [(box: Box, isJoined: Bool)]) -> Box {
    let above = boxes.map(\.box.baseline).max() ?? 0
    let below = boxes.map { $0.box.rows.count - 1 - $0.box.baseline }.max() ?? 0
    return Box(
      rows: (-above...below).map { row in
        boxes.enumerated().reduce("") { (line: String, next) -> String in
          let gap = next.offset == 0 || next.element.isJoined ? "" : " "
          return line + gap + next.element.box.row(row)
        }
      })
  }

  /// The rows of a grid, its columns aligned.
  static func aligned(_ grid: [[Box]], _ kind: Kind) -> [String] {
    let columns = grid.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      grid.map { $0.indices.contains(column) ? $0[column].width : 0 }.max() ?? 0
    }
    return grid.flatMap { cells -> [String] in
      let above = cells.map(\.baseline).max() ?? 0
      let below = cells.map { $0.rows.count - 1 - $0.baseline }.max() ?? 0
      return (-above...below).map { row in
        (0..<columns).reduce("") { (line: String, column: Int) -> String in
          let cell = cells.indices.contains(column) ? cells[column] : Box(rows: [""])
          let space = max(0, widths[column] - cell.width)
          let before = kind.space(before: column, of: columns, space)
          return line + kind.gap(before: column) + String(repeating: " ", count: before)
            + cell.row(row) + String(repeating: " ", count: space - before)
        }
      }
    }
  }

  /// `rows` between brackets as tall as they are.
  static func fenced(_ rows: [String], _ left: Character?, _ right: Character?) -> Box {
    let (lefts, rights) = (bracket(left, rows.count), bracket(right, rows.count))
    return Box(rows: rows.indices.map { lefts[$0] + rows[$0] + rights[$0] })
  }

  /// The signs of a bracket: alone, at the top, in between, at the bottom, in the middle.
  private static let brackets: [Character: [String]] = [
    "(": ["(", "⎛", "⎜", "⎝", "⎜"], ")": [")", "⎞", "⎟", "⎠", "⎟"],
    "[": ["[", "⎡", "⎢", "⎣", "⎢"], "]": ["]", "⎤", "⎥", "⎦", "⎥"],
    "{": ["{", "⎧", "⎪", "⎩", "⎨"], "}": ["}", "⎫", "⎪", "⎭", "⎬"],
  ]

  private static func bracket(_ sign: Character?, _ height: Int) -> [String] {
    guard let sign else { return Array(repeating: "", count: height) }
    guard let signs = brackets[sign] else {
      return Array(repeating: String(sign), count: height)
    }
    guard height > 1 else { return [signs[0]] }
    return (0..<height).map { row in
      if row == 0 { return signs[1] }
      if row == height - 1 { return signs[3] }
      return signs[row == height / 2 ? 4 : 2]
    }
  }
}

extension LatexGrid.Kind {
  /// What stands between a column and the one before it.
  fileprivate func gap(before column: Int) -> String {
    guard column > 0 else { return "" }
    return switch self {
    case .equations: column.isMultiple(of: 2) ? "   " : " "
    case .matrix, .cases: "  "
    }
  }

  /// Spaces on the left of a cell that has `space` of them in all.
  fileprivate func space(before column: Int, of columns: Int, _ space: Int) -> Int {
    switch self {
    case .equations: columns > 1 && column.isMultiple(of: 2) ? space : 0
    case .matrix: space / 2
    case .cases: 0
    }
  }
}
