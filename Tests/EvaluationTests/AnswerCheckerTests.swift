import Testing

@testable import Evaluation

struct AnswerCheckerTests {
  @Test(arguments: [
    // Numbers
    ("17", "17.0"), (" 17 ", "17"), ("$17", "17"), ("\\$17", "17"), ("$17$", "17"), ("17.", "17"),
    ("-3", "-3.00"), (".5", "0.5"), ("025", "25"), ("−3", "-3"), ("+4", "4"), ("2^{10}", "1024"),
    (".0000672", "6.72 \\times 10^{-5}"), ("326.5", "\\frac{653}{2}"), ("€5", "5"),
    // Thousands
    ("1,234", "1234"), ("1,234,567.50", "1234567.5"), ("10,\\!080", "10080"),
    ("11,\\! 111,\\! 111,\\! 100", "11111111100"), ("58{,}500", "58,500"),
    ("\\$32,\\!348", "32348"),
    // Fractions
    ("\\frac{1}{2}", "0.5"), ("\\dfrac{34}{2}", "17"), ("1/2", "2/4"), ("-1/2", "1/-2"),
    ("\\frac43", "4/3"), ("\\frac 59", "\\frac{5}{9}"), ("\\frac9{19}", "9/19"),
    ("\\tfrac{3}{56}", "\\frac{6}{112}"), ("1\\frac{4}{5}", "\\frac{9}{5}"),
    ("137 \\frac{1}{2}", "137.5"), ("1 4/5", "1.8"), ("-1\\frac12", "-1.5"),
    ("-\\frac{35}{9}", "\\frac{-35}{9}"), ("{\\frac{1}{4}}", ".25"),
    // Units, percent, degrees, money
    ("17\\text{ apples}", "17 apples"), ("17 apples", "17"), ("5.4 \\text{ cents}", "5.4"),
    ("864 \\mbox{ inches}^2", "864"), ("15\\mbox{ cm}^2", "15 \\text{ cm}^{2}"),
    ("\\frac{270}7\\text{ degrees}", "\\frac{270}{7}^\\circ"), ("90^\\circ", "90"),
    ("90^{\\circ}", "90°"), ("90 \\text{ degrees}", "90^\\circ"), ("50\\%", "50"),
    ("50\\%", "0.5"), ("\\frac12", "50%"), ("\\$18.90", "18.9"), ("15 cm^2", "15\\mbox{ cm}^2"),
    ("18 dollars", "\\$18"),
    // Roots, powers, π
    ("3\\sqrt{13}", "\\sqrt{117}"), ("11\\sqrt2", "11 \\sqrt{2}"), ("\\sqrt{16}", "4"),
    ("\\frac{\\sqrt{3}}{3}", "\\frac{1}{\\sqrt{3}}"), ("\\sqrt[3]{8}", "2"), ("√5", "\\sqrt5"),
    ("\\frac{3\\sqrt{3}}{4}", "3\\sqrt{3}/4"), ("288 \\pi", "288π"), ("18+2\\pi", "2\\pi+18"),
    ("-\\frac{\\pi}{6}", "-\\pi/6"), ("\\frac{20000}{\\pi}", "20000/\\pi"),
    ("11 \\sqrt{5} + 11", "11(\\sqrt{5}+1)"),
    // Formulas
    ("x^2", "x^{2}"), ("(a+5)(b+2)", "ab + 2a + 5b + 10"), ("6 - 5i", "-5i+6"),
    ("\\frac{11+9a}{20}", "\\frac{9a}{20} + \\frac{11}{20}"), ("\\cot x", "\\frac{1}{\\tan x}"),
    ("\\sin^2 x + \\cos^2 x", "1"), ("p - q", "p-q"), ("8n^2 + 4n + 1", "1+4n+8n^2"),
    ("5r^5", "5 \\cdot r^5"),
    // Equations and relations
    ("x=5", "5"), ("y = 2x + 3", "2x+3"), ("y = 2x + 3", "2x + 3 = y"),
    ("5x - 7y + 11z + 4 = 0", "5x + 11z + 4 = 7y"), ("x \\le 3", "3 \\geq x"),
    ("x \\in [-2,7]", "[-2, 7]"),
    // Tuples, intervals, lists, sets, matrices
    ("\\left( 3, \\frac{\\pi}{2} \\right)", "(3,\\pi/2)"), ("(100,200)", "(100, 200)"),
    ("\\left(\\frac{3}{5},\\frac{8}{3}\\right]", "(0.6, \\tfrac83]"),
    ("(-\\infty, 2) \\cup (3, \\infty)", "(3,\\infty)\\cup(-\\infty,2)"), ("3, 5, 7", "7, 5, 3"),
    ("1 and -2", "-2,1"), ("x=1 or x=-2", "1,-2"), ("\\{1, 2\\}", "2,1"),
    ("1 \\pm \\sqrt{19}", "1-\\sqrt{19}, 1+\\sqrt{19}"),
    ("\\{1\\pm\\sqrt{5},-2\\}", "\\{-2, 1+\\sqrt{5}, 1-\\sqrt{5}\\}"),
    (
      "\\begin{pmatrix} -1/3 \\\\ 2/3 \\end{pmatrix}",
      "\\begin{bmatrix}-\\frac13\\\\ \\frac23\\\\ \\end{bmatrix}"
    ),
    (
      "\\begin{pmatrix} -1 & 0 \\\\ 0 & -1 \\end{pmatrix}",
      "\\begin{pmatrix}-1&0\\\\0&-1\\end{pmatrix}"
    ),
    // Words and bases
    ("\\text{Monday}", "monday"), ("\\text{Evelyn}", "Evelyn"), ("\\text{(C)}", "C"),
    ("(C)", "\\mathrm{C}"), ("52_8", "52_{8}"), ("4210_{5}", "4210_5"),
  ])
  func `the same answer in another form is right`(given: String, expected: String) {
    #expect(AnswerChecker.agree(given, expected))
    #expect(AnswerChecker.agree(expected, given))
  }

