/// Reads an answer's tokens as mathematics, and computes what it says in one trial.
struct AnswerParser {
  /// The tokens say nothing that this parser knows.
  private struct Unreadable: Error {}

  private typealias Token = AnswerTokens.Token

  /// Brackets deeper than this are no answer.
  private static let deepestNesting = 32

  private var tokens: [Token]
  private let spaced: [Bool]
  private let trial: Int
  private var position = 0
  private var depth = 0
  /// The sign that ± stands for now, and whether one was met.
  private var plusMinus: Character = "+"
  private var sawPlusMinus = false

  /// A parser of `tokens`, whose letters have the values of `trial`.
  init(_ tokens: AnswerTokens, trial: Int) {
    self.tokens = tokens.tokens
    spaced = tokens.spaced
    self.trial = trial
  }

  /// The whole answer; throws where the tokens are not one.
  mutating func answer() throws -> AnswerMeaning {
    let parts = try items(ordered: false)
    guard position == tokens.count else { throw Unreadable() }
    return Self.collected(parts)
  }

  // MARK: Tokens

  private var next: Token? { position < tokens.count ? tokens[position] : nil }

  private mutating func take(_ token: Token) -> Bool {
    guard next == token else { return false }
    position += 1
    return true
  }

  private mutating func require(_ token: Token) throws {
    guard take(token) else { throw Unreadable() }
  }

