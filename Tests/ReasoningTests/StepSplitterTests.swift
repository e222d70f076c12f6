import TestSupport
import Testing

@testable import Reasoning

struct StepSplitterTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var input: String
    var text: String
    var end: StepSplitter.End?
    var testDescription: String { input.debugDescription }

    init(_ input: String, _ text: String, _ end: StepSplitter.End?) {
      self.input = input
      self.text = text
      self.end = end
    }
  }

  static let cases = [
    Case("One.\n\nTwo.", "One.", .blankLine),
    Case("One.\n \nTwo.", "One.", .blankLine),
    Case("One.\r\n\r\nTwo.", "One.", .blankLine),
    Case("One.\n\t \n", "One.", .blankLine),
    Case("One. \n\n", "One.", .blankLine),
    Case("One.\nTwo.", "One.\nTwo.", nil),
    Case("One.\n", "One.", nil),
    Case("\n\nOne.\n\n", "One.", .blankLine),
    Case(" \n\r\n  One.", "  One.", nil),
    Case("One.\n</think>\n\nSo", "One.", .thinkingTag),
    Case("</think>", "", .thinkingTag),
    Case("\n\n</think>", "", .thinkingTag),
    Case("One.\n\n</think>", "One.", .blankLine),
    Case("a < b </thin k>", "a < b </thin k>", nil),
    Case("One </thi", "One </thi", nil),
    Case("", "", nil),
    Case("\n\n \n", "", nil),
    Case("Ünï 🇩🇪 終\n\n終", "Ünï 🇩🇪 終", .blankLine),
    Case(
      "So:\n```python\na = 1\n\nb = 2\n```\n\nNext", "So:\n```python\na = 1\n\nb = 2\n```",
      .blankLine),
    Case("```\n\na\n```\n\nNext", "```\n\na\n```", .blankLine),
    Case("````\n```\n\n````\n\nNext", "````\n```\n\n````", .blankLine),
    Case("- a\n  ~~~ js\n\n  ~~~\n\nNext", "- a\n  ~~~ js\n\n  ~~~", .blankLine),
    Case("```one``` is code\n\nNext", "```one``` is code", .blankLine),
    Case("$$\nx\n\n= 1\n$$\n\nNext", "$$\nx\n\n= 1\n$$", .blankLine),
    Case("$$x = 1$$\n\nNext", "$$x = 1$$", .blankLine),
    Case("\\[ a\n\nb \\]\n\nNext", "\\[ a\n\nb \\]", .blankLine),
    Case(
      "\\begin{align*}\na\n\nb\n\\end{align*}\n\nNext", "\\begin{align*}\na\n\nb\n\\end{align*}",
      .blankLine),
    Case("<table>\n<tr>\n\n</table>\n\nNext", "<table>\n<tr>\n\n</table>", .blankLine),
    Case("| a |\n|---|\n| 1 |\n\nNext", "| a |\n|---|\n| 1 |", .blankLine),
    Case("```\n\nnever closed\n</think>", "```\n\nnever closed", .thinkingTag),
  ]

  @Test func `a block that is never closed does not swallow the run`() {
    var splitter = StepSplitter()
    let code = String(repeating: "print()\n\n", count: OpenBlock.longest / 9 + 2)
    _ = splitter.append("```\n" + code)
    #expect(splitter.end == .blankLine)
    #expect(splitter.text.utf8.count <= OpenBlock.longest + 16)
  }

  @Test func `a block that a cut step left open goes on in the next`() {
    var splitter = StepSplitter(after: ["First.", "```\na = 1"])
    _ = splitter.append("b = 2\n\nc = 3\n```\n\nNext")
    #expect(splitter.text == "b = 2\n\nc = 3\n```")
    var closed = StepSplitter(after: ["```\na = 1\n```"])
    _ = closed.append("So.\n\nNext")
    #expect(closed.text == "So.")
  }

  @Test(arguments: cases)
  func `a step ends at a blank line or at the closing tag`(_ example: Case) {
    var splitter = StepSplitter()
    let streamed = splitter.append(example.input) + splitter.finish()
    #expect(splitter.text == example.text)
    #expect(splitter.end == example.end)
    #expect(streamed == example.text)
  }

  @Test(arguments: cases)
  func `pieces of any length give the same step`(_ example: Case) {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      var splitter = StepSplitter()
      var streamed = ""
      var rest = Substring.UnicodeScalarView(example.input.unicodeScalars)
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...3, using: &random))
        rest.removeFirst(piece.count)
        streamed += splitter.append(String(piece))
      }
      streamed += splitter.finish()
      #expect(splitter.text == example.text)
      #expect(splitter.end == example.end)
      #expect(streamed == example.text)
    }
  }

  @Test(arguments: [
    " ", "\n", "\r", "$$x$$ ", "\\[a\\] <table></table> ", "\\begin{a}\\end{a}", "<", "</think",
  ])
  func `a long text is read once, however it comes`(part: String) {
    let text = String(repeating: part, count: 20_000 / part.utf8.count)
    for step in [text, "a" + text + "\n", "```\n" + text] {
      var whole = StepSplitter()
      _ = whole.append(step)
      _ = whole.finish()
      var pieces = StepSplitter()
      // With a look at all that is held for each piece, or at all of a line for each formula in it, it
      // would take minutes.
      for character in step { _ = pieces.append(String(character)) }
      _ = pieces.finish()
      #expect(pieces.text == whole.text && pieces.end == whole.end)
    }
  }

  @Test(arguments: [
    ("a $$ b \\[ $$ \\begin{x}", "\\end{x}"),
    ("\\begin{pmatrix*} \\begin{b} \\end{b}", "\\end{pmatrix*}"),
    ("<table <table", "</table>"), ("$$ \\begin{x}", "$$"),
  ])
  func `of several blocks on a line the one that stays open counts`(line: String, closing: String) {
    var splitter = StepSplitter()
    _ = splitter.append("\(line)\n\nin it\n\(closing)\n\nNext")
    #expect(splitter.text == "\(line)\n\nin it\n\(closing)")
    var other = StepSplitter()
    _ = other.append("\\begin{} \\begin{A} \\begin{a \\begin\n\nNext")
    #expect(other.end == .blankLine)
  }

  @Test func `what is shown while a step is written is never taken back`() {
    var splitter = StepSplitter()
    #expect(splitter.append("So 2 < 3") == "So 2 < 3")
    #expect(splitter.append(" </th") == "")
    #expect(splitter.append("is") == " </this")
    #expect(splitter.append("\n") == "")
    #expect(splitter.append("\nNext") == "")
    #expect(splitter.text == "So 2 < 3 </this")
  }
}
