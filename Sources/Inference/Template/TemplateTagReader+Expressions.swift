/// Expressions by precedence, the loosest first.
extension TemplateTagReader {
  /// An expression, or several with commas between them, which make a list.
  mutating func tuple() throws(TemplateError) -> TemplateExpression {
    let first = try expression()
    guard kind == .symbol(",") else { return first }
    var elements = [first]
    while takes(symbol: ","), kind != .end, kind != .symbol(")") {
      elements.append(try expression())
    }
    return .list(elements)
  }

  /// `a if b else c`, or what binds tighter.
  mutating func expression() throws(TemplateError) -> TemplateExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < TemplateParser.depthLimit else {
      throw TemplateError(line: line, reason: .tooMuch("nested expressions"))
    }
    var value = try alternatives()
    if takes(name: "if") {
      let condition = try alternatives()
      let otherwise = takes(name: "else") ? try expression() : nil
      value = .choice(value, condition: condition, otherwise: otherwise)
    }
    return value
  }

  /// `a or b`, or what binds tighter.
  mutating func alternatives() throws(TemplateError) -> TemplateExpression {
    var operands = [try conjunction()]
    while takes(name: "or") { operands.append(try conjunction()) }
    return operands.count == 1 ? operands[0] : .or(operands)
  }

  private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
    var operands = [try negation()]
    while takes(name: "and") { operands.append(try negation()) }
    return operands.count == 1 ? operands[0] : .and(operands)
  }

  private mutating func negation() throws(TemplateError) -> TemplateExpression {
    var isNegated = false
    while takes(name: "not") { isNegated.toggle() }
    let value = try comparison()
    return isNegated ? .not(value) : value
  }

  private mutating func comparison() throws(TemplateError) -> TemplateExpression {
    let first = try arithmetic(rank: 0)
    var others: [(operation: String, operand: TemplateExpression)] = []
    while let operation = takesComparison() {
      others.append((operation, try arithmetic(rank: 0)))
    }
    return others.isEmpty ? first : .comparison(first, others)
  }

  private mutating func takesComparison() -> String? {
    for symbol in ["==", "!=", "<", "<=", ">", ">="] where takes(symbol: symbol) { return symbol }
    if takes(name: "in") { return "in" }
    if kind == .name("not"), index + 1 < lexemes.count, lexemes[index + 1].kind == .name("in") {
      index += 2
      return "not in"
    }
    return nil
  }

  /// Arithmetic operators, the loosest first.
  private static let ranks = [["+", "-"], ["~"], ["*", "/", "//", "%"]]

  private mutating func arithmetic(rank: Int) throws(TemplateError) -> TemplateExpression {
    guard rank < Self.ranks.count else { return try unary() }
    let first = try arithmetic(rank: rank + 1)
    var others: [(operation: String, operand: TemplateExpression)] = []
    while case .symbol(let symbol) = kind, Self.ranks[rank].contains(symbol) {
      index += 1
      others.append((symbol, try arithmetic(rank: rank + 1)))
    }
    return others.isEmpty ? first : .arithmetic(first, others)
  }

  private mutating func unary() throws(TemplateError) -> TemplateExpression {
    var isNegative = false
    while kind == .symbol("-") || kind == .symbol("+") {
      if kind == .symbol("-") { isNegative.toggle() }
      index += 1
    }
    // A filter is applied to the number with its sign.
    let value = try postfixed(try primary())
    return try filtered(isNegative ? .negative(value) : value)
  }

  private mutating func primary() throws(TemplateError) -> TemplateExpression {
    switch kind {
    case .name(let name):
      index += 1
      switch name {
      case "true", "True": return .bool(true)
      case "false", "False": return .bool(false)
      case "none", "None": return .null
      default: return .name(name)
      }
    case .text(var text):
      index += 1
      while case .text(let more) = kind {
        text += more
        index += 1
      }
      return .text(text)
    case .integer(let integer):
      index += 1
      return .integer(integer)
    case .real(let real):
      index += 1
      return .real(real)
    case .symbol("("):
      index += 1
      if takes(symbol: ")") { return .list([]) }
      let value = try tuple()
      try expect(symbol: ")")
      return value
    case .symbol("["):
      index += 1
      return .list(try elements(until: "]"))
    case .symbol("{"):
      index += 1
      return try mapping()
    case .symbol, .end: throw error
    }
  }

  private mutating func elements(until end: String) throws(TemplateError) -> [TemplateExpression] {
    var elements: [TemplateExpression] = []
    while !takes(symbol: end) {
      elements.append(try expression())
      if !takes(symbol: ",") {
        try expect(symbol: end)
        break
      }
    }
    return elements
  }

  private mutating func mapping() throws(TemplateError) -> TemplateExpression {
    var pairs: [(key: TemplateExpression, value: TemplateExpression)] = []
    while !takes(symbol: "}") {
      let key = try expression()
      try expect(symbol: ":")
      pairs.append((key, try expression()))
      if !takes(symbol: ",") {
        try expect(symbol: "}")
        break
      }
    }
    return .mapping(pairs)
  }

  /// Attributes, elements, slices and calls behind a value.
  private mutating func postfixed(
    _ base: TemplateExpression
  ) throws(TemplateError) -> TemplateExpression {
    var value = base
    for _ in 0..<TemplateParser.depthLimit {
      if takes(symbol: ".") {
        if case .integer(let integer) = kind {
          index += 1
          value = .element(value, .integer(integer))
        } else {
          value = .attribute(value, try name())
        }
      } else if takes(symbol: "[") {
        value = try subscripted(value)
      } else if takes(symbol: "(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
    throw TemplateError(line: line, reason: .tooMuch("operations on one value"))
  }

  private mutating func subscripted(
    _ value: TemplateExpression
  ) throws(TemplateError) -> TemplateExpression {
    var bounds: [TemplateExpression?] = [nil]
    while !takes(symbol: "]") {
      if takes(symbol: ":") {
        bounds.append(nil)
      } else if bounds[bounds.count - 1] == nil, bounds.count <= 3 {
        bounds[bounds.count - 1] = try expression()
      } else {
        throw error
      }
    }
    if bounds.count == 1 {
      guard let index = bounds[0] else { throw error }
      return .element(value, index)
    }
    guard bounds.count <= 3 else { throw error }
    return .slice(value, from: bounds[0], to: bounds[1], step: bounds.count > 2 ? bounds[2] : nil)
  }

  /// What stands in parentheses that are open.
  private mutating func arguments() throws(TemplateError) -> TemplateArguments {
    var arguments = TemplateArguments()
    while !takes(symbol: ")") {
      if case .name(let name) = kind, index + 1 < lexemes.count,
        lexemes[index + 1].kind == .symbol("=")
      {
        index += 2
        arguments.named.append((name, try expression()))
      } else {
        arguments.positional.append(try expression())
      }
      if !takes(symbol: ",") {
        try expect(symbol: ")")
        break
      }
    }
    return arguments
  }

  /// Filters, tests and calls of what they give.
  private mutating func filtered(
    _ base: TemplateExpression
  ) throws(TemplateError) -> TemplateExpression {
    var value = base
    for _ in 0..<TemplateParser.depthLimit {
      if takes(symbol: "|") {
        let filter = try name()
        value = .filter(
          value, filter, takes(symbol: "(") ? try arguments() : TemplateArguments())
      } else if takes(name: "is") {
        let isNegated = takes(name: "not")
        let test = TemplateExpression.test(value, try name(), try testArguments())
        value = isNegated ? .not(test) : test
      } else if takes(symbol: "(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
    throw TemplateError(line: line, reason: .tooMuch("operations on one value"))
  }

  /// A test's arguments, which may stand without parentheses if it is one.
  private mutating func testArguments() throws(TemplateError) -> [TemplateExpression] {
    if takes(symbol: "(") { return try arguments().positional }
    switch kind {
    case .name(let name) where ["else", "or", "and", "is", "if", "in", "not"].contains(name):
      return []
    case .name, .text, .integer, .real, .symbol("["), .symbol("{"):
      return [try postfixed(try primary())]
    default: return []
    }
  }
}
