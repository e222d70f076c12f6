/// A model's text as people read it: its Markdown as looks, its LaTeX as Unicode.
///
/// What is not finished yet, or no markup after all, stays as it was written.
enum ReadableText {
  /// `text` in pieces; where no markup says otherwise, in `scope`.
  static func pieces(_ text: String, _ scope: Scope) -> [Block.Piece] {
    guard text.contains(where: { "\\$*`#|-".contains($0) }) else {
      return [Block.Piece(text, scope)]
    }
    var pieces: [Block.Piece] = []
    // What closes the block of code that is open.
    var fence: String?
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var index = 0
    while index < lines.count {
      if index > 0 { pieces.append(Block.Piece("\n", scope)) }
      let line = lines[index]
      let start = line.drop { $0 == " " }
      let mark = ["```", "~~~"].first { start.hasPrefix($0) }
      if let mark, fence == nil || fence == mark {
        fence = fence == nil ? mark : nil
        pieces.append(Block.Piece(String(line), .dim))
      } else if fence != nil {
        pieces.append(Block.Piece(String(line), .code))
      } else if let table = MarkdownTable(lines[index...]) {
        pieces += table.pieces(scope)
        index += table.lineCount - 1
      } else {
        pieces += inline(of: line, scope)
      }
      index += 1
    }
    return pieces
  }

  /// A line outside code: heading, list item or running text.
  private static func inline(of line: Substring, _ scope: Scope) -> [Block.Piece] {
    let indent = line.prefix { $0 == " " }
    let rest = line.dropFirst(indent.count)
    let hashes = rest.prefix { $0 == "#" }
    if (1...6).contains(hashes.count), rest.dropFirst(hashes.count).first == " " {
      return [
        Block.Piece(LatexText.readable(String(rest.dropFirst(hashes.count + 1))), .strong)
      ]
    }
    for bullet in ["- ", "* "] where rest.hasPrefix(bullet) {
      return [Block.Piece(indent + "• ", scope)] + emphasis(rest.dropFirst(2), scope)
    }
    return emphasis(line, scope)
  }

  private static let marks: [(mark: String, scope: Scope)] = [
    ("**", .strong), ("*", .emphasis), ("`", .code),
  ]

  /// Running text with `**strong**`, `*emphasis*` and `` `code` ``.
  static func emphasis(_ text: Substring, _ scope: Scope) -> [Block.Piece] {
    var pieces: [Block.Piece] = []
    var plain = ""
    func finish() {
      guard !plain.isEmpty else { return }
      pieces.append(Block.Piece(LatexText.readable(plain), scope))
      plain = ""
    }
    var rest = text
    scanning: while let character = rest.first {
      if character == "$" || character == "\\", let (_, length) = LatexText.formula(at: rest) {
        plain += rest.prefix(length)
        rest = rest.dropFirst(length)
        continue
      }
      if character == "`"
        || character == "*" && canOpen(after: plain.last ?? pieces.last?.text.last)
      {
        for (mark, look) in marks where rest.hasPrefix(mark) {
          guard let content = enclosed(rest, by: mark) else { continue }
          finish()
          let inner = String(content)
          pieces.append(Block.Piece(look == .code ? inner : LatexText.readable(inner), look))
          rest = rest.dropFirst(content.count + 2 * mark.count)
          continue scanning
        }
      }
      plain.append(character)
      rest = rest.dropFirst()
    }
    finish()
    return pieces.isEmpty ? [Block.Piece("", scope)] : pieces
  }

  /// Whether emphasis may begin after `character`: not within a word or a product.
  private static func canOpen(after character: Character?) -> Bool {
    character.map { $0.isWhitespace || "([{\"'“‘—–-:".contains($0) } ?? true
  }

  /// Whether emphasis may end before `character`.
  private static func canClose(before character: Character?) -> Bool {
    character.map { $0.isWhitespace || ")]}\"'”’—–-:;,.!?…".contains($0) } ?? true
  }

  /// What stands between two `mark`s, the first at the start of `text`: not empty, and with no
  /// space beside a mark, so that `2 * 3 * 4` stays a product.
  private static func enclosed(_ text: Substring, by mark: String) -> Substring? {
    let body = text.dropFirst(mark.count)
    guard let end = body.firstRange(of: mark)?.lowerBound else { return nil }
    let content = body[..<end]
    guard let first = content.first, let last = content.last else { return nil }
    if mark == "`" { return content }
    guard !first.isWhitespace, !last.isWhitespace,
      canClose(before: body[end...].dropFirst(mark.count).first)
    else { return nil }
    return content
  }
}

/// Lines of a Markdown table, its columns aligned.
struct MarkdownTable {
  private let rows: [[String]]
  /// Lines of the text that it takes.
  let lineCount: Int

  /// The table that `lines` begin with; nil where they do not begin with a row and a rule.
  init?(_ lines: ArraySlice<Substring>) {
    func isRow(_ line: Substring) -> Bool { line.drop { $0 == " " }.hasPrefix("|") }
    guard let first = lines.first, isRow(first), let rule = lines.dropFirst().first, isRow(rule),
      rule.contains("-"), rule.allSatisfy({ " |:-".contains($0) })
    else { return nil }
    let table = lines.prefix(while: isRow)
    lineCount = table.count
    rows = table.enumerated().filter { $0.offset != 1 }.map { _, line in
      var cells = Self.cells(of: line).map { LatexText.readable($0.trimmingCharacters) }
      if cells.first == "" { cells.removeFirst() }
      if cells.last == "" { cells.removeLast() }
      return cells
    }
  }

  /// The texts between the bars of a row; a bar after a backslash is text.
  private static func cells(of line: Substring) -> [Substring] {
    var cells: [String] = [""]
    var isEscaped = false
    for character in line {
      if character == "|", !isEscaped {
        cells.append("")
      } else {
        if character == "|" { cells[cells.count - 1].removeLast() }
        cells[cells.count - 1].append(character)
      }
      isEscaped = character == "\\"
    }
    return cells.map { $0[...] }
  }

  func pieces(_ scope: Scope) -> [Block.Piece] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.indices.contains(column) ? DisplayText($0[column]).width : 0 }.max() ?? 0
    }
    var pieces: [Block.Piece] = []
    for (index, row) in rows.enumerated() {
      if index > 0 { pieces.append(Block.Piece("\n", scope)) }
      let cells = (0..<columns).map { column in
        let cell = row.indices.contains(column) ? row[column] : ""
        return cell
          + String(repeating: " ", count: max(0, widths[column] - DisplayText(cell).width))
      }
      pieces.append(Block.Piece(cells.joined(separator: " │ "), index == 0 ? .strong : scope))
      if index == 0 {
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "─┼─")
        pieces.append(Block.Piece("\n" + rule, .dim))
      }
    }
    return pieces
  }
}

extension Substring {
  fileprivate var trimmingCharacters: String {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
