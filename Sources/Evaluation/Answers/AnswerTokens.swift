/// The pieces of an answer: LaTeX commands, letters, numbers, words and signs.
///
/// Reads answers, not LaTeX: it knows what answers of data sets and models contain. Anything else
/// makes the whole answer unreadable, so that it is compared as text.
struct AnswerTokens {
  enum Token: Equatable {
    /// Digits as ``AnswerValue/init(decimal:)`` reads them, without separators of thousands.
    case number(String)
    /// A letter, also a Greek one, with its index where it has one; or a number with its base.
    case symbol(String)
    /// A word in lower case.
    case word(String)
    /// A unit by its one name.
    case unit(String)
    /// A function or a construction: `frac`, `sqrt`, `sin`.
    case command(String)
    /// An operator, a relation or a separator.
    case sign(Character)
    /// A bracket; `s` and `e` stand for the braces of a set, `{` and `}` for those of a group.
    case open(Character)
    case close(Character)
    /// An environment of rows, by its name.
    case begin(String)
    case end
    /// The end of a row.
    case row
  }

  var tokens: [Token] = []
  /// For each token whether white space stood before it.
  private(set) var spaced: [Bool] = []
  /// Whether a single letter was read that may be a unit or an unknown.
  private(set) var sawUnitLetter = false

  let text: [Character]
  var position = 0
  /// Whether a letter that may be a unit is one.
  let readsUnitLetters: Bool
  private var sawSpace = false
  /// How many brackets are open: inside them a comma separates, outside it may group thousands.
  private(set) var depth = 0
  /// How deep texts stand in texts.
  var nesting = 0

  /// The tokens of an undressed `answer`; nil where it is no mathematics, or too long to be an
  /// answer.
  static func read(_ answer: String, unitLetters: Bool = true) -> AnswerTokens? {
    guard answer.utf8.count <= AnswerChecker.longestMathematics else { return nil }
    var reader = AnswerTokens(Array(prepared(answer)), readsUnitLetters: unitLetters)
    // Several words alone are a text.
    let words = answer.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
    if words.count > 1, words.contains(where: { $0.count > 3 }),
      words.allSatisfy({ $0.allSatisfy(\.isLetter) && named(word: $0) == nil })
    {
      reader.nesting = 1
    }
    return reader.readAll() && !reader.tokens.isEmpty ? reader : nil
  }

  init(_ text: [Character], readsUnitLetters: Bool) {
    self.text = text
    self.readsUnitLetters = readsUnitLetters
  }

  mutating func add(_ token: Token) {
    tokens.append(token)
    spaced.append(sawSpace)
    sawSpace = false
    switch token {
    case .open: depth += 1
    case .close: depth -= 1
    default: break
    }
  }

  /// A reader of a text within this one, which begins with this one's last token.
  func inner(_ content: String) -> AnswerTokens {
    var inner = AnswerTokens(Array(content), readsUnitLetters: readsUnitLetters)
    inner.nesting = nesting + 1
    inner.tokens = tokens.suffix(1)
    inner.spaced = spaced.suffix(1)
    return inner
  }

  /// Takes in what `inner` read.
  mutating func takeIn(_ inner: AnswerTokens) {
    for index in inner.tokens.indices.dropFirst(min(1, tokens.count)) {
      sawSpace = sawSpace || inner.spaced[index]
      add(inner.tokens[index])
    }
    sawUnitLetter = sawUnitLetter || inner.sawUnitLetter
    sawSpace = sawSpace || inner.sawSpace
  }

  mutating func readAll() -> Bool {
    while position < text.count {
      guard readOne() else { return false }
    }
    return true
  }

  private mutating func readOne() -> Bool {
    let character = text[position]
    if character.isWhitespace || character == "~" {
      position += 1
      sawSpace = true
    } else if character == "\\" {
      return readCommand()
    } else if Self.isDigit(character)
      || character == "." && (Self.isDigit(peek(1)) || peek(1) == "(")
    {
      readNumber()
    } else if character == "_" {
      return readIndex()
    } else if let token = Self.single[character] {
      position += 1
      add(isAnd(character) ? .sign("∧") : token)
    } else if let unit = AnswerUnits.unit(String(character)), !character.isLetter {
      position += 1
      add(.unit(unit))
    } else if character.isLetter {
      readLetters()
    } else {
      return false
    }
    return true
  }

  /// Whether the sign just read joins two answers, as in `2 & 3`, and parts no columns.
  private func isAnd(_ sign: Character) -> Bool {
    sign == "&" && peek(-2)?.isWhitespace == true && peek(0)?.isWhitespace == true
      && !tokens.contains { if case .begin = $0 { true } else { false } }
  }

  func peek(_ offset: Int) -> Character? {
    text.indices.contains(position + offset) ? text[position + offset] : nil
  }

