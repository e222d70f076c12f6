extension AnswerParser {
  mutating func sum() throws -> Formula {
    var terms = [try term()]
    while next.map({ [.sign("+"), .sign("-"), .sign("±"), .sign("∓")].contains($0) }) == true {
      terms.append(try term())
    }
    return terms.count == 1 ? terms[0] : .sum(terms)
  }

  private mutating func term() throws -> Formula {
    try skipSign() ? .negative(product()) : product()
  }

  /// Skips a sign if there is one; returns true for minus.
  private mutating func skipSign() throws -> Bool {
    for sign: Character in ["±", "∓"] where skip(.sign(sign)) {
      sawPlusMinus = true
      return (plusMinus == "-") == (sign == "±")
    }
    if skip(.sign("-")) { return true }
    _ = skip(.sign("+"))
    return false
  }

  /// Factors; `withoutFunctions` ends before a function, as the argument of another does.
  mutating func product(withoutFunctions: Bool = false) throws -> Formula {
    var factors = [try mixedNumber() ?? power()]
    while true {
      if next == .sign("*") {
        if case .unit = token(1) { break }
        position += 1
        factors.append(try signedPower())
      } else if next == .sign("/"), !unitFollows {
        position += 1
        factors = [.quotient(.product(factors), try signedPower())]
      } else if skip(.sign("m")) {
        factors = [.function("bmod", [.product(factors), try signedPower()])]
      } else if beginsFactor {
        if withoutFunctions, case .command(let name) = next,
          AnswerValue.function(name) != nil, name != "binom"
        {
          break
        }
        factors.append(try power())
      } else {
        break
      }
    }
    return factors.count == 1 ? factors[0] : .product(factors)
  }

  /// Whether a unit or a word stands after the next token.
  private var unitFollows: Bool {
    switch token(1) {
    case .unit, .word: true
    default: false
    }
  }

  private mutating func signedPower() throws -> Formula {
    skip(.sign("-")) ? .negative(try power()) : try power()
  }

  /// Whether a factor follows without an operator.
  var beginsFactor: Bool {
    switch next {
    case .symbol: true
    case .command(let name): !["pmod", "emptyset"].contains(name)
    case .word(let word): AnswerUnits.isFactor(word) && position > 0
    case .open(let bracket):
      bracket == "(" && token(1) != .command("pmod") || ["{", "⌊", "⌈", "|"].contains(bracket)
        || bracket == "[" && depth > 0 && !isSequence(from: position)
    case .sign("|"): !isWithinBars
    default: false
    }
  }

  mutating func power() throws -> Formula {
    var base = try factor()
    while true {
      if skip(.sign("!")) {
        base = .function("factorial", [base])
      } else if next == .unit("degree"), isAngular {
        position += 1
        base = .product([base, .number(try AnswerValue(Complex(.pi / 180)))])
      } else if next == .unit("degree"), [.sign("+"), .sign("-")].contains(token(1)) {
        position += 1
        earlyUnit = "degree"
      } else if skip(.sign("^")) {
        let isNegative = skip(.sign("-"))
        let exponent = try nested { try $0.exponent() }
        base = .power(base, isNegative ? .negative(exponent) : exponent)
      } else {
        return base
      }
    }
  }

  /// An exponent: towers are read from above. A single digit, as LaTeX has it, where it is no group.
  private mutating func exponent() throws -> Formula {
    let exponent = try factor()
    guard skip(.sign("^")) else { return exponent }
    return .power(exponent, try nested { try $0.exponent() })
  }

  private mutating func factor() throws -> Formula {
    guard let token = next else { throw Unreadable() }
    position += 1
    switch token {
    case .number(let digits):
      return .number(try AnswerValue(decimal: digits))
    case .symbol(let name):
      return try symbol(name)
    case .word(let word):
      if let parts = AnswerUnits.parts(word) {
        return .quotient(.number(AnswerValue(1)), .number(AnswerValue(parts)))
      }
      guard let scale = AnswerUnits.scale(word) else { throw Unreadable() }
      return .number(AnswerValue(scale))
    case .unit(let unit) where AnswerUnit.money.contains(unit) && earlyUnit == nil:
      earlyUnit = unit
      return try factor()
    case .command(let name):
      return try command(name)
    case .open("("):
      return try group {
        try $0.sum()
      } closedBy: {
        $0 == .close(")")
      }
    case .open("["):
      return try group {
        try $0.sum()
      } closedBy: {
        $0 == .close("]")
      }
    case .open("{"):
      return try group {
        try $0.sum()
      } closedBy: {
        $0 == .close("}")
      }
    case .open("⌊"), .open("⌈"):
      let name = token == .open("⌊") ? "floor" : "ceil"
      return .function(
        name,
        [
          try group {
            try $0.sum()
          } closedBy: {
            $0 == .close("⌊") || $0 == .close("⌈")
          }
        ])
    case .open("|"), .sign("|"):
      return try bars()
    default:
      throw Unreadable()
    }
  }

  private mutating func bars() throws -> Formula {
    let wasWithin = isWithinBars
    isWithinBars = true
    defer { isWithinBars = wasWithin }
    return .function(
      "abs",
      [
        try group {
          try $0.sum()
        } closedBy: {
          $0 == .close("|") || $0 == .sign("|")
        }
      ])
  }

  private mutating func symbol(_ name: String) throws -> Formula {
    var name = name
    while skip(.sign("'")) { name += "'" }
    switch name {
    case "e", "\\e": return .number(try AnswerValue(Complex(1).exponential))
    case "i", "\\imath": return .number(try AnswerValue(.i))
    case "C":
      // C(5, 2)
      if next == .open("("), case .number(let above) = token(1), token(2) == .sign(","),
        case .number(let below) = token(3), token(4) == .close(")")
      {
        position += 5
        return .function(
          "binom",
          [.number(try AnswerValue(decimal: above)), .number(try AnswerValue(decimal: below))])
      }
      return .symbol(name)
    default: return .symbol(name)
    }
  }

  private mutating func command(_ name: String) throws -> Formula {
    switch name {
    case "pi":
      return .number(try AnswerValue(Complex(.pi)))
    case "frac":
      let above = try argument()
      return .quotient(above, try argument())
    case "binom", "perm":
      let above = try argument()
      return .function(name, [above, try argument()])
    case "sqrt":
      var degree = Formula.number(AnswerValue(2))
      if skip(.open("[")) {
        degree = try nested { try $0.sum() }
        try require(.close("]"))
      }
      return .root(try argument(), degree: degree)
    default:
      guard AnswerValue.function(name) != nil else { throw Unreadable() }
      return try function(name)
    }
  }

  private mutating func function(_ written: String) throws -> Formula {
    var name = written
    var base: Formula?
    if skip(.sign("_")) { base = try argument() }
    var exponent: Formula?
    if skip(.sign("^")) {
      exponent = try nested { try $0.skip(.sign("-")) ? .negative($0.argument()) : $0.argument() }
      if let inverse = AnswerValue.inverse(of: name), let value = try? exponent?.value(in: 0),
        value.integer == -1
      {
        (name, exponent) = (inverse, nil)
      }
    }
    let wasAngular = isAngular
    isAngular = AnswerValue.angular.contains(name)
    defer { isAngular = wasAngular }
    var arguments: [Formula] = base.map { [$0] } ?? []
    if next == .open("(") || next == .open("s") {
      let end: Token = next == .open("(") ? .close(")") : .close("e")
      position += 1
      repeat { arguments.append(try nested { try $0.sum() }) } while skip(.sign(","))
      try require(end)
    } else {
      arguments.append(try nested { try $0.product(withoutFunctions: true) })
    }
    let value = Formula.function(name, arguments)
    return exponent.map { .power(value, $0) } ?? value
  }

  private mutating func group(
    _ read: (inout AnswerParser) throws -> Formula, closedBy isEnd: (Token) -> Bool
  ) throws -> Formula {
    let value = try nested(read)
    guard let end = next, isEnd(end) else { throw Unreadable() }
    position += 1
    return value
  }

  /// A command's argument: a group, a letter, or a single digit, as in `\frac43`.
  mutating func argument() throws -> Formula {
    if case .number(let digits) = next, digits.count > 1, digits.allSatisfy(\.isNumber) {
      tokens[position] = .number(String(digits.dropFirst()))
      return .number(try AnswerValue(decimal: digits.prefix(1)))
    }
    return try nested { try $0.factor() }
  }
}
