import Traces
import Testing

struct BoxedAnswerTests {
  @Test(arguments: [
    ("so \\boxed{17}.", "17"),
    ("\\boxed{1} then \\boxed{2}", "2"),
    ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
    ("\\boxed{1} then \\boxed{2", "1"),
    ("\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"),
    ("\\boxed{}", ""),
    ("{\\boxed{a}}}", "a"), ("It is \\boxed 5.", "5"), ("It is \\boxed5.", "5"),
    ("\\boxed -1,234.5,", "-1,234.5"), ("\\boxed {7}", "7"), ("\\fbox{8}", "8"),
    ("\\framebox{x^2}", "x^2"), ("$\\boxed{5}$ \\boxed{}", "5"), ("\\boxed{5} \\boxed{ }", "5"),
    ("\\boxed x", "x"), ("\\boxed{1}, \\boxed 2", "2"),
  ])
  func `the last complete box is the answer`(text: String, boxed: String) {
    #expect(BoxedAnswer.last(in: text) == boxed)
  }

  @Test(arguments: [
    "", "17", "\\boxed", "\\boxed.", "\\boxedfoo{3}", "\\boxed-", "\\boxed{", "boxed{3}",
    "\\boxed{{3}",
  ])
  func `no complete box is no answer`(text: String) {
    #expect(BoxedAnswer.last(in: text) == nil)
  }

  @Test func `thousands of open boxes are read in one pass`() {
    let hostile = String(repeating: "\\boxed{", count: 20_000)
    #expect(BoxedAnswer.last(in: hostile) == nil)
    #expect(BoxedAnswer.last(in: hostile + "3}") == "3")
  }
}