  private mutating func nested<Value>(_ read: (inout AnswerParser) throws -> Value) throws -> Value
  {
    guard depth < Self.deepestNesting else { throw Unreadable() }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  // MARK: Lists, sets and unions

  private static func collected(_ parts: [AnswerMeaning]) -> AnswerMeaning {
    parts.count == 1 ? parts[0] : AnswerMeaning(form: .collection(parts))
  }

  /// Parts between commas; where they stand in no order, one with ± is two.
  private mutating func items(ordered: Bool) throws -> [AnswerMeaning] {
    var items: [AnswerMeaning] = []
    repeat {
      let start = position
      sawPlusMinus = false
      items.append(try union())
      if sawPlusMinus {
        guard !ordered, depth <= 1 else { throw Unreadable() }
        position = start
        plusMinus = "-"
        items.append(try union())
        plusMinus = "+"
        sawPlusMinus = false
      }
    } while take(.sign(","))
    return items
  }

  private mutating func union() throws -> AnswerMeaning {
    var parts = [try item()]
    while take(.sign("∪")) { parts.append(try item()) }
    return Self.collected(parts)
  }

  /// One thing with its unit.
  private mutating func item() throws -> AnswerMeaning {
    if case .symbol = next, position + 1 < tokens.count, tokens[position + 1] == .sign("∈") {
      position += 2
    }
    if case .words = next { return AnswerMeaning(form: .phrase(try phrase())) }
    var answer = AnswerMeaning(form: try form())
    answer.unit = try unit()
    return answer
  }

  private mutating func form() throws -> AnswerMeaning.Form {
    if take(.beginMatrix) { return .matrix(try nested { try $0.matrixRows() }) }
    guard case .open(let bracket) = next, bracket == "s" || isSequence(from: position) else {
      return try relation()
    }
    position += 1
    let parts = try nested { try $0.items(ordered: bracket != "s") }
    guard case .close(let end) = next else { throw Unreadable() }
    position += 1
    if bracket == "s" {
      guard end == "e" else { throw Unreadable() }
      return Self.collected(parts).form
    }
    return .sequence(open: bracket, parts, close: end)
  }

  /// Whether the bracket at `start` opens a tuple or an interval and no mere group: it has a comma
  /// of its own, or is square.
  private func isSequence(from start: Int) -> Bool {
    if tokens[start] == .open("[") { return true }
    guard tokens[start] == .open("(") else { return false }
    var open = 0
    for token in tokens[start...] {
      switch token {
      case .open: open += 1
      case .close:
        open -= 1
        if open == 0 { return false }
      case .sign(","): if open == 1 { return true }
      default: break
      }
    }
    return false
  }

  private mutating func matrixRows() throws -> [[AnswerMeaning]] {
    var rows: [[AnswerMeaning]] = [[]]
    repeat {
      if next == .endMatrix { break }
      if !rows[rows.count - 1].isEmpty { rows.append([]) }
      repeat {
        rows[rows.count - 1].append(AnswerMeaning(form: .value(try sum())))
      } while take(.sign("&"))
    } while take(.row)
    try require(.endMatrix)
    return rows
  }

  // MARK: Words and units

  private mutating func phrase() throws -> String {
    var words: [String] = []
    while true {
      switch next {
      case .words(let text): words.append(text)
      case .symbol(let letter): words.append(letter.lowercased())
      default: return Self.singleSpaced(words.joined(separator: " "))
      }
      position += 1
    }
  }

  /// What follows a number: words, perhaps with an exponent, a degree or a percent sign.
  private mutating func unit() throws -> String? {
    var parts: [String] = []
    while true {
      switch next {
      case .words(let text):
        parts += text.split(whereSeparator: \.isWhitespace).map(Self.singular)
      case .unit(let name): parts.append(name)
      default: return parts.isEmpty ? nil : parts.joined(separator: " ")
      }
      position += 1
      if take(.sign("^")) {
        let braced = take(.open("{"))
        guard case .number(let exponent) = next else { throw Unreadable() }
        position += 1
        if braced { try require(.close("}")) }
        parts[parts.count - 1] += "^\(exponent)"
      }
    }
  }

  private static func singular(_ word: Substring) -> String {
    word.count > 2 && word.hasSuffix("s") ? String(word.dropLast()) : String(word)
  }

  private static func singleSpaced(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  // MARK: Formulas

  private mutating func relation() throws -> AnswerMeaning.Form {
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

  private mutating func sum() throws -> AnswerValue {
    var total = try takeSign() ? try product().negated() : try product()
    while [.sign("+"), .sign("-"), .sign("±")].contains(next) {
      let negative = try takeSign()
      let term = try product()
      total = try total + (negative ? term.negated() : term)
    }
    return total
  }

  /// Takes a sign where there is one; true for minus.
  private mutating func takeSign() throws -> Bool {
    if take(.sign("±")) {
      sawPlusMinus = true
      return plusMinus == "-"
    }
    if take(.sign("-")) { return true }
    _ = take(.sign("+"))
    return false
  }

  private mutating func product() throws -> AnswerValue {
    if let mixed = try mixedNumber() { return mixed }
    var total = try power()
    while true {
      if take(.sign("*")) {
        total = try total * signedPower()
      } else if take(.sign("/")) {
        total = try total / signedPower()
      } else if beginsFactor {
        total = try total * power()
      } else {
        return total
      }
    }
  }

  private mutating func signedPower() throws -> AnswerValue {
    take(.sign("-")) ? try power().negated() : try power()
  }

  /// Whether a factor follows without a sign between.
  private var beginsFactor: Bool {
    switch next {
    case .symbol, .command: true
    case .open(let bracket): bracket == "(" || bracket == "{"
    default: false
    }
  }

  /// `1\frac{4}{5}` and `1 4/5`, which are sums; nil, with nothing taken, for anything else.
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
    while take(.sign("^")) {
      let negative = take(.sign("-"))
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
      if take(.open("[")) {
        degree = try nested { try $0.sum() }
        try require(.close("]"))
      }
      return try argument().root(degree)
    case .command(let name):
      guard let function = AnswerValue.function(name) else { throw Unreadable() }
      let exponent = take(.sign("^")) ? try argument() : nil
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

  /// What a command takes: a group, a letter, or a single digit, as in `\frac43`.
  private mutating func argument() throws -> AnswerValue {
    if case .number(let digits) = next, digits.count > 1, !digits.contains(".") {
      tokens[position] = .number(String(digits.dropFirst()))
      return try AnswerValue(decimal: digits.prefix(1))
    }
    return try nested { try $0.factor() }
  }
}
