/// Arithmetic and comparisons, with Python's rules.
extension TemplateRenderer {
  /// −operand.
  func negative(_ operand: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch operand {
    case .integer(let value) where value != .min: return .integer(-value)
    case .real(let value): return .real(-value)
    default: throw error(.type("negate \(operand.kind)"))
    }
  }

  /// The operators of one precedence, from left to right.
  mutating func arithmetic(
    _ first: TemplateExpression, _ others: [(operation: String, operand: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var result = try value(of: first)
    for (operation, operand) in others {
      result = try combined(result, operation, try value(of: operand))
    }
    return result
  }

  private func combined(
    _ left: TemplateValue, _ operation: String, _ right: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    switch (operation, left, right) {
    case ("~", _, _): return .text(try checked(left.text + right.text))
    case ("+", .text(let one), .text(let two)): return .text(try checked(one + two))
    case ("+", .list(let one), .list(let two)):
      guard one.count + two.count <= Self.textLimit else { throw error(.tooMuch("elements")) }
      return .list(one + two)
    case ("*", .text(let text), .integer(let count)):
      guard text.count == 0 || count <= Self.textLimit / text.count else {
        throw error(.tooMuch("characters"))
      }
      return .text(
        TemplateText(repeatElement(text.characters, count: max(0, count)).joined()))
    case (_, .integer(let one), .integer(let two)) where operation != "/":
      return .integer(try integer(one, operation, two))
    default:
      guard let one = left.number, let two = right.number, let result = real(one, operation, two)
      else { throw error(.type("compute \(left.kind) \(operation) \(right.kind)")) }
      return .real(result)
    }
  }

  private func integer(_ one: Int, _ operation: String, _ two: Int) throws(TemplateError) -> Int {
    let (result, overflow): (Int, Bool)
    switch operation {
    case "+": (result, overflow) = one.addingReportingOverflow(two)
    case "-": (result, overflow) = one.subtractingReportingOverflow(two)
    case "*": (result, overflow) = one.multipliedReportingOverflow(by: two)
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

  private func real(_ one: Double, _ operation: String, _ two: Double) -> Double? {
    switch operation {
    case "+": one + two
    case "-": one - two
    case "*": one * two
    case "/": two == 0 ? nil : one / two
    case "//": two == 0 ? nil : (one / two).rounded(.down)
    case "%": two == 0 ? nil : one - (one / two).rounded(.down) * two
    default: nil
    }
  }

  /// Chained comparisons, as in Python: each with its neighbours.
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
    let isLess: Bool
    let isEqual = left.equals(right)
    if let one = left.number, let two = right.number {
      isLess = one < two
    } else if case .text(let one) = left, case .text(let two) = right {
      isLess = one.characters.lexicographicallyPrecedes(two.characters) { $0.scalar < $1.scalar }
    } else {
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
    case (.list(let elements), _): return elements.contains { $0.equals(member) }
    case (.mapping(let mapping), .text(let key)): return mapping[key.string] != nil
    case (.mapping, _), (.undefined, _): return false
    default: throw error(.type("look for \(member.kind) in \(container.kind)"))
    }
  }
}
