import TestSupport
import Testing
import Viewer

@testable import Reports

/// The expected elements are those of MathML Core (https://www.w3.org/TR/mathml-core), by hand.
struct MathMLFormulaTests {
  /// What is between `semantics` and the LaTeX beside it.
  private func markup(_ latex: String) -> String? {
    MathMLFormula.markup(FormulaSource(latex: latex, isDisplayed: false)).map { markup in
      String(
        markup.trimmingPrefix("<math><semantics>")
          .prefix(upTo: markup.firstRange(of: "<annotation")?.lowerBound ?? markup.endIndex))
    }
  }

  @Test(arguments: [
    ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
    ("x_{10}", "<msub><mi>x</mi><mn>10</mn></msub>"),
    ("a_i^2", "<msubsup><mi>a</mi><mi>i</mi><mn>2</mn></msubsup>"),
    ("2^10", "<mrow><msup><mn>2</mn><mn>1</mn></msup><mn>0</mn></mrow>"),
    ("3.14", "<mn>3.14</mn>"), ("1.", "<mrow><mn>1</mn><mo>.</mo></mrow>"),
    ("-x", "<mrow><mo>−</mo><mi>x</mi></mrow>"),
    ("\\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
    (
      "\\frac{a + 1}{2}",
      "<mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac>"
    ),
    ("\\sqrt{2}", "<msqrt><mn>2</mn></msqrt>"),
    ("\\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
    (
      "\\sum_{i=1}^n i",
      "<mrow><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>"
        + "<mi>i</mi></mrow>"
    ),
    ("\\lim_x f", "<mrow><munder><mi>lim</mi><mi>x</mi></munder><mi>f</mi></mrow>"),
    ("30^\\circ", "<mrow><mn>30</mn><mo>°</mo></mrow>"),
    ("f'", "<msup><mi>f</mi><mo>′</mo></msup>"),
    ("\\sin x", "<mrow><mi>sin</mi><mi>x</mi></mrow>"),
    ("\\pi \\le 4", "<mrow><mi>π</mi><mo>≤</mo><mn>4</mn></mrow>"),
    ("5\\text{ cm}", "<mrow><mn>5</mn><mtext>\u{A0}cm</mtext></mrow>"),
    ("\\mathrm{lcm}", "<mi mathvariant=\"normal\">lcm</mi>"),
    ("\\boxed{5}", "<mrow class=\"boxed\"><mn>5</mn></mrow>"),
    ("\\left(a\\right)", "<mrow><mo>(</mo><mi>a</mi><mo>)</mo></mrow>"),
    ("{}^5", "<msup><mrow></mrow><mn>5</mn></msup>"),
    ("a<b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
    ("50\\%", "<mrow><mn>50</mn><mo>%</mo></mrow>"),
  ])
  func `a formula becomes its elements`(latex: String, elements: String) {
    #expect(markup(latex) == elements)
  }

  @Test(arguments: [
    "\\unknown x", "x^", "x^2^3", "\\frac{1}", "{x", "x}", "\\sqrt[3", "a & b", "\\", "\\text{$x$}",
    String(repeating: "{", count: 500) + String(repeating: "}", count: 500),
    String(repeating: "\\sqrt[", count: 160), String(repeating: "\\frac", count: 190),
    String(repeating: "x^", count: 480),
  ])
  func `what is not known makes no formula`(latex: String) {
    #expect(markup(latex) == nil)
  }

  @Test(arguments: [
    "a<b>\"c\"'d'", "</mi><script>alert(1)</script>", "\\text{<b>]]>}", "\\mathrm{<i>}",
    "x_{<}^{>}",
  ])
  func `no formula makes markup of its own`(latex: String) throws {
    let markup = MathMLFormula.markup(FormulaSource(latex: latex, isDisplayed: true)) ?? ""
    let elements = try #require(XMLElements.counted(in: markup))
    #expect(elements["math"] == 1 && elements["annotation"] == 1)
    #expect(elements["script"] == nil && elements["b"] == nil && elements["i"] == nil)
    #expect(markup.hasPrefix("<math display=\"block\">"))
  }
}
