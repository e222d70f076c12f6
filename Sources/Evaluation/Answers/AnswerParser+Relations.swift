extension AnswerParser {
  private static let signs: Set<Character> = ["=", "<", ">", "≤", "≥", "≠", "≈", "≡", "∈"]

  /// One thing, or several with signs such as `=` or `<` between them.
  mutating func relation() throws -> AnswerMeaning {
    var sides: [AnswerMeaning] = []
    var signs: [Character] = []
    while true {
      sides.append(try side(isFirst: sides.isEmpty))
      guard case .sign(let sign) = next, Self.signs.contains(sign) else { break }
      position += 1
      // An aligned environment has a mark beside its signs.
      _ = skip(.sign("&"))
      signs.append(sign)
    }
    let meaning = signs.isEmpty ? sides[0] : AnswerMeaning(form: .relation(sides, signs))
    guard next == .command("pmod") || next == .open("(") && token(1) == .command("pmod") else {
      return meaning
    }
    return AnswerMeaning(form: .residue(meaning, modulus: try modulus()), unit: meaning.unit)
  }

  private mutating func modulus() throws -> Formula {
    let isBracketed = skip(.open("("))
    position += 1
    let modulus = try argument()
    if isBracketed { try require(.close(")")) }
    return modulus
  }

  /// A side of a relation: a name where it is one and has a sign beside it.
  private mutating func side(isFirst: Bool) throws -> AnswerMeaning {
    var end = position
    var open = 0
    scan: while end < tokens.count {
      switch tokens[end] {
      case .open, .begin: open += 1
      case .close, .end:
        if open == 0 { break scan }
        open -= 1
      case .sign(let sign) where open == 0:
        if Self.signs.contains(sign) || [",", "∧", "∪", "∩", "∖"].contains(sign) { break scan }
      case .row where open == 0: break scan
      default: break
      }
      end += 1
    }
    var endsAtSign = false
    if end < tokens.count, case .sign(let sign) = tokens[end] {
      endsAtSign = Self.signs.contains(sign)
    }
    let slice = tokens[position..<end].filter { $0 != .sign("&") }
    if endsAtSign || !isFirst, let name = AnswerName.key(of: slice) {
      var copy = self
      let formula = try? copy.sum()
      let isWhole = copy.position == end
      position = end
      return AnswerMeaning(form: .name(name, isWhole ? formula : nil))
    }
    return try operand()
  }
}

/// What an equation's left side can be called, so that its right side is the answer.
enum AnswerName {
  /// The name that `tokens` are; nil where they are a formula like any other.
  static func key(of tokens: [AnswerTokens.Token]) -> String? {
    var tokens = tokens[...]
    // The letter of `\mathbf{v}`.
    if tokens.count == 3, tokens.first == .open("{") { tokens = tokens.dropFirst().dropLast() }
    // Those of `\mathbf{E}[X]` group nothing.
    let plain = tokens.filter { ![.open("{"), .close("}")].contains($0) }
    guard !tokens.isEmpty, isName(Array(tokens)) || isName(plain) else { return nil }
    return tokens.map(text).joined()
  }

  private static func isName(_ tokens: [AnswerTokens.Token]) -> Bool {
    var tokens = tokens[...]
    // Area and length: [ABC], |AB|.
    if tokens.count > 2, tokens.first == .open("["), tokens.last == .close("]") {
      tokens = tokens.dropFirst().dropLast()
      return tokens.allSatisfy(isCapital)
    }
    let bars: [AnswerTokens.Token] = [.sign("|"), .open("|"), .close("|")]
    if tokens.count > 2, let first = tokens.first, let last = tokens.last, bars.contains(first),
      bars.contains(last)
    {
      return tokens.dropFirst().dropLast().allSatisfy {
        if case .symbol = $0 { true } else { false }
      }
    }
    if tokens.first == .open("("), tokens.last == .close(")"), tokens.contains(.sign(",")) {
      return tokens.dropFirst().dropLast().allSatisfy { token in
        if case .symbol = token { true } else { token == .sign(",") }
      }
    }
    if tokens.contains(where: isFigure) { return true }
    if case .word = tokens.first { return true }
    let primes = tokens.filter { $0 != .sign("'") }
    guard case .symbol(let first) = primes.first else {
      return isTrigonometric(tokens) || isDerivative(Array(tokens))
    }
    if first == "e" || first == "i" || first == "π" || first.first?.isNumber == true {
      return false
    }
    if primes.count == 1 { return true }
    if isFunction(first), isCall(primes.dropFirst()) { return true }
    return isSumOfLetters(primes)
  }

