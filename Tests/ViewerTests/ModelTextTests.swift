import TestSupport
import Testing
import Traces

@testable import Viewer

/// What real models write besides prose: equations in rows, matrices, nested lists, tables, fences of
/// every kind, scripts without spaces.
@Suite struct ModelTextTests {
  private func shown(_ text: String) -> String {
    ReadableText.pieces(text, .text).map(\.text).joined()
  }

  // MARK: Formulas

  @Test(arguments: [
    (
      "\\[\n\\begin{aligned}\nx + 1 &= 3 \\\\\nx &= 2\n\\end{aligned}\n\\]",
      "  x + 1 = 3\n      x = 2"
    ),
    ("\\begin{align*}\n2x &= 6 \\\\[2pt]\nx &= 3\n\\end{align*}", "  2x = 6\n   x = 3"),
    (
      "$$A = \\begin{pmatrix} 1 & 2 \\\\ 3 & 14 \\end{pmatrix}$$",
      "  A = ⎛1  2 ⎞\n      ⎝3  14⎠"
    ),
    (
      "\\[ \\begin{bmatrix} a \\\\ b \\\\ c \\end{bmatrix}^T = v \\]",
      "  ⎡a⎤\n  ⎢b⎥^T = v\n  ⎣c⎦"
    ),
    (
      "\\[\nf(x) = \\begin{cases} x & \\text{if } x > 0 \\\\ 0 & \\text{else} \\end{cases}\n\\]",
      "  f(x) = ⎧x  if x > 0\n         ⎩0  else"
    ),
    ("\\[ a = b \\\\ c = d \\]", "  a = b\n  c = d"),
    ("     \\[\n     x = 1\n     \\]", "     x = 1"),
    ("$$\nx = \\frac{1}{2}\n$$", "  x = ¹⁄₂"), ("\\[x = 1\\].", "  x = 1."),
    ("\\[ x = 1\n  + 2 \\]", "  x = 1 + 2"),
    ("\\begin{vmatrix} a & b \\\\ c & d \\end{vmatrix}", "  |a  b|\n  |c  d|"),
    (
      "\\[ M = \\left(\\begin{array}{cc} 1 & 2 \\\\ \\hline 3 & 4 \\end{array}\\right) \\]",
      "  M = ⎛1  2⎞\n      ⎝3  4⎠"
    ),
    (
      "\\[\\left\\{ \\begin{array}{l} x = 1 \\\\ y = 2 \\\\ z = 3 \\end{array} \\right.\\]",
      "  ⎧x = 1\n  ⎨y = 2\n  ⎩z = 3"
    ),
  ])
  func `formulas in rows are drawn in rows`(latex: String, drawn: String) {
    #expect(shown(latex) == drawn)
    let pieces = ReadableText.pieces(latex, .text)
    #expect(pieces.allSatisfy { $0.scope == .formula })
  }

  @Test(arguments: [
    "\\[\n\\begin{aligned}\nx &= 3", "\\begin{pmatrix} 1 & 2",
    "\\[ \\begin{tikzpicture} \\end{x} \\]",
    "\\begin{align}\n\\unknown{x}\n\\end{align}", "\\[ {a & b \\]", "\\begin{",
    "\\[ \\end{align} \\]",
    "\\begin{matrix}\\begin{matrix}\\end{matrix}", "\\begin{document}\nhello\n\\end{document}",
  ])
  func `what is not whole or not known stays as it is`(latex: String) {
    #expect(shown(latex) == latex)
  }

