/// LaTeX in running text as Unicode, where Unicode can say the same.
///
/// Formulas stand between `$…$`, `$$…$$`, `\(…\)` or `\[…\]`; of what stands outside them only
/// single commands such as `\boxed{3}` or `\times` are changed. A formula with anything that is not
/// known, or that is not closed yet, stays as it was written.
enum LatexText {
  /// A formula longer than this, in bytes, stays as it is.
  private static let lengthLimit = 1000

  static func readable(_ text: String) -> String {
    guard text.contains("\\") || text.contains("$") else { return text }
    var result = ""
    var rest = text[...]
    while let character = rest.first {
      if let (formula, length) = formula(at: rest) {
        result += formula
        rest = rest.dropFirst(length)
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

  /// The formula that `text` begins with, and how many characters it takes.
  static func formula(at text: Substring) -> (String, Int)? {
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
      var reader = LatexReader(content.trimmed[...])
      guard let result = reader.all() else { return nil }
      return (result, open.count + content.count + close.count)
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
