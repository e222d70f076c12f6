/// A formula as a text has it.
package struct FormulaSource: Sendable, Equatable {
  /// Its LaTeX, without the signs around it.
  package var latex: String
  /// It stands apart from the text around it.
  package var isDisplayed: Bool

  /// The formula that `latex` is.
  package init(latex: String, isDisplayed: Bool) {
    self.latex = latex
    self.isDisplayed = isDisplayed
  }
}

/// LaTeX in running text as Unicode, where Unicode can say the same.
///
/// Formulas stand between `$…$`, `$$…$$`, `\(…\)` or `\[…\]`; of what stands outside them only
/// single commands such as `\boxed{3}` or `\times` are changed. A formula with anything that is not
/// known, or that is not closed yet, stays as it was written.
enum LatexText {
  /// A formula longer than this, in bytes, stays as it is.
  private static let lengthLimit = 1000

  /// A formula without signs around it, such as the content of a box; as it is where it has no commands,
  /// or cannot be read.
  static func formula(_ latex: String) -> String {
    guard latex.contains("\\"), latex.utf8.count <= lengthLimit else { return latex }
    var reader = LatexReader(latex[...])
    return reader.all() ?? latex
  }

  static func readable(_ text: String) -> String {
    guard text.contains("\\") || text.contains("$") else { return text }
    var result = ""
    var rest = text[...]
    while let character = rest.first {
      if let formula = formula(at: rest) {
        result += formula.text
        rest = rest.dropFirst(formula.length)
      } else if character == "\\", let (symbol, length) = command(at: rest) {
        result += symbol
        rest = rest.dropFirst(length)
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static let delimiters = [("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$")]

  /// A formula in a text.
  struct Found {
    /// The formula in Unicode.
    var text: String
    /// How many characters it takes with its signs.
    var length: Int
    /// What stands between them.
    var source: FormulaSource
  }

  /// The formula that `text` begins with.
  static func formula(at text: Substring) -> Found? {
    for (open, close) in delimiters where text.hasPrefix(open) {
      let body = text.dropFirst(open.count)
      guard let end = place(of: close, in: body) else { return nil }
      let content = body[..<end]
      // Amounts of money are no formulas.
      if open == "$" {
        guard let first = content.first, let last = content.last, !first.isWhitespace,
          !last.isWhitespace, !content.contains("\n"), looksLikeMath(content),
          !(body[end...].dropFirst().first?.isNumber ?? false)
        else { return nil }
      }
      let source = FormulaSource(
        latex: content.trimmed, isDisplayed: open == "$$" || open == "\\[")
      var reader = LatexReader(source.latex[...])
      guard let result = reader.all() else { return nil }
      return Found(
        text: result, length: open.count + content.count + close.count, source: source)
    }
    return nil
  }

  private static func looksLikeMath(_ text: Substring) -> Bool {
    text.count == 1 || text.contains { "\\^_=+<>'".contains($0) }
      || text.allSatisfy { $0.isNumber || "-*/().,".contains($0) }
  }

  /// Where `mark`, in ASCII, first stands within a formula's length of `text`; by bytes, as a hostile
  /// text asks for it at each of its characters.
  private static func place(of mark: String, in text: Substring) -> Substring.Index? {
    var rest = text.utf8.prefix(lengthLimit)
    while let first = rest.firstIndex(of: mark.utf8[mark.startIndex]) {
      rest = rest[first...]
      if rest.starts(with: mark.utf8) { return first }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// The one command that `text` begins with.
  private static func command(at text: Substring) -> (String, Int)? {
    let limit = text.utf8.index(
      text.startIndex, offsetBy: lengthLimit, limitedBy: text.endIndex)
    let window = text[..<(limit ?? text.endIndex)]
    var reader = LatexReader(window)
    guard let atom = reader.command(isBare: true) else { return nil }
    return (
      reader.placed(atom, after: nil),
      window.distance(from: window.startIndex, to: reader.rest.startIndex)
    )
  }
}
