/// Reads expressions by Jinja's grammar, the loosest operators first.
extension TemplateTagReader {
  /// An expression, or several with commas between them, which make a tuple. Without
  /// `hasChoices`, an `if` is none of theirs.
  mutating func tuple(hasChoices: Bool = true) throws(TemplateError) -> TemplateExpression {
    func next(_ reader: inout TemplateTagReader) throws(TemplateError) -> TemplateExpression {
      hasChoices ? try reader.expression() : try reader.alternatives()
    }
    let first = try next(&self)
    guard kind == .symbol(",") else { return first }
    var elements = [first]
    while skip(symbol: ","), kind != .end, kind != .symbol(")") { elements.append(try next(&self)) }
    return .tuple(elements)
  }

  /// `a if b else c`, or what binds tighter.
  mutating func expression() throws(TemplateError) -> TemplateExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < TemplateParser.depthLimit else {
      throw TemplateError(line: line, reason: .tooMuch("nested expressions"))
    }
    var value = try alternatives()
    if skip(name: "if") {
      let condition = try alternatives()
      let otherwise = skip(name: "else") ? try expression() : nil
      value = .choice(value, condition: condition, otherwise: otherwise)
    }
    return value
  }

  /// `a or b`, or what binds tighter.
  mutating func alternatives() throws(TemplateError) -> TemplateExpression {
    var operands = [try conjunction()]
    while skip(name: "or") { operands.append(try conjunction()) }
    return operands.count == 1 ? operands[0] : .or(operands)
  }

  private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
    var operands = [try negation()]
    while skip(name: "and") { operands.append(try negation()) }
    return operands.count == 1 ? operands[0] : .and(operands)
  }

  private mutating func negation() throws(TemplateError) -> TemplateExpression {
    var isNegated = false
    while skip(name: "not") { isNegated.toggle() }
    let value = try comparison()
    return isNegated ? .not(value) : value
  }

  private mutating func comparison() throws(TemplateError) -> TemplateExpression {
    let first = try arithmetic(rank: 0)
    var others: [(operation: String, operand: TemplateExpression)] = []
    while let operation = nextComparison() {
      others.append((operation, try arithmetic(rank: 0)))
    }
    return others.isEmpty ? first : .comparison(first, others)
  }

  private mutating func nextComparison() -> String? {
    for symbol in ["==", "!=", "<", "<=", ">", ">="] where skip(symbol: symbol) { return symbol }
    if skip(name: "in") { return "in" }
    if kind == .name("not"), index + 1 < lexemes.count, lexemes[index + 1].kind == .name("in") {
      index += 2
      return "not in"
    }
    return nil
  }

  /// Arithmetic operators, the loosest first.
  private static let ranks = [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]]

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
      if skip(symbol: ")") { return .tuple([]) }
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
    while !skip(symbol: end) {
      elements.append(try expression())
      if !skip(symbol: ",") {
        try expect(symbol: end)
        break
      }
    }
    return elements
  }

  private mutating func mapping() throws(TemplateError) -> TemplateExpression {
    var pairs: [(key: TemplateExpression, value: TemplateExpression)] = []
    while !skip(symbol: "}") {
      let key = try expression()
      try expect(symbol: ":")
      pairs.append((key, try expression()))
      if !skip(symbol: ",") {
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
      if skip(symbol: ".") {
        if case .integer(let integer) = kind {
          index += 1
          value = .element(value, .integer(integer))
        } else {
          value = .attribute(value, try name())
        }
      } else if skip(symbol: "[") {
        value = try subscripted(value)
      } else if skip(symbol: "(") {
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
    while !skip(symbol: "]") {
      if skip(symbol: ":") {
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
  mutating func arguments() throws(TemplateError) -> TemplateArguments {
    var arguments = TemplateArguments()
    while !skip(symbol: ")") {
      if case .name(let name) = kind, index + 1 < lexemes.count,
        lexemes[index + 1].kind == .symbol("=")
      {
        index += 2
        arguments.named.append((name, try expression()))
      } else if skip(symbol: "**") {
        arguments.mapping = try expression()
      } else if skip(symbol: "*") {
        arguments.list = try expression()
      } else {
        arguments.positional.append(try expression())
      }
      if !skip(symbol: ",") {
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
      if skip(symbol: "|") {
        value = .filter(value, try filter())
      } else if skip(name: "is") {
        let isNegated = skip(name: "not")
        let test = TemplateExpression.test(value, try name(), try testArguments())
        value = isNegated ? .not(test) : test
      } else if skip(symbol: "(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
    throw TemplateError(line: line, reason: .tooMuch("operations on one value"))
  }

  /// A test's arguments, which may stand without parentheses if it is one.
  private mutating func testArguments() throws(TemplateError) -> TemplateArguments {
    if skip(symbol: "(") { return try arguments() }
    switch kind {
    case .name(let name)
    where ["else", "or", "and", "is", "if", "in", "not", "recursive"].contains(name):
      return TemplateArguments()
    case .name, .text, .integer, .real, .symbol("["), .symbol("{"):
      return TemplateArguments(positional: [try postfixed(try primary())])
    default: return TemplateArguments()
    }
  }
}