  @Test(arguments: [
    ("17", "18"), ("", ""), ("", "0"), ("$", "$"), ("1,2", "12"), ("1/0", "2/0"), ("3,4", "34"),
    ("0.3333", "1/3"), ("99999999999999999999", "99999999999999999998"), ("seventeen", "17"),
    ("12,34", "1234"), ("2^{100}", "2^{100}+1"), ("1.7320508", "\\sqrt{3}"),
    ("17", "-17"), ("50\\%", "0.05"), ("5 cm", "5 m"), ("90^\\circ", "\\pi/2"),
    ("(1,2)", "(2,1)"), ("(1,2)", "[1,2)"), ("(1,2)", "1,2"), ("(3,4]", "(3,4)"),
    ("1,2", "1,2,3"), ("1,1,2", "1,2,2"), ("x^2", "2x"), ("x", "y"), ("x", "X"),
    ("(a+5)(b+2)", "ab+10"), ("6-5i", "6+5i"), ("52_8", "52"), ("52_8", "52_9"),
    ("y = 2x+3", "y = 2x-3"), ("x < 3", "x > 3"), ("x=5", "y=5"), ("\\text{east}", "\\text{seat}"),
    ("\\text{even}", "\\text{odd}"), ("C", "B"), ("1 \\pm \\sqrt{19}", "1 + \\sqrt{19}"),
    ("\\sqrt{-1}", "\\sqrt{-2}"), ("2\\frac{1}{2}", "1"), ("2\\frac{x}{3}", "2+\\frac{x}{3}"),
    ("\\frac{1}{2}", "12"), ("1\\frac{4}{5}", "\\frac{4}{5}"),
    ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}2\\\\1\\end{pmatrix}"),
  ])
  func `another answer is wrong`(given: String, expected: String) {
    #expect(!AnswerChecker.agree(given, expected))
    #expect(!AnswerChecker.agree(expected, given))
  }

  @Test func `the result says how answers were compared`() {
    #expect(AnswerChecker.compare("\\frac12", "0.5") == .init(equal: true, way: .mathematics))
    #expect(AnswerChecker.compare("(B) 12", "B") == .init(equal: true, way: .choice))
    #expect(AnswerChecker.compare("**5**", "5") == .init(equal: true, way: .sameText))
    #expect(AnswerChecker.compare("12 34", "1234") == .init(equal: false, way: .text))
    #expect(AnswerChecker.compare("\\oint_C", "5") == .init(equal: false, way: .text))
  }

  @Test(arguments: [
    String(repeating: "(", count: 900), String(repeating: "{", count: 900),
    String(repeating: "[", count: 900), String(repeating: "\\frac", count: 190),
    String(repeating: "\\{1\\pm", count: 140), String(repeating: "-", count: 900),
    String(repeating: "x^", count: 490), String(repeating: "\\sqrt", count: 190),
    String(repeating: "\\begin{pmatrix}", count: 60), String(repeating: "1,", count: 490),
    String(repeating: "\\sin", count: 240), String(repeating: "9", count: 100_000),
    "\\", "_", "^", "\\text{", "\\begin{matrix}", "\\frac{1}", "\\sqrt[", "1_", "\u{0}",
    "10^{99999999}", "9^{9^{9^{9^{9}}}}", "(99999!)!", "1e999999999999", "2^{2^{2^{1000}}}",
    "\\binom{10^9}{10^8}", "100000000!", "-9223372036854775808",
    String(repeating: "(", count: 100_000), String(repeating: "\\frac{1}{", count: 100_000),
    String(repeating: "x+", count: 490) + "x", String(repeating: "!", count: 900),
    String(repeating: "5!", count: 400), String(repeating: "**", count: 400),
    String(repeating: "answer is ", count: 90), String(repeating: "$", count: 901) + "x",
    "\\frac{1}{-9223372036854775808}", "tan(",
    // What is read twice at each level, and products that grow with each factor.
    String(repeating: "1\\frac{", count: 31) + "x" + String(repeating: "}{2}", count: 31),
    String(repeating: "\\begin{matrix}a&b\\\\c&d\\end{matrix}", count: 25),
    String(repeating: "2500!+", count: 160) + "1",
    String(repeating: "\\binom{2500}{1250}+", count: 47) + "1",
    "9223372036854775806 \\bmod -9223372036854775807",
  ])
  func `what is no answer agrees with itself alone, and soon`(hostile: String) {
    #expect(AnswerChecker.agree(hostile, hostile))
    #expect(!AnswerChecker.agree(hostile, "7"))
    #expect(!AnswerChecker.agree("7", hostile))
  }
}

