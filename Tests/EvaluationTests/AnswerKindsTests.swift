import Testing

@testable import Evaluation

/// Answers as models and data sets write them: each kind of notation, dress and unit with several of
/// its members. What is equal was judged by hand, and by math-verify 0.9 where it reads the notation.
struct AnswerSamples {
  /// Pairs that say the same.
  let equal: [[String]]
  /// Pairs that do not.
  let different: [[String]]

  /// Samples written one pair a line, with `⇔` between both.
  init(equal: String, different: String) {
    self.equal = Self.pairs(equal)
    self.different = Self.pairs(different)
  }

  private static func pairs(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: " ⇔ ").map(String.init) }
  }

  static let all: [AnswerSamples] = [
    .numbers, .scales, .units, .relations, .formulas, .sets, .dress, .lists, .matrices, .words,
  ]
}

struct AnswerKindsTests {
  @Test(arguments: AnswerSamples.all.flatMap(\.equal)) func `says the same`(pair: [String]) {
    #expect(AnswerChecker.agree(pair[0], pair[1]), "\(pair[0]) is \(pair[1])")
    #expect(AnswerChecker.agree(pair[1], pair[0]), "\(pair[1]) is \(pair[0])")
  }

  @Test(arguments: AnswerSamples.all.flatMap(\.different))
  func `says another thing`(pair: [String]) {
    #expect(!AnswerChecker.agree(pair[0], pair[1]), "\(pair[0]) is not \(pair[1])")
    #expect(!AnswerChecker.agree(pair[1], pair[0]), "\(pair[1]) is not \(pair[0])")
  }
}
