import Foundation
import Testing

@testable import Evaluation

struct GivenAnswerTests {
  @Test(arguments: [
    ("So \\boxed{5}.", "5"), ("$\\boxed{5}$ and \\boxed{}", "5"), ("\\boxed 5", "5"),
    ("Two and two make four.\nThe answer is 4.", "4."), ("5", "5"), (" 40\n", " 40"),
    ("First this.\n**Answer:** $\\frac{1}{2}$", "$\\frac{1}{2}$"), ("We add.\n#### 18", " 18"),
    ("We add them up, so the answer is 7. It is odd.", "7"),
  ])
  func `the answer is the last box, or what the text says it is`(text: String, answer: String) {
    #expect(GivenAnswer(in: text)?.text == answer)
    #expect(GivenAnswer(in: text)?.isBoxed == text.contains("boxed"))
  }

  @Test(arguments: ["", "\n", "First we add.\nThen we stop"])
  func `a text without an answer has none`(text: String) {
    #expect(GivenAnswer(in: text) == nil)
  }
}

struct AnswerPairTests {
  private func pairs(_ text: String) -> [[String]] {
    AnswerPair.pairs(in: Data(text.utf8)).pairs.map { [$0.given, $0.expected] }
  }

  @Test(arguments: [
    "\\frac12, so\t0.5\n\"5\"\t5\n", "given\texpected\tkind\n\\frac12, so\t0.5\tx\n\"5\"\t5\tx",
    "\"\\frac12, so\",0.5\r\n\"\"\"5\"\"\",5\r\n",
    "expected,given\n0.5,\"\\frac12, so\"\n5,\"\"\"5\"\"\"\n",
    #"{"given": "\\frac12, so", "expected": 0.5}"# + "\n\n"
      + #"{"Prediction": "\"5\"", "gold": 5}"#,
  ])
  func `pairs are read from tabs, commas and JSON`(text: String) {
    #expect(pairs(text) == [["\\frac12, so", "0.5"], ["\"5\"", "5"]])
  }

  @Test func `what is no pair is named by its line`() {
    let read = AnswerPair.pairs(in: Data("1\t2\n\nalone\n3\t4".utf8))
    #expect(read.pairs.map(\.place) == [1, 4])
    #expect(read.flaws == ["line 3: there are not two answers in it."])
    #expect(AnswerPair.pairs(in: Data()).pairs.isEmpty)
  }
}
