import Viewer

/// A table of text, for a terminal, Markdown, HTML or CSV.
///
/// No library serves: TextTable 0.0.2 pads by characters where a terminal counts columns, escapes
/// nothing in Markdown, and knows no CSV.
package struct Table: Sendable {
  /// A column's head, and how its cells stand.
  package struct Column: Sendable, ExpressibleByStringLiteral {
    /// The side on which the text of a cell stands.
    package enum Alignment: Sendable {
      case left, right
    }

    /// The head of the column.
    package let name: String
    /// The side on which its cells stand.
    package let alignment: Alignment
    /// Terminal columns above which a cell no longer widens the column: it pushes the rest of its
    /// own row aside instead.
    package let widthLimit: Int

    /// A column; without a limit it is as wide as its widest cell.
    package init(_ name: String, _ alignment: Alignment = .left, widthLimit: Int = .max) {
      self.name = name
      self.alignment = alignment
      self.widthLimit = widthLimit
    }

    /// A left-aligned column without a limit.
    package init(stringLiteral name: String) {
      self.init(name)
    }
  }

  /// The columns, from left to right.
  package let columns: [Column]
  /// The rows from the top, each with one cell per column.
  package var rows: [[String]]

  /// A table of `rows`.
  package init(_ columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// A table with one row per value; each column has a name and says what a value's cell holds.
  package init<Value>(
    of values: some Sequence<Value>, _ columns: KeyValuePairs<Column, (Value) -> String>
  ) {
    self.init(
      columns.map(\.key), rows: values.map { value in columns.map { $0.value(value) } })
  }

  /// The same table without the columns whose cells are all empty.
  package var withoutEmptyColumns: Table {
    let kept = columns.indices.filter { column in
      rows.isEmpty || rows.contains { !$0[column].isEmpty }
    }
    return Table(kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
  }

  // MARK: Terminal

  /// Lines for a terminal, columns two spaces apart: the heads, unless all are empty, then the rows.
  ///
  /// Cells are safe for a terminal and on one line each: control characters in them become marks.
  package var lines: [String] {
    let heads = columns.map(\.name)
    let texts = (heads.allSatisfy(\.isEmpty) ? rows : [heads] + rows).map { row in
      row.map { DisplayText($0.replacing("\n", with: " ")) }
    }
    let widths = columns.indices.map { column in
      texts.map { $0[column].width }.filter { $0 <= columns[column].widthLimit }.max() ?? 0
    }
    return texts.map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        let padding = String(repeating: " ", count: max(0, widths[column] - text.width))
        if column > 0 { line += "  " }
        line += columns[column].alignment == .left ? text.string + padding : padding + text.string
      }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  // MARK: Markdown

  /// A Markdown table (GitHub's), its lines joined by newlines. Cells are inline Markdown.
  package var markdown: String {
    (markdownHead + rows.map(markdownLine)).joined(separator: "\n")
  }

  /// The two lines above the rows, for tables whose rows come one by one.
  package var markdownHead: [String] {
    let rule = columns.map { $0.alignment == .left ? "---" : "---:" }
    return [markdownLine(columns.map(\.name)), markdownLine(rule)]
  }

  /// A row of `cells`.
  package func markdownLine(_ cells: [String]) -> String {
    let cells = cells.map { cell in
      // A bar would end the cell, even within code.
      Markup.harmless(cell).replacing("\n", with: " ").replacing("|", with: "\\|")
    }
    return "| " + cells.joined(separator: " | ") + " |"
  }

  // MARK: HTML and CSV

  /// An HTML `table` element, also well-formed XML.
  package var html: String {
    func line(_ cells: [String], _ open: String, _ close: String) -> String {
      "<tr>" + cells.map { open + Markup.escaped($0) + close }.joined() + "</tr>"
    }
    let head = line(columns.map(\.name), "<th scope=\"col\">", "</th>")
    let body = rows.map { line($0, "<td>", "</td>") }
    return """
      <table>
      <thead>\(head)</thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody>
      </table>
      """
  }

  /// Comma-separated values with a head (RFC 4180).
  package var csv: String {
    ([columns.map(\.name)] + rows).map { cells in
      cells.map(Self.quoted).joined(separator: ",") + "\r\n"
    }.joined()
  }

  private static func quoted(_ field: String) -> String {
    // By scalars: a line break of two is one character.
    let special: [Unicode.Scalar] = [",", "\"", "\r", "\n"]
    guard field.unicodeScalars.contains(where: special.contains) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
