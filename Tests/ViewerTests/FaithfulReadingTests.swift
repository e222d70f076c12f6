import Testing
import Traces

@testable import Viewer

/// What is made readable still says what the model wrote.
@Suite struct FaithfulReadingTests {
  private func shown(_ text: String) -> String {
    ReadableText.pieces(text, .text).map(\.text).joined()
  }

  @Test(arguments: [
    "2*3*4 = 24", "2**3 + 2**4 = 24", "f(x)*g(x)*h(x)", "a*b*c",
  ])
  func `signs of a product or a power are no emphasis`(text: String) {
    #expect(shown(text) == text)
  }

  @Test func `emphasis still ends before a full stop and inside parentheses`() {
    #expect(shown("It is **two**. (*one*) **a**, *b*") == "It is two. (one) a, b")
  }

  @Test func `emphasis goes on over the lines of a paragraph`() {
    #expect(shown("It is **very\nstrong** and *so\non*.") == "It is very\nstrong and so\non.")
    #expect(shown("- **a\n  b** c\n- d") == "• a\n  b c\n• d")
    let pieces = ReadableText.pieces("It is **very\nstrong** now", .text)
    #expect(pieces.map(\.scope) == [.text, .strong, .text])
  }

  @Test(arguments: [
    "It is **never\nclosed", "**a\n\nb**", "2 * 3\n4 * 5", "a *b\n```\nc*\n```", "**a\n# b**",
  ])
  func `what no paragraph closes is no emphasis`(text: String) {
    #expect(shown(text).filter { $0 == "*" } == text.filter { $0 == "*" })
  }

  @Test func `a formula's stars are not taken for emphasis`() {
    #expect(shown("So $2*3*4$ and \\(a *b* c\\).") == "So 2*3*4 and a *b* c.")
  }

  @Test(arguments: [
    ("$\\sqrt{2}3$", "(√2)3"), ("$\\sqrt{2}x$", "(√2)x"), ("$\\sqrt{2}\\pi$", "(√2)π"),
    ("$\\sqrt{2}^2$", "(√2)²"), ("$\\frac{a}{b}^2$", "(a/b)²"), ("$\\frac{1}{2}^2$", "(¹⁄₂)²"),
    ("$\\frac{a}{b} c$", "(a/b) c"), ("$x\\frac{1}{2}$", "x(¹⁄₂)"), ("$2\\frac{1}{2}$", "2¹⁄₂"),
    ("${x^2}^3$", "(x²)³"), ("$\\sqrt{ab}c$", "√(ab)c"), ("$\\sqrt{ab}^2$", "(√(ab))²"),
    ("$x^{1.5}2$", "x^(1.5)2"), ("$x^yz$", "x^(y)z"),
    ("$6 \\div \\frac{1.5}{2}$", "6 ÷ (1.5/2)"), ("$a/\\frac{b}{c}$", "a/(b/c)"),
    ("$1 + \\frac{a}{b} = 2$", "1 + a/b = 2"), ("$\\sqrt{2} + 1$", "√2 + 1"),
  ])
  func `what stands beside a fraction, a root or a power does not seem to belong to it`(
    latex: String, shown: String
  ) {
    #expect(LatexText.readable(latex) == shown)
  }

  @Test func `a fence ends with its own mark only`() {
    let text = "```\n~~~\n**x**\n```\n**y**"
    #expect(shown(text) == "▏ ~~~\n▏ **x**\ny")
  }

  @Test func `a row's escaped bar stays in its cell`() {
    #expect(shown("| a | b |\n|---|---|\n| x\\|y | 2 |") == "a   │ b\n────┼──\nx|y │ 2")
  }

  @Test func `bars without a rule are read once`() {
    let text = String(repeating: "|a\n", count: 100_000)
    #expect(shown(text) == text)
  }

  // Each of these took minutes where work grew with the square of the length.
  @Test(arguments: ["*a\n", "`a ", "$x ", "\\(", "\\frac{", "[", "> ", "**a "])
  func `a long hostile text is laid out in one pass`(part: String) {
    let text = String(repeating: part, count: 6_000)
    var block = Block(id: Block.ID(turn: 0, part: .steps, step: 1))
    block.text = [Block.Piece(text, .text, markup: MarkupContext())]
    #expect(!block.lines(width: 80).isEmpty)
    block.isOneLine = true
    #expect(block.lines(width: 80).count == 1)
  }
}