  static func isDigit(_ character: Character?) -> Bool {
    character.map { $0.isASCII && $0.isNumber } ?? false
  }

  // MARK: Letters

  private mutating func readLetters() {
    let letters = String(text[position...].prefix { $0.isLetter && $0.isASCII })
    guard !letters.isEmpty else {
      let others = String(text[position...].prefix { $0.isLetter && !$0.isASCII })
      position += others.count
      let isUnit = others.count == 1 ? AnswerUnits.unit(others) : nil
      add(isUnit.map(Token.unit) ?? .word(others.lowercased()))
      return
    }
    position += letters.count
    if nesting == 0 { add(letters: letters) } else { add(word: letters) }
  }

  /// A word within a text.
  private mutating func add(word: String) {
    if let token = Self.joining(word) {
      add(token)
    } else if followsNumber, let unit = AnswerUnits.unit(word) {
      add(.unit(unit))
    } else {
      add(word.count == 1 ? .symbol(word) : .word(word.lowercased()))
    }
  }

  /// Letters of a formula: a name that is known, a unit, a word, or a product of unknowns.
  private mutating func add(letters: String) {
    let lower = letters.lowercased()
    if let token = Self.joining(letters) {
      add(token)
    } else if followsNumber, ["am", "pm"].contains(lower) {
      add(.word(lower))
    } else if followsNumber, let unit = AnswerUnits.unit(letters) {
      guard AnswerUnits.letters.contains(letters) else { return add(.unit(unit)) }
      let mayBeUnit = sawSpace || tokens.last == .sign("/")
      sawUnitLetter = sawUnitLetter || mayBeUnit
      add(mayBeUnit && readsUnitLetters ? .unit(unit) : .symbol(letters))
    } else if letters == "Pr" {
      add(.symbol(letters))
    } else if letters.count > 1, let token = Self.named(word: lower) {
      add(token)
    } else if letters.count > 2, let function = Self.function(beginning: lower) {
      add(.command(function))
      letters.dropFirst(function.count).forEach { add(.symbol(String($0))) }
    } else if let unit = AnswerUnits.unit(letters), letters.count == 3,
      AnswerUnit.money.contains(unit)
    {
      // The code of a currency stands before its number.
      add(.unit(unit))
    } else if letters.count > 2, !isProduct(letters) {
      add(.word(lower))
    } else {
      letters.forEach { add(.symbol(String($0))) }
    }
  }

  /// Whether letters stand right beside an operator, as in `2xyz` and `abc+1`, and are no word.
  private func isProduct(_ letters: String) -> Bool {
    guard letters.count <= 4, AnswerUnits.unit(letters) == nil else { return false }
    if letters.allSatisfy(\.isUppercase), letters.count == 3, AnswerUnits.unit(letters) == nil {
      return true
    }
    let signs: Set<Character> = ["+", "-", "*", "/", "^", ")", "("]
    let before = position - letters.count - 1
    let touches =
      peek(0).map { signs.contains($0) } == true
      || text.indices.contains(before)
        && (signs.contains(text[before]) || Self.isDigit(text[before]))
    return touches
  }

  /// Whether what comes may be the unit of a number.
  var followsNumber: Bool {
    switch tokens.last {
    case .number, .unit, .close("}"), .close(")"): true
    case .sign("/"):
      tokens.count > 1
        && {
          if case .unit = tokens[tokens.count - 2] { return true }
          if case .word = tokens[tokens.count - 2] { return true }
          if case .number = tokens[tokens.count - 2] {
            return tokens.contains { if case .unit = $0 { true } else { false } }
          }
          return false
        }()
    case .word(let word): AnswerUnits.isFactor(word) || word == "per"
    default: false
    }
  }

  private static func function(beginning letters: String) -> String? {
    ["sin", "cos", "tan", "log", "ln"].first {
      letters.hasPrefix($0) && letters.count <= $0.count + 1
    }
  }

  private static func joining(_ word: String) -> Token? {
    switch word.lowercased() {
    case "and": .sign("∧")
    case "or": .sign(",")
    default: nil
    }
  }

  /// White space stood here.
  mutating func space() { sawSpace = true }

  private static let single: [Character: Token] = [
    "(": .open("("), ")": .close(")"), "[": .open("["), "]": .close("]"), "{": .open("{"),
    "}": .close("}"), "+": .sign("+"), "-": .sign("-"), "*": .sign("*"), "/": .sign("/"),
    "^": .sign("^"), "=": .sign("="), "<": .sign("<"), ">": .sign(">"), ",": .sign(","),
    ";": .sign(","), "&": .sign("&"), "|": .sign("|"), "!": .sign("!"), ":": .sign(":"),
    "'": .sign("'"), "%": .unit(AnswerUnits.percent),
  ]
}
