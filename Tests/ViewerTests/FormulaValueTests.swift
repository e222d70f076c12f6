import Foundation
import TestSupport
import Testing

@testable import Viewer

/// A drawn formula still means what its LaTeX meant: random formulas are drawn, what is drawn is
/// computed as a person would read it, and the value is that of the source.
@Suite struct FormulaValueTests {
  @Test func `a formula has the same value drawn as written`() throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<Sweep.count(2_000) {
      let formula = Formula.random(depth: 3, using: &random)
      guard formula.value.isFinite else { continue }
      let drawn = LatexText.readable("\\(\(formula.latex)\\)")
      #expect(!drawn.contains("\\"), "\(formula.latex) is drawn as \(drawn)")
      var reading = FormulaReading(drawn)
      let read = reading.whole()
      let value = try #require(read, "\(formula.latex) is drawn as \(drawn)")
      #expect(
        abs(value - formula.value) <= 1e-9 * max(1, abs(formula.value)),
        "\(formula.latex) = \(formula.value) is drawn as \(drawn) = \(value)")
    }
  }
}

/// A formula of numbers, in LaTeX, with its value.
private struct Formula {
  var latex: String
  var value: Double
  /// It may stand before a power, and in a product, as it is.
  var isClosed = false

  static func random(depth: Int, using random: inout SeededGenerator) -> Formula {
    if depth == 0 || Int.random(in: 0..<5, using: &random) == 0 {
      let number = Int.random(in: 1...30, using: &random)
      return Formula(latex: "\(number)", value: Double(number), isClosed: true)
    }
    let left = Self.random(depth: depth - 1, using: &random)
    let right = Self.random(depth: depth - 1, using: &random)
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return Formula(latex: "\(left.latex) + \(right.latex)", value: left.value + right.value)
    case 1:
      return Formula(
        latex: "\(left.latex) - \(right.inParentheses.latex)", value: left.value - right.value)
    case 2:
      return Formula(
        latex: "\(left.closed.latex) \\cdot \(right.closed.latex)",
        value: left.value * right.value)
    case 3:
      return Formula(
        latex: "\\frac{\(left.latex)}{\(right.latex)}", value: left.value / right.value,
        isClosed: true)
    case 4, 5:
      return Formula(
        latex: "\\sqrt{\(left.latex)}", value: left.value.squareRoot(), isClosed: true)
    case 6:
      let power = Int.random(in: 2...3, using: &random)
      return Formula(
        latex: "\(left.closed.latex)^\(power)", value: pow(left.value, Double(power)))
    case 7:
      return Formula(
        latex: "\\frac{\(left.latex)}{\(right.latex)}\\sqrt{2}",
        value: left.value / right.value * 2.0.squareRoot())
    default:
      return Formula(
        latex: "\\sqrt{\(left.latex)}\(right.inParentheses.latex)",
        value: left.value.squareRoot() * right.value)
    }
  }

  var inParentheses: Formula { Formula(latex: "(\(latex))", value: value, isClosed: true) }
  var closed: Formula { isClosed ? self : inParentheses }
}

/// Computes a formula drawn on one line as it reads.
private struct FormulaReading {
  private var rest: [Character]

  init(_ text: String) { rest = text.filter { $0 != " " }.reversed() }

  mutating func whole() -> Double? {
    let value = sum()
    return rest.isEmpty ? value : nil
  }

  private mutating func take(_ character: Character) -> Bool {
    guard rest.last == character else { return false }
    rest.removeLast()
    return true
  }

  private mutating func sum() -> Double? {
    guard var value = product() else { return nil }
    while true {
      if take("+") {
        guard let next = product() else { return nil }
        value += next
      } else if take("-") {
        guard let next = product() else { return nil }
        value -= next
      } else {
        return value
      }
    }
  }

  private mutating func product() -> Double? {
    guard var value = beside() else { return nil }
    while true {
      if take("·") {
        guard let next = beside() else { return nil }
        value *= next
      } else if take("/") {
        guard let next = beside() else { return nil }
        value /= next
      } else {
        return value
      }
    }
  }

  /// What stands side by side belongs together more closely than by a sign.
  private mutating func beside() -> Double? {
    guard var value = power() else { return nil }
    while let next = rest.last, next == "(" || next == "√" {
      guard let factor = power() else { return nil }
      value *= factor
    }
    return value
  }

  private mutating func power() -> Double? {
    guard let base = thing() else { return nil }
    let raised = digits("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return raised.map { pow(base, $0) } ?? base
  }

  private mutating func thing() -> Double? {
    if take("(") {
      let value = sum()
      return take(")") ? value : nil
    }
    if take("√") { return thing()?.squareRoot() }
    if let top = digits("⁰¹²³⁴⁵⁶⁷⁸⁹") {
      guard take("⁄"), let bottom = digits("₀₁₂₃₄₅₆₇₈₉") else { return nil }
      return top / bottom
    }
    return digits("0123456789")
  }

  private mutating func digits(_ signs: String) -> Double? {
    let signs = Array(signs)
    var value: Double?
    while let digit = rest.last.flatMap({ signs.firstIndex(of: $0) }) {
      value = (value ?? 0) * 10 + Double(digit)
      rest.removeLast()
    }
    return value
  }
}
