import Foundation
import Testing

@testable import Evaluation

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

  @Test func `only an end of a line ends one`() {
    let text = "{\"given\": \"a\u{2028}b\u{85}c\", \"expected\": \"a\"}\r\n5\u{85}6\t5\r"
    #expect(pairs(text) == [["a\u{2028}b\u{85}c", "a"]])
    #expect(pairs("5\u{2028}6\t5\r\n7\t7") == [["5\u{2028}6", "5"], ["7", "7"]])
  }
}