  @Test(arguments: [
    ("$\\mathbb{R}$", "ℝ"), ("$\\bar{x}$", "x\u{304}"), ("$\\overline{AB}$", "A\u{305}B\u{305}"),
    ("$\\binom{n}{k}$", "(n choose k)"), ("$a \\equiv b \\pmod{5}$", "a ≡ b (mod 5)"),
    ("$a~b = 1$", "a b = 1"), ("$\\displaystyle \\sum_{i=1}^n i$", "∑ᵢ₌₁ⁿ i"),
    ("$\\hat{ab} = 1$", "$\\hat{ab} = 1$"), ("$\\sqrt{2}\\bar{x}$", "(√2)x\u{304}"),
    ("$a \\longrightarrow b$", "a ⟶ b"),
  ])
  func `commands that models use are known`(latex: String, drawn: String) {
    #expect(LatexText.readable(latex) == drawn)
  }

  @Test func `hostile rows and columns take no time and no room`() {
    for part in [
      "\\begin{matrix}", "\\\\", "&", "\\begin{pmatrix}a\\\\b\\end{pmatrix}", "{", "\\[ ",
    ] {
      let text = "\\[" + String(repeating: part, count: 20_000) + "\\]"
      #expect(shown(text).utf8.count < 10 * text.utf8.count)
    }
    let lines = String(repeating: "\\[\n", count: 20_000)
    #expect(shown(lines) == lines)
  }

  // MARK: Markdown

  @Test(arguments: [
    ("### **Step 1**: `x`", "Step 1: x"), ("***both*** and **a *b* c**", "both and a b c"),
    ("\t- one\n\t\t1. two", "    • one\n        1. two"), ("1) one\n2) two", "1) one\n2) two"),
    ("这是**重点**：*很*好", "这是重点：很好"), ("a*b*c and 2**3**4", "a*b*c and 2**3**4"),
    ("# T\r\n- a\r\n- b", "T\n• a\n• b"), ("- - a\n-- b", "• - a\n-- b"),
    ("a\n---\nb", "a\n────────────────────────\nb"), ("* * *", "────────────────────────"),
    ("| **n** | $x^2$ |\n|---|---|\n| `a|b` | 1 |", "n  │ x² │  \n───┼────┼──\n`a │ b` │ 1"),
  ])
  func `Markdown within Markdown becomes looks`(text: String, drawn: String) {
    #expect(shown(text) == drawn)
  }

  @Test(arguments: [
    ("````md\n```\nx\n```\n````\n- y", "▏ md\n▏ ```\n▏ x\n▏ ```\n• y"),
    ("~~~py\n```\n~~~~\n- y", "▏ py\n▏ ```\n• y"), ("~~~ `a`\nx\n~~~", "▏ `a`\n▏ x"),
    ("```\r\n- x\r\n```\r\n- y", "▏ - x\n• y"),
  ])
  func `a fence is closed by as many of its signs or more`(text: String, drawn: String) {
    #expect(shown(text) == drawn)
  }

  @Test func `a table may be wider than prose, and its rows hang`() {
    let cell = String(repeating: "wide ", count: 14)
    let text = "|a|b|\n|-|-|\n|\(cell)|\(cell)|"
    func lines(_ width: Int) -> [Line] {
      TextLayout.lines(
        text: ReadableText.pieces(text, .text).map(\.span), width: width, proseWidth: 100)
    }
    #expect(lines(160).count == 3)
    let narrow = lines(60).map { $0.spans.map(\.text.string).joined() }
    #expect(narrow.count > 3 && narrow.last?.hasPrefix("  ") == true)
  }

  // MARK: On the screen