  private static func isCapital(_ token: AnswerTokens.Token) -> Bool {
    if case .symbol(let name) = token { name.first?.isUppercase == true } else { false }
  }

  private static func isFigure(_ token: AnswerTokens.Token) -> Bool {
    guard case .command(let name) = token else { return false }
    return ["angle", "measuredangle", "triangle", "overline", "widehat", "overrightarrow"]
      .contains(name)
  }

  /// Letters that stand for functions and not for unknowns, so that `x(x+1)` is a product.
  private static func isFunction(_ name: String) -> Bool {
    guard let first = name.first else { return false }
    return first.isUppercase || first == "\\" || "fghpqsuvy".contains(first) || name.contains("_")
  }

  /// Whether `tokens` are one bracket, perhaps after an exponent, as `^{-1}(x)`.
  private static func isCall(_ tokens: ArraySlice<AnswerTokens.Token>) -> Bool {
    var tokens = tokens
    if tokens.first == .sign("^") {
      guard let bracket = tokens.firstIndex(of: .open("(")) else { return false }
      tokens = tokens[bracket...]
    }
    guard tokens.first == .open("(") || tokens.first == .open("[") else { return false }
    var open = 0
    for (index, token) in zip(tokens.indices, tokens) {
      if case .open = token { open += 1 }
      if case .close = token { open -= 1 }
      if open == 0 { return index == tokens.index(before: tokens.endIndex) }
    }
    return false
  }

  /// `AB`, `x + y`, `ab + bc`: several letters without numbers.
  private static func isSumOfLetters(_ tokens: [AnswerTokens.Token]) -> Bool {
    let letters = Set(
      tokens.compactMap { token -> String? in
        if case .symbol(let name) = token { name } else { nil }
      })
    let isPlain = tokens.allSatisfy { token in
      if case .symbol = token {
        true
      } else {
        [.sign("+"), .sign("-"), .sign("*")].contains(token)
      }
    }
    return isPlain && (letters.count > 1 || tokens.allSatisfy(isCapital))
  }

  /// `\sin A`.
  private static func isTrigonometric(_ tokens: ArraySlice<AnswerTokens.Token>) -> Bool {
    guard case .command(let name) = tokens.first, AnswerValue.angular.contains(name) else {
      return false
    }
    let rest = tokens.dropFirst().filter { ![.open("("), .close(")")].contains($0) }
    return rest.count == 1 && isSymbol(rest[0])
  }

  private static func isSymbol(_ token: AnswerTokens.Token) -> Bool {
    if case .symbol = token { true } else { false }
  }

  /// `\frac{dy}{dx}`.
  private static func isDerivative(_ tokens: [AnswerTokens.Token]) -> Bool {
    guard tokens.count == 9, tokens[0] == .command("frac") else { return false }
    return tokens[2] == .symbol("d") && tokens[6] == .symbol("d")
  }

  private static func text(_ token: AnswerTokens.Token) -> String {
    switch token {
    case .number(let text), .symbol(let text), .command(let text): text
    case .word(let text), .unit(let text): text + " "
    case .sign(let sign): String(sign)
    case .open(let bracket), .close(let bracket): String(bracket)
    case .begin(let name): name
    case .end, .row: ""
    }
  }
}
