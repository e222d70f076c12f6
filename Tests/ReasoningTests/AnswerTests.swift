import Reasoning
import Testing

struct AnswerTests {
  @Test(arguments: [
    ("so \\boxed{17}.", "17"),
    ("\\boxed{1} then \\boxed{2}", "2"),
    ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
    ("\\boxed{1} then \\boxed{2", "1"),
    ("\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"),
    ("\\boxed{}", ""),
    ("{\\boxed{a}}}", "a"),
  ])
  func `the last complete box is the answer`(text: String, boxed: String) {
    #expect(BoxedAnswer.last(in: text) == boxed)
  }

  @Test(arguments: ["", "17", "\\boxed", "\\boxed{", "boxed{3}", "\\boxed{{3}"])
  func `no complete box is no answer`(text: String) {
    #expect(BoxedAnswer.last(in: text) == nil)
  }

  @Test func `thousands of open boxes are read in one pass`() {
    let hostile = String(repeating: "\\boxed{", count: 20_000)
    #expect(BoxedAnswer.last(in: hostile) == nil)
    #expect(BoxedAnswer.last(in: hostile + "3}") == "3")
  }

  @Test(arguments: [
    ("17", "17.0"), (" 17 ", "17"), ("$17", "17"), ("\\$17", "17"), ("1,234", "1234"),
    ("1,234,567.50", "1234567.5"), ("\\frac{1}{2}", "0.5"), ("\\dfrac{34}{2}", "17"),
    ("1/2", "2/4"), ("-3", "-3.00"), ("-1/2", "1/-2"), ("17\\text{ apples}", "17apples"),
    ("\\text{Monday}", "monday"), ("\\left( 3, 4 \\right)", "\\left(3,4\\right)"),
    ("$17$", "17"), ("17.", "17"), ("50\\%", "50"), (".5", "0.5"), ("x^2", "x^2"),
  ])
  func `the same answer in another form is right`(given: String, expected: String) {
    #expect(AnswerChecker.agree(given, expected))
    #expect(AnswerChecker.agree(expected, given))
  }

  @Test(arguments: [
    ("17", "18"), ("", ""), ("", "0"), ("1,2", "12"), ("1/0", "2/0"), ("3,4", "34"),
    ("0.3333", "1/3"), ("99999999999999999999", "99999999999999999998"), ("seventeen", "17"),
    ("12,34", "1234"),
  ])
  func `another answer is wrong`(given: String, expected: String) {
    #expect(!AnswerChecker.agree(given, expected))
    #expect(!AnswerChecker.agree(expected, given))
  }
}
