/// The pieces of an answer: LaTeX commands, letters, numbers and signs.
///
/// Reads answers, not LaTeX: it knows what answers of data sets and models contain. Anything else
/// makes the whole answer unreadable, so that it is compared as text.
struct AnswerTokens {
  enum Token: Equatable {
    /// Digits with at most one decimal point, without separators of thousands.
    case number(String)
    /// A letter, also a Greek one, with its index where it has one; or a number with its base.
    case symbol(String)
    /// Three letters and more, or the content of `\text{…}`.
    case words(String)
    /// A function or a construction: `frac`, `sqrt`, `sin`.
    case command(String)
    /// An operator, a relation or a separator.
    case sign(Character)
    /// A bracket; `s` and `e` stand for the braces of a set, `{` and `}` for those of a group.
    case open(Character)
    case close(Character)
    /// `\begin{pmatrix}` and `\end{pmatrix}`.
    case beginMatrix
    case endMatrix
    /// The end of a matrix's row.
    case row
    /// ° or %, as the unit that they are.
    case unit(String)
  }

  private(set) var tokens: [Token] = []
  /// For each token whether white space stood before it.
  private(set) var spaced: [Bool] = []

  private let text: [Character]
  private var position = 0
  private var sawSpace = false
  /// How many brackets are open: inside them a comma separates, outside it may group thousands.
  private var depth = 0

  /// The tokens of `answer`; nil where it is no mathematics, or too long to be an answer.
  static func read(_ answer: String) -> AnswerTokens? {
    guard answer.utf8.count <= AnswerChecker.longestMathematics else { return nil }
    var reader = AnswerTokens(answer)
    return reader.readAll() ? reader : nil
  }

  private init(_ answer: String) {
    var text = answer
    // A comma that groups thousands is written so that no space follows it.
    text.replace(/\{,\}|,\s*\\!\s*/, with: ",")
    // A degree sign is written as an exponent, and is a unit.
    text.replace(/\^\s*(?:\{\s*)?\\(?:circ|degree)(?![a-zA-Z])(?:\s*\})?/, with: "°")
    self.text = Array(text)
  }

  private mutating func add(_ token: Token) {
    tokens.append(token)
    spaced.append(sawSpace)
    sawSpace = false
    switch token {
    case .open: depth += 1
    case .close: depth -= 1
    default: break
    }
  }

  private mutating func readAll() -> Bool {
    while position < text.count {
      guard readOne() else { return false }
    }
    if tokens.last == .sign(".") {
      tokens.removeLast()
      spaced.removeLast()
    }
    return !tokens.isEmpty
  }

  private mutating func readOne() -> Bool {
    let character = text[position]
    if character.isWhitespace || character == "$" || character == "€" || character == "£" {
      position += 1
      sawSpace = sawSpace || character.isWhitespace
    } else if character == "\\" {
      return readCommand()
    } else if Self.isDigit(character) || character == "." && Self.isDigit(peek(1)) {
      readNumber()
    } else if character == "_" {
      return readIndex()
    } else if let token = Self.single[character] {
      position += 1
      add(token)
    } else if character.isLetter {
      readLetters()
    } else {
      return false
    }
    return true
  }

  private func peek(_ offset: Int) -> Character? {
    text.indices.contains(position + offset) ? text[position + offset] : nil
  }

  private static func isDigit(_ character: Character?) -> Bool {
    character.map { $0.isASCII && $0.isNumber } ?? false
  }

  /// A number; outside brackets its commas before three digits group thousands.
  private mutating func readNumber() {
    var digits = readDigits()
    if depth == 0, (1...3).contains(digits.count) {
      while peek(0) == ",", (1...3).allSatisfy({ Self.isDigit(peek($0)) }), !Self.isDigit(peek(4)) {
        position += 1
        digits += readDigits()
      }
    }
    if peek(0) == ".", Self.isDigit(peek(1)) {
      position += 1
      digits += "." + readDigits()
    }
    add(.number(digits))
  }

  private mutating func readDigits() -> String {
    let digits = text[position...].prefix(while: { Self.isDigit($0) })
    position += digits.count
    return String(digits)
  }

  private mutating func readLetters() {
    let letters = String(text[position...].prefix { $0.isLetter && $0.isASCII })
    if letters.isEmpty {
      add(.symbol(String(text[position])))
      position += 1
      return
    }
    position += letters.count
    if let token = Self.named(letters.lowercased()) {
      add(token)
    } else if letters.count > 2 || sawSpace && Self.shortUnits.contains(letters) {
      add(.words(letters.lowercased()))
    } else {
      letters.forEach { add(.symbol(String($0))) }
    }
  }

