/// A choice of several that are given, such as `(B) 12`.
struct AnswerChoice: Equatable {
  /// The letter, in upper case.
  let letter: String
  /// The text of the choice; empty where only the letter is written.
  let text: String

  /// The choice that an undressed answer names; nil where it names none.
  init?(_ answer: String) {
    guard answer.utf8.count <= AnswerChecker.longestMathematics,
      let first = answer.first(where: { !$0.isWhitespace }),
      "([\\".contains(first) || first.isLetter
    else { return nil }
    var plain = answer
    plain.replace(/^\\(?:text|textbf|textrm|mathrm|mathbf|mathit)\s*\{([^{}]*)\}/) { "\($0.1) " }
    let forms: [Regex<(Substring, Substring, Substring)>] = [
      /^\s*(?:(?i)option|choice|answer)\s*\(?([A-Za-j])\)?(?:[.:,)]|\s*$)\s*(.*)$/,
      /^\s*\(\s*([A-Ja-j])\s*\)\s*((?:[\s\w\\$({\-.].*)?)$/,
      // Letters that are mostly unknowns: `(X)(X+1)` is a product.
      /^\s*\(\s*([K-Z])\s*\)(?:\s+(?=\w)|\s*$)(.*)$/,
      /^\s*\[\s*([A-Z])\s*\]()\s*$/,
      /^\s*([A-Z])\s*(?:[.):]\s*)((?:[\w\\$({\-.].*)?)$/,
      /^\s*([a-j])\s*\)\s*((?:[\w\\$({\-.].*)?)$/,
      /^\s*([A-Z])()\s*$/,
    ]
    for form in forms {
      guard let match = plain.wholeMatch(of: form) else { continue }
      // Two choices are not the first of them.
      guard match.2.wholeMatch(of: /(?:and|or)\s+\(?[A-Ja-j]\)?\s*/) == nil else { return nil }
      letter = match.1.uppercased()
      text = String(match.2)
      return
    }
    return nil
  }
}
