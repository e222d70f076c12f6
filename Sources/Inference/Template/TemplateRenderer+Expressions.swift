extension TemplateRenderer {
  mutating func value(of expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
    let value = try deeper { renderer throws(TemplateError) in
      try renderer.evaluate(expression)
    }
    try charge(for: value)
    return value
  }

  private mutating func evaluate(
    _ expression: TemplateExpression
  ) throws(TemplateError) -> TemplateValue {
    switch expression {
    case .text(let text): return .own(text)
    case .integer(let value): return .integer(value)
    case .real(let value): return .real(value)
    case .bool(let value): return .bool(value)
    case .null: return .null
    case .name(let name): return variable(name)
    case .list(let elements): return .list(try values(of: elements))
    case .mapping(let pairs): return try mapping(pairs)
    case .attribute(let base, let name): return try attribute(name, of: try value(of: base))
    case .element(let base, let index):
      return try element(try value(of: index), of: try value(of: base))
    case .slice(let base, let from, let to, let step):
      return try slice(base, from: from, to: to, step: step)
    case .call(let callee, let arguments): return try call(callee, arguments)
    case .filter(let base, let name, let arguments):
      return try filtered(try value(of: base), name, try self.arguments(arguments))
    case .test(let base, let name, let arguments):
      return .bool(try test(try value(of: base), name, try values(of: arguments)))
    case .not(let operand): return .bool(!(try value(of: operand).isTrue))
    case .negative(let operand): return try negative(try value(of: operand))
    case .arithmetic(let first, let others): return try arithmetic(first, others)
    case .comparison(let first, let others): return try comparison(first, others)
    case .and(let operands): return try firstOperand(operands, where: false)
    case .or(let operands): return try firstOperand(operands, where: true)
    case .choice(let chosen, let condition, let otherwise):
      if try value(of: condition).isTrue { return try value(of: chosen) }
      return try otherwise.map { other throws(TemplateError) in try value(of: other) }
        ?? .undefined("")
    }
  }

  private mutating func values(
    of expressions: [TemplateExpression]
  ) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try value(of: expression)) }
    return values
  }

  private mutating func mapping(
    _ pairs: [(key: TemplateExpression, value: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var mapping = TemplateMapping()
    for pair in pairs {
      guard case .text(let key) = try value(of: pair.key) else {
        throw error(.type("have keys that are no texts"))
      }
      mapping[key.string] = try value(of: pair.value)
    }
    return .mapping(mapping)
  }

  /// The first operand that is or is not true, or the last one.
  private mutating func firstOperand(
    _ operands: [TemplateExpression], where isTrue: Bool
  ) throws(TemplateError) -> TemplateValue {
    var last = TemplateValue.null
    for operand in operands {
      last = try value(of: operand)
      if last.isTrue == isTrue { return last }
    }
    return last
  }

  // MARK: Parts of values

  private func attribute(
    _ name: String, of base: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    switch base {
    case .mapping(let mapping): mapping[name] ?? .undefined(name)
    case .namespace(let namespace): namespace.values[name] ?? .undefined(name)
    case .position(let index, let elements): Self.position(name, index, elements)
    case .undefined: throw error(.type("take \(name.debugDescription) of \(base.kind)"))
    default: .undefined(name)
    }
  }

  /// What `loop` says of the round it is in.
  private static func position(
    _ name: String, _ index: Int, _ elements: [TemplateValue]
  ) -> TemplateValue {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "revindex": .integer(elements.count - index)
    case "revindex0": .integer(elements.count - index - 1)
    case "first": .bool(index == 0)
    case "last": .bool(index == elements.count - 1)
    case "length": .integer(elements.count)
    case "previtem" where index > 0: elements[index - 1]
    case "nextitem" where index + 1 < elements.count: elements[index + 1]
    default: .undefined(name)
    }
  }

  private func element(
    _ index: TemplateValue, of base: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    switch (base, index) {
    case (.mapping, .text(let key)), (.namespace, .text(let key)), (.position, .text(let key)):
      return try attribute(key.string, of: base)
    case (.list(let elements), .integer(let index)):
      let place = index < 0 ? index + elements.count : index
      return elements.indices.contains(place) ? elements[place] : .undefined("[\(index)]")
    case (.text(let text), .integer(let index)):
      let place = index < 0 ? index + text.count : index
      return text.characters.indices.contains(place)
        ? .text(TemplateText([text.characters[place]])) : .undefined("[\(index)]")
    case (.undefined, _): throw error(.type("take an element of \(base.kind)"))
    default: return .undefined("[\(index.kind)]")
    }
  }

  private mutating func slice(
    _ base: TemplateExpression, from: TemplateExpression?, to: TemplateExpression?,
    step: TemplateExpression?
  ) throws(TemplateError) -> TemplateValue {
    let sliced = try value(of: base)
    let from = try bound(from)
    let to = try bound(to)
    let step = try bound(step) ?? 1
    guard step != 0 else { throw error(.type("slice in steps of 0")) }
    switch sliced {
    case .list(let elements):
      return .list(Self.places(from, to, step, count: elements.count).map { elements[$0] })
    case .text(let text):
      return .text(
        TemplateText(
          Self.places(from, to, step, count: text.count).map { text.characters[$0] }))
    default: throw error(.type("slice \(sliced.kind)"))
    }
  }

  private mutating func bound(_ expression: TemplateExpression?) throws(TemplateError) -> Int? {
    guard let expression else { return nil }
    switch try value(of: expression) {
    case .integer(let bound): return bound
    case .null: return nil
    case let other: throw error(.type("slice at \(other.kind)"))
    }
  }

  /// As Python's `slice.indices`.
  private static func places(_ from: Int?, _ to: Int?, _ step: Int, count: Int) -> [Int] {
    let lowest = step > 0 ? 0 : -1
    let highest = step > 0 ? count : count - 1
    func clamped(_ bound: Int?, _ standard: Int) -> Int {
      guard let bound else { return standard }
      return min(max(bound < 0 ? bound + count : bound, lowest), highest)
    }
    let start = clamped(from, step > 0 ? lowest : highest)
    let stop = clamped(to, step > 0 ? highest : lowest)
    // Steps beyond the count are one step.
    return Array(stride(from: start, to: stop, by: min(max(step, -count - 1), count + 1)))
  }

  // MARK: Operators

  private func negative(_ operand: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch operand {
    case .integer(let value) where value != .min: return .integer(-value)
    case .real(let value): return .real(-value)
    default: throw error(.type("negate \(operand.kind)"))
    }
  }

  private mutating func arithmetic(
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

  private mutating func comparison(
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

  // MARK: Calls

  private mutating func arguments(
    _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateCallArguments {
    var evaluated = TemplateCallArguments(positional: try values(of: arguments.positional))
    for argument in arguments.named {
      evaluated.named[argument.name] = try value(of: argument.value)
    }
    return evaluated
  }

  private mutating func call(
    _ callee: TemplateExpression, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let evaluated: TemplateValue
    if case .attribute(let base, let name) = callee {
      let object = try value(of: base)
      if let result = try method(name, of: object, try self.arguments(arguments)) {
        return result
      }
      evaluated = try attribute(name, of: object)
    } else {
      evaluated = try value(of: callee)
    }
    switch evaluated {
    case .macro(let macro): return try call(macro, try self.arguments(arguments))
    case .function(let name): return try function(name, try self.arguments(arguments))
    case .undefined(let name): throw error(.unsupported(name))
    default: throw error(.type("call \(evaluated.kind)"))
    }
  }
}