  private mutating func readCommand() -> Bool {
    position += 1
    guard let first = peek(0) else { return false }
    guard first.isLetter else {
      position += 1
      switch first {
      case "{": add(.open("s"))
      case "}": add(.close("e"))
      case "\\": add(.row)
      case "%": add(.unit(AnswerMeaning.percent))
      case "!", ",", ";", ":", " ", "$", "(", ")", "[", "]": break
      default: return false
      }
      return true
    }
    let name = String(text[position...].prefix { $0.isLetter && $0.isASCII })
    position += name.count
    switch name {
    case "left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "quad", "qquad":
      return true
    case "text", "mbox", "textbf", "textit", "textrm", "mathrm", "mathbf", "operatorname":
      return readText()
    case "begin", "end":
      guard let environment = readGroup(), environment.hasSuffix("matrix") else { return false }
      add(name == "begin" ? .beginMatrix : .endMatrix)
      return true
    case "":
      return false
    default:
      add(Self.named(name) ?? .symbol("\\" + name))
      return true
    }
  }

  /// The content of `\text{…}`: words where it has a letter, else what it says.
  private mutating func readText() -> Bool {
    guard let content = readGroup() else { return false }
    if let choice = content.wholeMatch(of: /\s*\(?([A-Z])\)?\s*/) {
      add(.symbol(String(choice.1)))
    } else if content.contains(where: \.isLetter) {
      add(.words(content.lowercased()))
    } else if let inner = Self.read(content) {
      for token in inner.tokens { add(token) }
    }
    return true
  }

  /// The text between the braces that come next; nil where there are none.
  private mutating func readGroup() -> String? {
    while peek(0)?.isWhitespace == true { position += 1 }
    guard peek(0) == "{", let end = text[position...].firstIndex(of: "}") else { return nil }
    defer { position = end + 1 }
    return String(text[(position + 1)..<end])
  }

  /// An index belongs to the letter or number before it: x₁, or 52 in base 8.
  private mutating func readIndex() -> Bool {
    position += 1
    let index: String
    if peek(0) == "{" {
      guard let group = readGroup() else { return false }
      index = group
    } else {
      guard let next = peek(0), next.isLetter || next.isNumber else { return false }
      index = String(next)
      position += 1
    }
    switch tokens.last {
    case .symbol(let name), .number(let name):
      tokens[tokens.count - 1] = .symbol("\(name)_\(index.filter { !$0.isWhitespace })")
      return true
    default:
      return false
    }
  }

  /// Units that would be a product of two letters, were they not set apart.
  private static let shortUnits: Set<String> = [
    "cm", "mm", "km", "ft", "mi", "kg", "lb", "oz", "ml", "hr",
  ]

  private static let single: [Character: Token] = [
    "(": .open("("), ")": .close(")"), "[": .open("["), "]": .close("]"), "{": .open("{"),
    "}": .close("}"), "+": .sign("+"), "-": .sign("-"), "−": .sign("-"), "–": .sign("-"),
    "*": .sign("*"), "×": .sign("*"), "·": .sign("*"), "/": .sign("/"), "÷": .sign("/"),
    "^": .sign("^"), "=": .sign("="), "<": .sign("<"), ">": .sign(">"), "≤": .sign("≤"),
    "≥": .sign("≥"), "≠": .sign("≠"), "±": .sign("±"), "∪": .sign("∪"), "∈": .sign("∈"),
    ",": .sign(","), ";": .sign(","), "&": .sign("&"), ".": .sign("."), "√": .command("sqrt"),
    "π": .command("pi"), "∞": .symbol("\\infty"), "°": .unit("degree"),
    "%": .unit(AnswerMeaning.percent),
  ]

  private static func named(_ name: String) -> Token? {
    switch name {
    case "frac", "dfrac", "tfrac", "cfrac": .command("frac")
    case "sqrt", "pi": .command(name)
    case "cdot", "times": .sign("*")
    case "div": .sign("/")
    case "pm": .sign("±")
    case "cup": .sign("∪")
    case "in": .sign("∈")
    case "le", "leq": .sign("≤")
    case "ge", "geq": .sign("≥")
    case "lt": .sign("<")
    case "gt": .sign(">")
    case "ne", "neq": .sign("≠")
    case "and", "or": .sign(",")
    case "degree": .unit("degree")
    case "infty", "infinity": .symbol("\\infty")
    default: AnswerValue.function(name) == nil ? nil : .command(name)
    }
  }
}
