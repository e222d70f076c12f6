import Glibc

/// Operators, as Python computes them.
extension TemplateRenderer {
  func negative(_ operand: TemplateValue) throws(TemplateError) -> TemplateValue {
    if let integer = operand.integer, integer != .min { return .integer(-integer) }
    guard case .real(let value) = operand else { throw error(.type("negate \(operand.kind)")) }
    return .real(-value)
  }

  mutating func arithmetic(
    _ first: TemplateExpression, _ others: [(operation: String, operand: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var result = try value(of: first)
    for (operation, operand) in others {
      result = try combined(result, operation, try value(of: operand))
    }
    return result
  }

  func combined(
    _ left: TemplateValue, _ operation: String, _ right: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    switch (operation, left, right) {
    case ("~", _, _): return .text(try checked(left.text + right.text))
    case ("%", .text(let text), _): return .text(try percentFormatted(text, right))
    case ("+", .text(let one), .text(let two)): return .text(try checked(one + two))
    case ("+", .list(let one), .list(let two)):
      guard one.count + two.count <= Self.textLimit else { throw error(.tooMuch("elements")) }
      return .list(one + two)
    case ("+", .tuple(let one), .tuple(let two)):
      guard one.count + two.count <= Self.textLimit else { throw error(.tooMuch("elements")) }
      return .tuple(one + two)
    case ("*", .text(let text), _), ("*", _, .text(let text)):
      guard let count = left.integer ?? right.integer else { break }
      return .text(TemplateText(try repeated(text.characters, count, "characters")))
    case ("*", .list(let elements), _), ("*", _, .list(let elements)):
      guard let count = left.integer ?? right.integer else { break }
      return .list(try repeated(elements, count, "elements"))
    case ("*", .tuple(let elements), _), ("*", _, .tuple(let elements)):
      guard let count = left.integer ?? right.integer else { break }
      return .tuple(try repeated(elements, count, "elements"))
    default: break
    }
    if operation != "/", let one = left.integer, let two = right.integer {
      if operation == "**", two < 0 { return .real(power(Double(one), Double(two))) }
      return .integer(try integer(one, operation, two))
    }
    guard let one = left.number, let two = right.number, let result = real(one, operation, two)
    else { throw error(.type("compute \(left.kind) \(operation) \(right.kind)")) }
    return .real(result)
  }

  private func repeated<T>(
    _ elements: [T], _ count: Int, _ what: String
  ) throws(TemplateError) -> [T] {
    guard elements.isEmpty || count <= Self.textLimit / elements.count else {
      throw error(.tooMuch(what))
    }
    return Array(repeatElement(elements, count: max(0, count)).joined())
  }

  private func integer(_ one: Int, _ operation: String, _ two: Int) throws(TemplateError) -> Int {
    let (result, overflow): (Int, Bool)
    switch operation {
    case "+": (result, overflow) = one.addingReportingOverflow(two)
    case "-": (result, overflow) = one.subtractingReportingOverflow(two)
    case "*": (result, overflow) = one.multipliedReportingOverflow(by: two)
    case "**": (result, overflow) = Self.power(one, two)
    default:
      // Python's quotient goes down, and its remainder has the divisor's sign.
      let (quotient, overflows) = one.dividedReportingOverflow(by: two)
      guard !overflows else { throw error(.type("divide \(one) by \(two)")) }
      let remainder = one - quotient * two
      let goesDown = remainder != 0 && (remainder < 0) != (two < 0)
      result =
        operation == "%"
        ? (goesDown ? remainder + two : remainder) : (goesDown ? quotient - 1 : quotient)
      overflow = false
    }
    guard !overflow else { throw error(.type("compute \(one) \(operation) \(two)")) }
    return result
  }

  /// `base` to a power that is not negative, by squaring.
  private static func power(_ base: Int, _ exponent: Int) -> (result: Int, overflow: Bool) {
    var (result, square, rest) = (1, base, exponent)
    var overflow = false
    while rest > 0 {
      if rest & 1 == 1 {
        let product = result.multipliedReportingOverflow(by: square)
        guard !product.overflow, !overflow else { return (0, true) }
        result = product.partialValue
      }
      rest >>= 1
      let next = square.multipliedReportingOverflow(by: square)
      (square, overflow) = (next.partialValue, overflow || next.overflow)
    }
    return (result, false)
  }

  private func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

  private func real(_ one: Double, _ operation: String, _ two: Double) -> Double? {
    switch operation {
    case "+": one + two
    case "-": one - two
    case "*": one * two
    case "/": two == 0 ? nil : one / two
    case "//": two == 0 ? nil : (one / two).rounded(.down)
    case "**": power(one, two)
    case "%": two == 0 ? nil : one - (one / two).rounded(.down) * two
    default: nil
    }
  }

  mutating func comparison(
    _ first: TemplateExpression, _ others: [(operation: String, operand: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var left = try value(of: first)
    for (operation, operand) in others {
      let right = try value(of: operand)
      guard try compare(left, operation, right) else { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  func compare(
    _ left: TemplateValue, _ operation: String, _ right: TemplateValue
  ) throws(TemplateError) -> Bool {
    switch operation {
    case "==": return left.equals(right)
    case "!=": return !left.equals(right)
    case "in": return try contains(right, left)
    case "not in": return !(try contains(right, left))
    default: break
    }
    let isEqual = left.equals(right)
    guard let isLess = left.precedes(right) else {
      throw error(.type("compare \(left.kind) with \(right.kind)"))
    }
    switch operation {
    case "<": return isLess
    case "<=": return isLess || isEqual
    case ">": return !isLess && !isEqual
    default: return !isLess
    }
  }

  private func contains(
    _ container: TemplateValue, _ member: TemplateValue
  ) throws(TemplateError) -> Bool {
    switch (container, member) {
    case (.text(let text), .text(let part)):
      return part.count == 0 || text.firstIndex(of: part) != nil
    case (.list(let elements), _), (.tuple(let elements), _):
      return elements.contains { $0.equals(member) }
    case (.mapping(let mapping), _): return mapping.value(of: member) != nil
    case (.undefined, _): return false
    default: throw error(.type("look for \(member.kind) in \(container.kind)"))
    }
  }
}