  /// Each kind of text as steps of a run: drafted, judged, kept or rewritten.
  private static let kinds: [(name: String, steps: [String])] = [
    ("fence over steps", ["Code:\n```python\nx = 1", "y = 2\n```", "Done **here**."]),
    ("tilde fence left open", ["~~~\nlet a = 1\n", "```\nnot a fence", "# no heading"]),
    (
      "scripts",
      ["漢字かな交じり文と한국어 텍스트、ＡＢＣ。", "שלום עולם مرحبا بالعالم", "e\u{301}\u{327} n\u{303} กำลัง"]
    ),
    ("emoji", ["👨‍👩‍👧‍👦 🇩🇪 ❤️ 👍🏽 1️⃣ 🫨", "a\u{200D}b \u{FE0F}", "\u{200F}\u{202E}abc\u{202C}"]),
    (
      "table",
      ["| 名 | $x^2$ | **b** |\n|---|---|---|\n| 漢字 | 1 | 👍 |", "|a|\n|-|", "| not a table"]
    ),
    ("lists", ["- a\n  - b\n    1. c\n\t- d", "12. x\n   continues", "* **b**: c"]),
    (
      "formulas",
      [
        "\\[\n\\begin{aligned}\na &= b\\\\\n&= c\n\\end{aligned}\n\\]",
        "$$\\begin{pmatrix}1\\\\2\\end{pmatrix}$$",
        "so \\( \\frac{a}{b} \\), $5 and $6",
      ]
    ),
    (
      "controls", ["\u{1B}[2J\u{1B}]0;x\u{7}\r\u{8}", "a\u{0}b\u{85}c\u{2028}d", "\u{9B}31m\u{AD}"]
    ),
    ("long words", [String(repeating: "x", count: 400), String(repeating: "漢", count: 200), ""]),
  ]

  private static func run(_ texts: [String]) -> [Event] {
    [Run.started]
      + Run.turn(
        prompt: texts.joined(separator: "\n\n"),
        steps: texts.enumerated().map { index, text in
          .init(
            text: text, score: index == 1 ? 2 : 9, rewrite: index == 1 ? text + " " + text : nil)
        }, answer: texts.joined(separator: "\n\n"), boxed: texts.last)
  }

  @Test(arguments: RealRunTests.sizes + [Size(columns: 40, rows: 10)])
  func `every kind of text is drawn whole at every size, in every theme and form`(
    size: Size
  ) throws {
    let themes = try ["dark", "light", "mono"].map { try CalmReadingTests.loader.load($0) }
    let forms = [Access(), Access(reducesMotion: true), Access(usesASCII: true)]
    let keys: [[Key.Code]] = [[], [.escape, .home], [.pageDown], [.up, .enter], [.function(1)]]
    for (index, kind) in Self.kinds.enumerated() {
      var script = Script(
        columns: size.columns, rows: size.rows, access: forms[index % forms.count])
      script.play(Self.run(kind.steps))
      for (place, keys) in keys.enumerated() {
        for key in keys { script.press(key) }
        script.state.terminal.theme = themes[(index + place) % themes.count]
        let canvas = render(script.state)
        let widths = (0..<size.rows).map { canvas.row($0).reduce(0) { $0 + $1.width } }
        #expect(widths.allSatisfy { $0 == size.columns }, "\(kind.name), \(place)")
        let hidden = canvas.cells.filter {
          $0.text.unicodeScalars.contains(where: Sanitizer.isHidden)
        }
        #expect(hidden.isEmpty, "\(kind.name), \(place)")
      }
    }
  }

  @Test func `code that a step leaves open is code in the next, and ends with its fence`() {
    var script = Script(columns: 120, rows: 40)
    script.play(
      [Run.started] + Run.turn(steps: Self.kinds[0].steps.map { .init(text: $0, score: 9) }))
    #expect(script.shows("▏ x = 1") && script.shows("▏ y = 2"))
    #expect(script.shows(" Done here.") && !script.shows("▏ Done"))
    #expect(!script.lines.contains { $0.contains("```") })
  }

  @Test func `a comparison keeps the lines of code, side by side and below each other`() {
    let code = "Code:\n```python\ndef f():\n    return 1\n```"
    var script = Script(columns: 120, rows: 40)
    script.play([Run.started] + Run.turn(steps: [.init(text: code, score: 9)]))
    script.send(.loaded(script.state.run))
    for columns in [120, 60] {
      script.resize(columns, 40)
      let place = script.lines.firstIndex { $0.contains("def f():") }
      #expect(place.map { script.lines[$0 + 1].contains("    return 1") } == true)
    }
  }
}
