import TestSupport
import Testing
import Traces

@testable import Viewer

@Suite struct ReadableTextTests {
  @Test(arguments: [
    ("So the answer is \\boxed{40}.", "So the answer is ⟦40⟧."),
    ("$x^2 + y_1 = 3$", "x² + y₁ = 3"), ("\\(\\frac{1}{2}x\\)", "¹⁄₂x"),
    ("$\\frac{a+b}{c}$", "(a+b)/c"), ("$\\frac{a}{b}c$", "(a/b)c"), ("$\\dfrac34$", "³⁄₄"),
    ("\\[\\sqrt{2} \\times \\sqrt[3]{x+1}\\]", "√2 × ∛(x+1)"),
    ("$\\alpha \\le \\beta$", "α ≤ β"), ("$2 \\cdot 3 \\ne 7$", "2 · 3 ≠ 7"),
    ("$\\left(\\frac{1}{2}\\right)^{n+1}$", "(¹⁄₂)ⁿ⁺¹"), ("$e^{x y}$", "e^(x y)"),
    ("$90^\\circ$", "90°"), ("$\\text{total} = 5\\%$", "total = 5%"), ("$$a \\to b$$", "a → b"),
    ("It takes 3 \\times 4 hours", "It takes 3 × 4 hours"), ("$f'(x)$", "f′(x)"),
    ("$x$ apples", "x apples"), ("$\\sin\\theta$", "sinθ"), ("$\\Delta > 0$", "Δ > 0"),
    ("$\\pi r$", "πr"),
  ])
  func `formulas are shown in Unicode`(latex: String, shown: String) {
    #expect(LatexText.readable(latex) == shown)
  }

  @Test(arguments: [
    "It costs $5 and then $6.", "a $ b", "$\\unknown{x}$", "$\\begin{matrix}1\\end{matrix}$",
    "$\\frac{1}{2", "\\frac{1}", "\\(x", "C:\\new\\folder", "\\", "$", "$$", "$ $", "${$", "}",
    "$x_$", "$x^^2$", "$a & b$",
  ])
  func `what is no formula, not known or not finished stays as it is`(text: String) {
    #expect(LatexText.readable(text) == text)
  }

  private func shown(_ text: String) -> String {
    ReadableText.pieces(text, .text).map(\.text).joined()
  }

  @Test func `Markdown becomes looks`() {
    let pieces = ReadableText.pieces("Take **two** of `a_b` and *one*.", .text)
    #expect(pieces.map(\.text) == ["Take ", "two", " of ", "a_b", " and ", "one", "."])
    #expect(pieces.map(\.scope) == [.text, .strong, .text, .code, .text, .emphasis, .text])
    #expect(shown("## Step\n- one\n* two\n1. three") == "Step\n• one\n• two\n1. three")
    #expect(shown("2 * 3 * 4 = 24 and **open") == "2 * 3 * 4 = 24 and **open")
  }

  @Test func `code keeps every character`() {
    let text = "```swift\nlet x = \"**$x^2$**\"\n- 1\n```"
    #expect(shown(text) == "▏ swift\n▏ let x = \"**$x^2$**\"\n▏ - 1")
    let pieces = ReadableText.pieces(text, .text)
    func scope(of text: String) -> Scope? { pieces.first { $0.text == text }?.scope }
    #expect(scope(of: "let") == .codeKeyword)
    #expect(scope(of: "\"**$x^2$**\"") == .codeString)
    #expect(scope(of: "1") == .codeNumber)
  }

