/// A model's text as people read it: its Markdown as looks, its LaTeX as Unicode.
///
/// What is not finished yet, or no markup after all, stays as it was written.
enum ReadableText {
  /// `text` in pieces; where no markup says otherwise, in `scope`. It begins in `context`.
  static func pieces(
    _ text: String, _ scope: Scope, in context: MarkupContext = MarkupContext()
  ) -> [Block.Piece] {
    guard context.fence != nil || text.contains(where: { "\\$*`#|-~.".contains($0) }) else {
      return [Block.Piece(text, scope)]
    }
    var context = context
    var code = CodeText(language: context.fence?.language)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var shown: [[Block.Piece]] = []
    var index = 0
    while index < lines.count {
      let line = lines[index]
      index += 1
      if context.crosses(line) {
        guard let fence = context.fence else { continue }
        code = CodeText(language: fence.language)
        // The bar alone tells of code whose language is not said.
        if !fence.language.isEmpty { shown.append(bar([Block.Piece(fence.language, .dim)])) }
      } else if let fence = context.fence {
        let indent = min(fence.indent, line.prefix { $0 == " " }.count)
        shown.append(bar(code.pieces(line.dropFirst(indent))))
      } else if let table = MarkdownTable(lines[(index - 1)...]) {
        shown.append(table.pieces(scope))
        index += table.lineCount - 1
      } else if let (formula, count) = display(lines[(index - 1)...]) {
        shown.append([formula])
        index += count - 1
      } else {
        let further = linesOfEmphasis(lines[(index - 1)...], context)
        let text = ([line] + lines[index..<(index + further)]).joined(separator: "\n")
        shown.append(inline(of: text[...], scope))
        index += further
      }
    }
    // A text that is no more than a fence still takes a line.
    if shown.isEmpty { shown = [bar([])] }
    return Array(shown.joined(separator: [Block.Piece("\n", scope)]))
  }

  /// A line of code behind its bar, which stands before every part of it that is broken off.
  private static func bar(_ pieces: [Block.Piece]) -> [Block.Piece] {
    var bar = Block.Piece("▏ ", .dim)
    bar.hang = Hang(text: "▏ ", scope: .dim, isCode: true)
    return [bar] + pieces
  }

  /// The longest formula on lines of its own.
  private static let displayLimit = 12

  /// A formula between `\[` and `\]`, or `$$` and `$$`, that stand on lines of their own, and the
  /// lines that it takes; nil where there is none that can be read.
  private static func display(_ lines: ArraySlice<Substring>) -> (Block.Piece, Int)? {
    guard let first = lines.first?.trimmed, first == "\\[" || first == "$$" else { return nil }
    let close = first == "$$" ? "$$" : "\\]"
    let body = lines.dropFirst().prefix(displayLimit)
    guard let end = body.firstIndex(where: { $0.trimmed == close }) else { return nil }
    let content = body[..<end].map(\.trimmed).joined(separator: " ")
    var reader = LatexReader(content[...])
    guard !content.isEmpty, let formula = reader.all() else { return nil }
    var piece = Block.Piece(
      "  " + formula, .formula, from: FormulaSource(latex: content, isDisplayed: true))
    piece.hang = Hang(text: "  ", scope: .formula)
    return (piece, end - lines.startIndex + 1)
  }

  /// The longest emphasis, in lines.
  private static let emphasisLimit = 6

  /// How many lines after the first of `lines` go on with an emphasis that it opens; 0 where it opens
  /// none, and where none of them closes it.
  private static func linesOfEmphasis(_ lines: ArraySlice<Substring>, _ context: MarkupContext)
    -> Int
  {
    guard let first = lines.first, leavesOpen(first) else { return 0 }
    var text = String(first)
    for (count, line) in lines.dropFirst().prefix(emphasisLimit).enumerated() {
      var context = context
      guard !line.trimmed.isEmpty, !isBlock(line), !context.crosses(line) else { return 0 }
      text += "\n" + line
      if !leavesOpen(text[...]) { return count + 1 }
    }
    return 0
  }

  /// Whether a mark in `text` opens an emphasis that does not end there.
  private static func leavesOpen(_ text: Substring) -> Bool {
    guard text.contains("*") else { return false }
    return emphasis(text, .text).contains { piece in
      guard piece.scope == .text else { return false }
      var previous: Character?
      var follows = false
      for character in piece.text {
        if character == "*" {
          follows = follows || canOpen(after: previous)
        } else if follows {
          if !character.isWhitespace { return true }
          follows = false
        }
        previous = character
      }
      return false
    }
  }

  /// Whether `line` begins a heading, a list's item or a table's row.
  private static func isBlock(_ line: Substring) -> Bool {
    let rest = line.drop { $0 == " " }
    let number = rest.prefix { $0.isASCII && $0.isNumber }
    let after = rest.dropFirst(number.count)
    return ["#", "- ", "* ", "+ ", "|"].contains(where: rest.hasPrefix)
      || !number.isEmpty && (after.hasPrefix(". ") || after.hasPrefix(") "))
  }

  /// A line outside code, or several that an emphasis joins: heading, list item or running text.
  private static func inline(of line: Substring, _ scope: Scope) -> [Block.Piece] {
    let indent = line.prefix { $0 == " " }
    let rest = line.dropFirst(indent.count)
    let hashes = rest.prefix { $0 == "#" }
    if (1...6).contains(hashes.count), rest.dropFirst(hashes.count).first == " " {
      return [
        Block.Piece(LatexText.readable(String(rest.dropFirst(hashes.count + 1))), .strong)
      ]
    }
    for bullet in ["- ", "* ", "+ "] where rest.hasPrefix(bullet) {
      return item(indent + "• ", rest.dropFirst(2), scope)
    }
    let number = rest.prefix { $0.isASCII && $0.isNumber }
    let after = rest.dropFirst(number.count)
    if (1...3).contains(number.count), after.hasPrefix(". ") || after.hasPrefix(") ") {
      return item(indent + number + after.prefix(2), after.dropFirst(2), scope)
    }
    return emphasis(line, scope)
  }

  /// A list's item: where it is broken, it goes on below its own text.
  private static func item(
    _ label: some StringProtocol, _ text: Substring, _ scope: Scope
  ) -> [Block.Piece] {
    var piece = Block.Piece(String(label), scope)
    piece.hang = Hang(text: String(repeating: " ", count: label.count), scope: scope)
    return [piece] + emphasis(text, scope)
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
      if character == "$" || character == "\\",
        let formula = LatexText.formula(at: rest)
      {
        finish()
        pieces.append(Block.Piece(formula.text, .formula, from: formula.source))
        rest = rest.dropFirst(formula.length)
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
      var cells = Self.cells(of: line).map { LatexText.readable($0.trimmed) }
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
  /// Without the spaces around it.
  var trimmed: String {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
