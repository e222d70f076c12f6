/// Reads an answer's tokens as mathematics and computes what they say in one trial.
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
  let trial: Int
  var position = 0
  var depth = 0
  /// What ± stands for at present, and whether there was one.
  var plusMinus: Character = "+"
  var sawPlusMinus = false

  /// A parser of `tokens`; letters have the values they have in `trial`.
  init(_ tokens: AnswerTokens, trial: Int) {
    self.tokens = tokens.tokens
    spaced = tokens.spaced
    self.trial = trial
  }

  /// Reads all tokens as one answer; throws where they are none.
  mutating func answer() throws -> AnswerMeaning {
    let parts = try items(ordered: false)
    guard position == tokens.count else { throw Unreadable() }
    return Self.collected(parts)
  }

  // MARK: Tokens

  /// The token to be read next; nil at the end.
  var next: Token? { position < tokens.count ? tokens[position] : nil }

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

  /// Parts between commas; where they stand in no order, one with ± is two.
  mutating func items(ordered: Bool) throws -> [AnswerMeaning] {
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
    } while skip(.sign(","))
    return items
  }

  mutating func union() throws -> AnswerMeaning {
    var parts = [try item()]
    while skip(.sign("∪")) { parts.append(try item()) }
    return Self.collected(parts)
  }

  /// One thing with its unit.
  mutating func item() throws -> AnswerMeaning {
    if case .symbol = next, position + 1 < tokens.count, tokens[position + 1] == .sign("∈") {
      position += 2
    }
    if case .words = next { return AnswerMeaning(form: .phrase(try phrase())) }
    var answer = AnswerMeaning(form: try form())
    answer.unit = try unit()
    return answer
  }

  mutating func form() throws -> AnswerMeaning.Form {
    if skip(.beginMatrix) { return .matrix(try nested { try $0.matrixRows() }) }
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

  mutating func matrixRows() throws -> [[AnswerMeaning]] {
    var rows: [[AnswerMeaning]] = [[]]
    repeat {
      if next == .endMatrix { break }
      if !rows[rows.count - 1].isEmpty { rows.append([]) }
      repeat {
        rows[rows.count - 1].append(AnswerMeaning(form: .value(try sum())))
      } while skip(.sign("&"))
    } while skip(.row)
    try require(.endMatrix)
    return rows
  }
}
