import Foundation
import Testing

@testable import Evaluation

struct GivenAnswerTests {
  @Test(arguments: [
    ("So \\boxed{5}.", "5"), ("$\\boxed{5}$ and \\boxed{}", "5"), ("\\boxed 5", "5"),
    ("Two and two make four.\nThe answer is 4.", "4."), ("5", "5"), (" 40\n", " 40"),
    ("First this.\n**Answer:** $\\frac{1}{2}$", "$\\frac{1}{2}$"), ("We add.\n#### 18", " 18"),
    ("We add them up, so the answer is 7. It is odd.", "7"),
    ("The answer is 42. The solution is complete.", "The answer is 42"),
    ("The answer is 42.\nI checked that the answer is correct.", "42."),
    ("The answer is 42.\nThe solution is indeed complete.", "42."),
    ("The result is 4.\nSo the answer is yes.", "yes."),
    ("The answer is St. Louis", "The answer is St. Louis"),
    ("We add them.\n\n**Final Answer**\n\n$x = 5$\n", "$x = 5$"),
    ("We add them.\n### Final Answer\n42", "42"), ("We add.\nANSWER\n 7", "7"),
    ("We add them up.\nThe answer would be 7.", "7."), ("We add.\nAns: 7", "7"),
    ("We add.\nThe answer is\n\n$$7$$", "$$7$$"),
    ("The answer is right.", "The answer is right."),
  ])
  func `the answer is the last box, or what the text says it is`(text: String, answer: String) {
    #expect(GivenAnswer(in: text)?.text == answer)
    #expect(GivenAnswer(in: text)?.isBoxed == text.contains("boxed"))
  }

  @Test(arguments: ["", "\n", "First we add.\nThen we stop"])
  func `a text without an answer has none`(text: String) {
    #expect(GivenAnswer(in: text) == nil)
  }

  /// Each took seconds to minutes while white space was tried in all its parts.
  @Test(arguments: [
    "answer" + String(repeating: " ", count: 1990),
    "answer of" + String(repeating: " ", count: 1980),
    String(repeating: "answer of ", count: 200), String(repeating: "answer\n\n", count: 250),
    "answer is 5" + String(repeating: ". ", count: 990),
  ])
  func `a hostile text is read soon`(text: String) {
    #expect(GivenAnswer(in: text)?.isBoxed != true)
  }
}
