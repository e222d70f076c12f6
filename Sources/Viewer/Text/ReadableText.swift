/// A model's text as people read it: its Markdown as looks, its LaTeX as Unicode.
///
/// What is not finished yet, or no markup after all, stays as it was written.
enum ReadableText {
  /// `text` in pieces; where no markup says otherwise, in `scope`. It begins in `context`.
  static func pieces(
    _ text: String, _ scope: Scope, in context: MarkupContext = MarkupContext()
  ) -> [Block.Piece] {
    guard context.fence != nil || text.contains(where: { "\\$*`#|-_+~.)".contains($0) }) else {
      return [Block.Piece(text, scope)]
    }
    var context = context
    var code = CodeText(language: context.fence?.language)
    let lines = lines(of: text)
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
      } else if let table = MarkdownTable(lines[(index - 1)...], scope) {
        shown.append(table.pieces)
        index += table.lineCount - 1
      } else if let formula = DisplayFormula(lines[(index - 1)...]) {
        shown.append(formula.pieces)
        index += formula.lineCount - 1
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

  /// The lines of `text`, of which both spellings of a line break are known.
  static func lines(of text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  /// A line of code behind its bar, which stands before every part of it that is broken off.
  private static func bar(_ pieces: [Block.Piece]) -> [Block.Piece] {
    var bar = Block.Piece("▏ ", .dim)
    bar.hang = Hang(text: "▏ ", scope: .dim, kind: .code)
    return [bar] + pieces
  }

  /// A line between two parts of a text.
  private static let rule = Block.Piece(String(repeating: "─", count: 24), .dim)

  /// Whether `line` is nothing but three or more of one sign that draws a line.
  private static func isRule(_ line: Substring) -> Bool {
    let signs = line.filter { !$0.isWhitespace }
    guard signs.count >= 3, let sign = signs.first, "-*_".contains(sign) else { return false }
    return signs.allSatisfy { $0 == sign }
  }

  private static let indentation: Set<Character> = [" ", "\t"]
  private static let bullets = ["- ", "* ", "+ "]

  /// Whether `line` begins a heading, a list's item or a table's row.
  static func isBlock(_ line: Substring) -> Bool {
    let rest = line.drop(while: indentation.contains)
    return rest.hasPrefix("#") || rest.hasPrefix("|") || bullets.contains(where: rest.hasPrefix)
      || numbering(of: rest) != nil
  }

  /// The number that `text` begins with as an item of a list, with what ends it.
  private static func numbering(of text: Substring) -> Substring? {
    let number = text.prefix { $0.isASCII && $0.isNumber }
    let after = text[number.endIndex...]
    guard (1...3).contains(number.count), after.hasPrefix(". ") || after.hasPrefix(") ") else {
      return nil
    }
    return text.prefix(number.count + 2)
  }

  /// A line outside code, or several that an emphasis joins: heading, list item or running text.
  private static func inline(of line: Substring, _ scope: Scope) -> [Block.Piece] {
    if isRule(line) { return [rule] }
    let indent = line.prefix(while: indentation.contains)
    let rest = line[indent.endIndex...]
    let hashes = rest.prefix { $0 == "#" }
    if (1...6).contains(hashes.count), rest.dropFirst(hashes.count).first == " " {
      return emphasis(rest.dropFirst(hashes.count + 1), .strong)
    }
    // As wide as the screen draws it: an item goes on below its own text.
    let margin = indent.replacing("\t", with: "    ")
    if bullets.contains(where: rest.hasPrefix) {
      return item(margin + "• ", rest.dropFirst(2), scope)
    }
    if let number = numbering(of: rest) {
      return item(margin + number, rest[number.endIndex...], scope)
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
}

extension Substring {
  /// Without the spaces around it.
  var trimmed: String {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
