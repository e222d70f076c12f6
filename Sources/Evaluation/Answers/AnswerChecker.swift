/// Tells whether an answer is right, however it is written.
///
/// What dresses an answer is taken off: Markdown, "the answer is", a box. Both answers are then read
/// as mathematics if possible: numbers compare exactly and at any size (`17`, `17.0`,
/// `\frac{34}{2}`, `1,234`), irrational numbers and formulas by their values (`2\sqrt{3}` and
/// `\sqrt{12}`, `(x+1)^2` and `x^2+2x+1`), tuples part by part, sets and lists of solutions in any
/// order, intervals and inequalities as the numbers that are in them. A unit, a currency sign or a
/// name on the left (`x =`, `f(x) =`) may be missing on one side. Other answers are compared as
/// text, ignoring case.
///
/// No part of an answer is executed; the time is at most quadratic in its length.
public enum AnswerChecker {
  /// The longest answer, in UTF-8 bytes, that is read as mathematics: real ones have a few dozen.
  static let longestMathematics = 1000

  /// How two answers were compared, and what came of it.
  public struct Comparison: Sendable, Equatable {
    /// How it was compared.
    public enum Way: String, Codable, Sendable {
      /// Both are the same text once their dress is off.
      case sameText = "the same text"
      /// The letters of a choice.
      case choice = "choices"
      /// Both were read.
      case mathematics = "mathematics"
      /// One was not read.
      case text
    }

    /// Whether both say the same.
    public let equal: Bool
    /// How that was found.
    public let way: Way
  }

  /// Whether `given` says the same as `expected`.
  public static func agree(_ given: String, _ expected: String) -> Bool {
    compare(given, expected).equal
  }

  /// Whether `given` says the same as `expected`, and how that was found.
  public static func compare(_ given: String, _ expected: String) -> Comparison {
    let (given, expected) = (AnswerDress.undressed(given), AnswerDress.undressed(expected))
    let (own, other) = (AnswerChoice(given), AnswerChoice(expected))
    if let own, let other {
      return Comparison(equal: own.letter == other.letter, way: .choice)
    }
    // A lone letter in lower case can be an unknown, but not beside a choice that is written as one.
    if let choice = own ?? other {
      let (letter, written) = own == nil ? (given, expected) : (expected, given)
      if "abcdefghij".map(String.init).contains(letter), letter.uppercased() == choice.letter,
        written.count > 1
      {
        return Comparison(equal: true, way: .choice)
      }
    }
    let plain = compareContents(given, expected)
    // A choice is named by its text as well.
    guard !plain.equal, let text = (own ?? other)?.text, !text.isEmpty else { return plain }
    let undressed = AnswerDress.undressed(text)
    return compareContents(own == nil ? given : undressed, own == nil ? undressed : expected)
  }

  private static func compareContents(_ given: String, _ expected: String) -> Comparison {
    // A lone dollar sign is no answer.
    guard expected.contains(where: { $0 != "$" }) else {
      return Comparison(equal: false, way: .text)
    }
    if given == expected { return Comparison(equal: true, way: .sameText) }
    let (own, others) = (meanings(of: given), meanings(of: expected))
    var isCompared = false
    for left in own {
      for right in others {
        guard let agree = try? left.agrees(with: right) else { continue }
        if agree { return Comparison(equal: true, way: .mathematics) }
        isCompared = true
      }
    }
    guard isCompared else {
      let text = AnswerDress.compared(given)
      return Comparison(equal: !text.isEmpty && text == AnswerDress.compared(expected), way: .text)
    }
    return Comparison(equal: false, way: .mathematics)
  }

  /// What `answer` may mean: a letter behind a number can be a unit or an unknown.
  static func meanings(of answer: String) -> [AnswerMeaning] {
    guard let tokens = AnswerTokens.read(answer) else { return [] }
    let readings =
      tokens.sawUnitLetter
      ? [tokens] + [AnswerTokens.read(answer, unitLetters: false)].compactMap(\.self) : [tokens]
    return readings.compactMap(AnswerParser.meaning)
  }
}
