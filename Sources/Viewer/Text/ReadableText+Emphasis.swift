extension ReadableText {
  private static let marks: [(mark: String, scope: Scope)] = [
    ("***", .strong), ("**", .strong), ("*", .emphasis), ("`", .code),
  ]

  /// Running text with `**strong**`, `*emphasis*` and `` `code` ``, and with formulas.
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
          // What stands in it has fewer kinds of marks: it goes no deeper than there are kinds.
          pieces +=
            look == .code ? [Block.Piece(String(content), look)] : emphasis(content, look)
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

  /// Whether emphasis may begin after `character`: not within a word or a product, but between wide
  /// characters, whose words have no spaces.
  private static func canOpen(after character: Character?) -> Bool {
    character.map { $0.isWhitespace || "([{\"'“‘—–-:".contains($0) || isWide($0) } ?? true
  }

  /// Whether emphasis may end before `character`.
  private static func canClose(before character: Character?) -> Bool {
    character.map { $0.isWhitespace || ")]}\"'”’—–-:;,.!?…".contains($0) || isWide($0) } ?? true
  }

  private static func isWide(_ character: Character) -> Bool {
    character.unicodeScalars.first.map { Width.of($0) == 2 } ?? false
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

  // MARK: Over several lines

  /// The longest emphasis, in lines.
  private static let emphasisLimit = 6

  /// How many lines after the first of `lines` go on with an emphasis that it opens; 0 where it opens
  /// none, and where none of them closes it.
  static func linesOfEmphasis(_ lines: ArraySlice<Substring>, _ context: MarkupContext) -> Int {
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
}
