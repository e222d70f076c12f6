extension AnswerParser {
  /// A formula, or formulas with signs such as `=` or `<` between them.
  mutating func relation() throws -> AnswerMeaning.Form {
    let start = position
    var sides = [try sum()]
    var signs: [Character] = []
    let isLetter = if case .symbol = tokens[start] { position == start + 1 } else { false }
    while case .sign(let sign) = next, "=<>≤≥≠".contains(sign) {
      position += 1
      signs.append(sign)
      sides.append(try sum())
    }
    guard let only = sides.first, sides.count == 1 else {
      return .relation(sides: sides, signs: signs, names: isLetter)
    }
    return .value(only)
  }

  mutating func sum() throws -> AnswerValue {
    var total = try skipSign() ? try product().negated() : try product()
    while [.sign("+"), .sign("-"), .sign("±")].contains(next) {
      let negative = try skipSign()
      let term = try product()
      total = try total + (negative ? term.negated() : term)
    }
    return total
  }

  /// Skips a sign if there is one; returns true for minus.
  private mutating func skipSign() throws -> Bool {
    if skip(.sign("±")) {
      sawPlusMinus = true
      return plusMinus == "-"
    }
    if skip(.sign("-")) { return true }
    _ = skip(.sign("+"))
    return false
  }

  private mutating func product() throws -> AnswerValue {
    if let mixed = try mixedNumber() { return mixed }
    var total = try power()
    while true {
      if skip(.sign("*")) {
        total = try total * signedPower()
      } else if skip(.sign("/")) {
        total = try total / signedPower()
      } else if beginsFactor {
        total = try total * power()
      } else {
        return total
      }
    }
  }

  private mutating func signedPower() throws -> AnswerValue {
    skip(.sign("-")) ? try power().negated() : try power()
  }

  /// Whether a factor follows without an operator.
  private var beginsFactor: Bool {
    switch next {
    case .symbol, .command: true
    case .open(let bracket): bracket == "(" || bracket == "{"
    default: false
    }
  }

  /// `1\frac{4}{5}` and `1 4/5`, which are sums; nil, with nothing read, for anything else.
  private mutating func mixedNumber() throws -> AnswerValue? {
    guard case .number(let whole) = next, !whole.contains("."), position + 1 < tokens.count else {
      return nil
    }
    let start = self
    position += 1
    if next == .command("frac") {
      let isNumeric = tokens[(position + 1)...].prefix { token in
        if case .number = token { return true }
        return token == .open("{") || token == .close("}")
      }
      let fraction = try power()
      if position <= start.position + 2 + isNumeric.count {
        return try AnswerValue(decimal: whole) + fraction
      }
    } else if case .number(let above) = next, spaced[position], position + 2 < tokens.count,
      tokens[position + 1] == .sign("/"), case .number(let below) = tokens[position + 2]
    {
      position += 3
      return try AnswerValue(decimal: whole)
        + AnswerValue(decimal: above) / AnswerValue(decimal: below)
    }
    self = start
    return nil
  }

  private mutating func power() throws -> AnswerValue {
    var base = try factor()
    while skip(.sign("^")) {
      let negative = skip(.sign("-"))
      let exponent = try nested { try $0.factor() }
      base = try base.power(negative ? exponent.negated() : exponent)
    }
    return base
  }

  private mutating func factor() throws -> AnswerValue {
    guard let token = next else { throw Unreadable() }
    position += 1
    switch token {
    case .number(let digits):
      return try AnswerValue(decimal: digits)
    case .symbol(let name):
      return try AnswerValue(symbol: name, trial: trial)
    case .command("pi"):
      return try AnswerValue.pi()
    case .command("frac"):
      let above = try argument()
      return try above / argument()
    case .command("sqrt"):
      var degree = try AnswerValue(decimal: "2")
      if skip(.open("[")) {
        degree = try nested { try $0.sum() }
        try require(.close("]"))
      }
      return try argument().root(degree)
    case .command(let name):
      guard let function = AnswerValue.function(name) else { throw Unreadable() }
      let exponent = skip(.sign("^")) ? try argument() : nil
      let value = try function(try nested { try $0.product() })
      return try exponent.map { try value.power($0) } ?? value
    case .open("("):
      return try group(closedBy: .close(")"))
    case .open("{"):
      return try group(closedBy: .close("}"))
    default:
      throw Unreadable()
    }
  }

  private mutating func group(closedBy end: Token) throws -> AnswerValue {
    let value = try nested { try $0.sum() }
    try require(end)
    return value
  }

  /// A command's argument: a group, a letter, or a single digit, as in `\frac43`.
  private mutating func argument() throws -> AnswerValue {
    if case .number(let digits) = next, digits.count > 1, !digits.contains(".") {
      tokens[position] = .number(String(digits.dropFirst()))
      return try AnswerValue(decimal: digits.prefix(1))
    }
    return try nested { try $0.factor() }
  }
}