@Suite(.enabled(if: DataSet.exists("math500.jsonl")))
struct RealAnswerTests {
  @Test func `each answer agrees with its paraphrases`() throws {
    for answer in try DataSet.answers("math500.jsonl") {
      let paraphrases = [
        answer, "$\(answer)$", " \(answer) ", "\\(\(answer)\\)", "\(answer).",
        answer.replacing("\\frac", with: "\\dfrac"), answer.replacing("\\dfrac", with: "\\tfrac"),
        answer.replacing("\\left", with: "").replacing("\\right", with: ""),
        answer.replacing(" + ", with: "+").replacing(" - ", with: "-"),
        answer.replacing(/,\\!\s*/, with: ","), answer.replacing("\\pi", with: "π"),
        answer.replacing("^\\circ", with: "^{\\circ}"), answer.replacing("\\$", with: ""),
        answer.replacing(/\\(?:text|mbox){ ?([a-z]+)}/) { " \($0.1)" },
      ]
      for paraphrase in paraphrases {
        #expect(AnswerChecker.agree(paraphrase, answer), "\(paraphrase) is \(answer)")
      }
    }
  }

  private func meaning(_ answer: String) -> AnswerMeaning? {
    AnswerChecker.meanings(of: AnswerDress.undressed(answer)).first
  }

  @Test func `nearly every answer is read as mathematics`() throws {
    let unread = try DataSet.answers("math500.jsonl").filter { meaning($0) == nil }
    #expect(unread.count <= 2, "\(unread)")
  }

  /// Numbers alone are left out: there are many, and they differ by their values.
  @Test func `different answers stay different`() throws {
    let answers = Set(try DataSet.answers("math500.jsonl")).filter { Int($0) == nil }.sorted()
    // Each is read once: the pairs are many.
    let meanings = answers.map(meaning)
    var agreeing: Set<Set<String>> = []
    for (index, meaning) in meanings.enumerated() {
      for other in meanings.indices[(index + 1)...] {
        guard let meaning, let otherMeaning = meanings[other],
          (try? meaning.agrees(with: otherMeaning)) == true
        else { continue }
        #expect(AnswerChecker.agree(answers[index], answers[other]))
        agreeing.insert([answers[index], answers[other]])
      }
    }
    // Read one by one: the same numbers in other forms, and with and without a unit.
    #expect(
      agreeing == [
        ["2 \\sqrt{5}", "2\\sqrt{5}"], ["\\frac{1}{4}", "\\frac14"],
        ["1,-2", "-2,1"],
      ])
  }
}