  @Test func `a comment, an escaped quotation mark and a string over several lines`() {
    let text = "```python\nx = 'it\\'s' # why\ns = \"\"\"one\ntwo\"\"\" + t1\n```"
    let pieces = ReadableText.pieces(text, .text)
    let strings = pieces.filter { $0.scope == .codeString }.map(\.text)
    #expect(strings == ["'it\\'s'", "\"\"\"one", "two\"\"\""])
    #expect(pieces.filter { $0.scope == .codeComment }.map(\.text) == ["# why"])
    #expect(
      pieces.map(\.text).joined()
        == "▏ python\n▏ x = 'it\\'s' # why\n▏ s = \"\"\"one\n▏ two\"\"\" + t1")
  }

  @Test func `a block of code that a text leaves open goes on in the next`() {
    let first = "Code:\n```python\nx = 1"
    let context = MarkupContext().after(first)
    #expect(context.fence == .init(mark: "```", language: "python", indent: 0))
    let next = ReadableText.pieces("# *no* list\n```\n- a list", .text, in: context)
    #expect(next.map(\.text).joined() == "▏ # *no* list\n• a list")
    #expect(next[1].scope == .codeComment)
    #expect(context.after("```").fence == nil)
  }

  @Test func `formulas lose the space at their ends, and stand on a line of their own`() {
    #expect(shown("so \\( x^2 \\) is") == "so x² is")
    #expect(shown("it is\n\\[\nx = \\frac{1}{2}\n\\]\nhere") == "it is\n  x = ¹⁄₂\nhere")
    #expect(shown("\\[\nx = ") == "\\[\nx = ")
    let pieces = ReadableText.pieces("so $x^2$ is", .text)
    #expect(pieces.map(\.scope) == [.text, .formula, .text])
  }

  @Test func `a table's columns are aligned by what they take on the screen`() {
    let table = "| name | n |\n|---|--:|\n| 漢字 | 12 |\n| $x^2$ | 3 |\nafter"
    #expect(shown(table) == "name │ n \n─────┼───\n漢字 │ 12\nx²   │ 3 \nafter")
  }

  @Test func `no mixture of markup traps, is lost or takes for ever`() {
    var random = SeededGenerator(seed: 11)
    let words = [
      "$", "$$", "\\(", "\\)", "\\[", "\\]", "\\frac", "\\sqrt", "[3]", "{", "}", "^", "_", "x",
      "12", " ", "\n", "**", "*", "`", "```\n", "# ", "- ", "|", "|---|\n", "\\boxed", "\\left",
      "(",
      "\\", "漢", "👩‍👧", "\u{1B}", "\\text",
    ]
    for _ in 0..<2_000 {
      let text = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
        words.randomElement(using: &random) ?? ""
      }.joined()
      let pieces = ReadableText.pieces(text, .text)
      #expect(text.isEmpty || !pieces.isEmpty)
    }
    _ = shown(String(repeating: "$x ", count: 20_000))
    _ = shown(String(repeating: "\\frac{", count: 20_000))
    _ = shown(String(repeating: "**a", count: 5_000))
  }

  @Test(arguments: ["\\sqrt", "\\frac", "\\left", "{", "x^", "\\text{", "\\sqrt["])
  func `a formula nested without end stays as it was written, and takes no stack`(part: String) {
    let formula = String(repeating: part, count: 10_000)
    #expect(shown("\\[\n\(formula)\n\\]") == "\\[\n\(formula)\n\\]")
  }

  @Test func `an apostrophe of which there are many is searched for its end once`() {
    // From each of them to the end of the line it would take minutes.
    let line = String(repeating: "\\'", count: 100_000)
    #expect(shown("```\n'\(line)\n```") == "▏ '\(line)")
    let pieces = ReadableText.pieces("```\na = \\'b' + 'c\\'d'\n```", .text)
    #expect(pieces.filter { $0.scope == .codeString }.map(\.text) == ["' + '", "'"])
  }

  @Test func `padding does not blow a table up`() {
    let wide = "|" + String(repeating: "a|", count: 20_000)
    let rows = String(repeating: "|b|\n", count: 20_000)
    for first in [wide, "|" + String(repeating: "a", count: 40_000) + "|"] {
      let text = shown("\(first)\n|-|\n\(rows)")
      #expect(text.utf8.count < 10 * (first.utf8.count + rows.utf8.count))
      #expect(text.hasSuffix("\nb\n"))
    }
  }

  @Test func `words that are long and nearly equal are told apart at once`() {
    // Composed and decomposed letters are equal, and take long to compare.
    let beginning = String(repeating: "e\u{301}", count: 4_000)
    func words(_ numbers: Range<Int>) -> String {
      numbers.map { "\(beginning)\($0)" }.joined(separator: " ")
    }
    let diff = WordDiff(from: words(0..<200), to: words(100..<300))
    #expect(diff.old.map(\.isChanged) == [true, false])
    #expect(diff.new.map(\.isChanged) == [false, true])
  }

  @Test func `the conversation shows it, and the text as written with a key`() {
    var script = Script(columns: 120, rows: 36)
    script.play([Run.started] + Run.turn())
    #expect(script.shows("It takes ⟦3⟧ bolts."))
    script.press(.tab)
    script.type("x")
    #expect(script.shows("It takes \\boxed{3} bolts."))
  }
}
