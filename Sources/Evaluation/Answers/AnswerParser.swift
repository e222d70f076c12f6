/// Reads an answer's tokens as mathematics.
///
/// A recursive-descent parser of the notation that answers use. No library serves: there is no
/// computer algebra for Swift, and what is asked here is less and more than LaTeX: values are
/// compared exactly, units, sets and intervals count, and anything unknown must be refused, not
/// guessed.
struct AnswerParser {
  /// The tokens are not in the parser's notation.
  struct Unreadable: Error {}

  typealias Token = AnswerTokens.Token

  /// Brackets deeper than this are no answer.
  private static let deepestNesting = 32

  var tokens: [Token]
  let spaced: [Bool]
  var position = 0
  var depth = 0
  /// What ± stands for at present, and whether there was one.
  var plusMinus: Character = "+"
  var sawPlusMinus = false
  /// Whether an angle is read, in which a degree is a number.
  var isAngular = false
  /// Whether a bar closes what is read.
  var isWithinBars = false
  /// A unit that stood before or within the formula that is read.
  var earlyUnit: String?

  /// A parser of `tokens`.
  init(_ tokens: AnswerTokens) {
    self.tokens = tokens.tokens
    spaced = tokens.spaced
  }

  /// What `tokens` say; nil where they are no answer.
  static func meaning(of tokens: AnswerTokens) -> AnswerMeaning? {
    var parser = AnswerParser(tokens)
    guard let parts = try? parser.items(ordered: false), parser.position == parser.tokens.count
    else { return nil }
    return collected(parts)
  }

  // MARK: Tokens

  /// The token to be read next; nil at the end.
  var next: Token? { token(0) }

  /// The token `offset` places after the next.
  func token(_ offset: Int) -> Token? {
    tokens.indices.contains(position + offset) ? tokens[position + offset] : nil
  }

  /// Skips the next token if it is `token`; returns whether it was.
  mutating func skip(_ token: Token) -> Bool {
    guard next == token else { return false }
    position += 1
    return true
  }

  /// Skips `token`; throws when the next token is another.
  mutating func require(_ token: Token) throws {
    guard skip(token) else { throw Unreadable() }
  }

  /// Reads what stands one bracket deeper.
  mutating func nested<Value>(_ read: (inout AnswerParser) throws -> Value) throws -> Value {
    guard depth < Self.deepestNesting else { throw Unreadable() }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  // MARK: Lists, sets and unions

  private static func collected(_ parts: [AnswerMeaning]) -> AnswerMeaning {
    parts.count == 1 ? parts[0] : AnswerMeaning(form: .collection(parts))
  }

  /// Parts between commas, "and", "or"; where they stand in no order, one with ± is two.
  mutating func items(ordered: Bool) throws -> [AnswerMeaning] {
    var items: [AnswerMeaning] = []
    var isConjunction = true
    while true {
      let start = position
      sawPlusMinus = false
      items.append(try combination())
      if sawPlusMinus {
        guard !ordered, depth <= 1 else { throw Unreadable() }
        position = start
        plusMinus = "-"
        items.append(try combination())
        plusMinus = "+"
        sawPlusMinus = false
      }
      // The comma before "and" is none of its own.
      var separators: [Token] = []
      while let token = next, token == .sign(",") || token == .sign("∧") {
        separators.append(token)
        position += 1
      }
      guard !separators.isEmpty else { break }
      guard separators.count <= 2 else { throw Unreadable() }
      if !separators.contains(.sign("∧")) { isConjunction = false }
    }
    if isConjunction, items.count > 1, items.allSatisfy(\.isInequality) {
      return [AnswerMeaning(form: .combination("∩", items))]
    }
    return items
  }

  mutating func combination() throws -> AnswerMeaning {
    var parts = [try relation()]
    var sign: Character?
    while case .sign(let next) = next, "∪∩∖".contains(next) {
      position += 1
      // Mixed signs are read from the left.
      if let before = sign, before != next || next == "∖" {
        parts = [AnswerMeaning(form: .combination(before, parts))]
      }
      sign = next
      parts.append(try relation())
    }
    return sign.map { AnswerMeaning(form: .combination($0, parts)) } ?? parts[0]
  }

  // MARK: One thing

  /// One thing with its unit, without signs of relation.
  mutating func operand() throws -> AnswerMeaning {
    if case .word = next, !beginsFactor { return AnswerMeaning(form: phrase()) }
    earlyUnit = nil
    if let matrix = try matrices() { return AnswerMeaning(form: matrix) }
    var answer = AnswerMeaning(form: try form())
    if try skipRatioSign(after: answer) {
      let rest = try operand()
      var parts = [answer]
      if case .sequence(":", let others, _) = rest.form {
        parts += others
      } else {
        parts.append(rest)
      }
      return AnswerMeaning(form: .sequence(open: ":", parts, close: ":"), unit: rest.unit)
    }
    let early = earlyUnit
    answer.unit = try unit(startingWith: early)
    return answer
  }

  private mutating func skipRatioSign(after answer: AnswerMeaning) throws -> Bool {
    guard case .formula = answer.form, case .sign(":") = next else { return false }
    position += 1
    guard depth < Self.deepestNesting else { throw Unreadable() }
    return true
  }

  private mutating func form() throws -> AnswerMeaning.Form {
    if next == .command("emptyset") {
      position += 1
      return .collection([])
    }
    guard case .open(let bracket) = next,
      ["s", "⟨"].contains(bracket) || isSequence(from: position)
    else { return .formula(try sum()) }
    position += 1
    let end: Token = .close(["s": "e", "{": "}"][bracket] ?? bracket)
    if bracket == "s" || bracket == "{" {
      if bracket == "s" { skipSetBuilder() }
      let parts = next == end ? [] : try nested { try $0.items(ordered: false) }
      try require(end)
      return parts.count == 1 ? parts[0].form : .collection(parts)
    }
    let parts = try nested { try $0.items(ordered: true) }
    guard case .close(let close) = next else { throw Unreadable() }
    position += 1
    return .sequence(open: bracket, parts, close: close)
  }

  /// The beginning of `\{x \mid x > 3\}`.
  private mutating func skipSetBuilder() {
    guard case .symbol = next else { return }
    var length = 1
    if token(1) == .sign("∈"), case .symbol = token(2) { length = 3 }
    if token(length) == .sign("|") || token(length) == .sign(":") { position += length + 1 }
  }

  /// Whether the bracket at `start` opens a tuple, an interval or a set and no mere group: it has a
  /// comma of its own, or is square.
  func isSequence(from start: Int) -> Bool {
    if tokens[start] == .open("[") { return true }
    guard tokens[start] == .open("(") || tokens[start] == .open("{") else { return false }
    var open = 0
    for token in tokens[start...] {
      switch token {
      case .open, .begin: open += 1
      case .close, .end:
        open -= 1
        if open == 0 { return false }
      case .sign(","), .sign("∧"): if open == 1 { return true }
      default: break
      }
    }
    return false
  }
}

extension AnswerMeaning {
  /// Whether it is a relation other than an equation.
  fileprivate var isInequality: Bool {
    guard case .relation(_, let signs) = form else { return false }
    return signs.allSatisfy { "<>≤≥≠∈".contains($0) }
  }
}
