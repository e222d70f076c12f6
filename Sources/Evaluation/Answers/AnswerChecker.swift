/// Tells whether an answer is right, however it is written.
///
/// Both answers are read as mathematics if possible: numbers compare exactly (`17`, `17.0`,
/// `\frac{34}{2}`, `1,234`), irrational numbers and formulas by their values (`2\sqrt{3}` and
/// `\sqrt{12}`, `(x+1)^2` and `x^2+2x+1`), tuples and intervals part by part, sets and lists of
/// solutions in any order. A unit, a currency sign or a leading `x =` may be missing on one side.
/// Other answers are compared as text, ignoring case.
///
/// No part of an answer is executed; the time is at most quadratic in its length.
public enum AnswerChecker {
  /// The longest answer, in UTF-8 bytes, that is read as mathematics: real ones have a few dozen.
  static let longestMathematics = 1000

  /// The number of points at which formulas are compared; equal ones agree at all of them.
  private static let trials = 3

  /// Whether `given` says the same as `expected`.
  public static func agree(_ given: String, _ expected: String) -> Bool {
    let (givenText, expectedText) = (plainText(given), plainText(expected))
    guard !expectedText.isEmpty else { return false }
    if givenText == expectedText { return true }
    guard let given = AnswerTokens.read(given), let expected = AnswerTokens.read(expected) else {
      return givenText.lowercased() == expectedText.lowercased()
    }
    for trial in 0..<trials {
      var (left, right) = (
        AnswerParser(given, trial: trial), AnswerParser(expected, trial: trial)
      )
      guard let left = try? left.answer(), let right = try? right.answer() else {
        return givenText.lowercased() == expectedText.lowercased()
      }
      guard left.agrees(with: right) else { return false }
    }
    return true
  }

  /// The text without what only affects typesetting.
  private static func plainText(_ answer: String) -> String {
    var text = answer
    text.replace(/\\(?:left|right)(?![a-zA-Z])|\\[()\[\]!,;: ]|\$/, with: "")
    text.removeAll(where: \.isWhitespace)
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
