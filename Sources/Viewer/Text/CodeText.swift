/// Lines of code in a few looks: keywords, strings, numbers, comments.
///
/// No grammar: what most languages share is enough to read by, and a wrong guess costs a colour.
struct CodeText {
  /// The quotation marks of a string that goes on in the next line.
  private(set) var openQuote: String?
  private let comments: [String]

  /// - Parameter language: The word after the fence, such as `python`; nil where there is none.
  init(language: String?) {
    comments =
      switch language?.lowercased() {
      case "python", "py", "sh", "bash", "shell", "ruby", "yaml", "toml", "r", "perl", "make": ["#"]
      case "sql", "lua", "haskell", "ada": ["--"]
      case nil, "": ["#", "//"]
      default: ["//"]
      }
  }

  private static let keywords: Set<String> = [
    "and", "as", "assert", "async", "await", "bool", "break", "case", "catch", "char", "class",
    "const", "continue", "def", "default", "defer", "del", "do", "double", "elif", "else", "enum",
    "except", "export", "extends", "extension", "false", "False", "final", "finally", "float",
    "fn", "for", "from", "func", "function", "global", "guard", "if", "impl", "import", "in",
    "include", "int", "interface", "is", "lambda", "let", "long", "match", "mut", "new", "nil",
    "None", "nonlocal", "not", "null", "or", "package", "pass", "private", "protocol", "pub",
    "public", "raise", "return", "self", "static", "struct", "super", "switch", "this", "throw",
    "throws", "true", "True", "try", "type", "use", "var", "void", "where", "while", "with",
    "yield", "SELECT", "FROM", "WHERE", "JOIN", "GROUP", "ORDER", "BY", "INSERT", "UPDATE",
  ]

  /// The pieces of the next line.
  mutating func pieces(_ line: Substring) -> [Block.Piece] {
    var pieces: [Block.Piece] = []
    func add(_ text: Substring, _ scope: Scope) {
      guard !text.isEmpty else { return }
      if let last = pieces.last, last.scope == scope {
        pieces[pieces.count - 1].text += text
      } else {
        pieces.append(Block.Piece(String(text), scope))
      }
    }
    var rest = line
    if let quote = openQuote {
      let end = rest.firstRange(of: quote)?.upperBound
      if end != nil { openQuote = nil }
      add(rest[..<(end ?? rest.endIndex)], .codeString)
      rest = rest[(end ?? rest.endIndex)...]
    }
    while let character = rest.first {
      if comments.contains(where: { rest.hasPrefix($0) }) {
        add(rest, .codeComment)
        break
      }
      let count: Int
      let scope: Scope
      if character == "\\", let next = rest.dropFirst().first, "\"'`\\".contains(next) {
        // The two belong together, as within a string. Else one text could be searched for the end of
        // a string from each of its apostrophes.
        count = 2
        scope = .text
      } else if "\"'`".contains(character) {
        count = string(rest)
        scope = .codeString
      } else if character.isLetter || character == "_" {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        count = word.count
        scope = Self.keywords.contains(String(word)) ? .codeKeyword : .text
      } else if character.isNumber {
        count = rest.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }.count
        scope = .codeNumber
      } else {
        count = 1
        scope = .text
      }
      add(rest.prefix(count), scope)
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  /// The length of the string that `text` begins with; three quotation marks may stay open.
  private mutating func string(_ text: Substring) -> Int {
    guard let mark = text.first else { return 0 }
    let triple = String(repeating: mark, count: 3)
    if text.hasPrefix(triple) {
      if let end = text.dropFirst(3).firstRange(of: triple)?.upperBound {
        return text[..<end].count
      }
      openQuote = triple
      return text.count
    }
    var length = 1
    var isEscaped = false
    for character in text.dropFirst() {
      length += 1
      if character == mark, !isEscaped { return length }
      isEscaped = character == "\\" && !isEscaped
    }
    // An apostrophe, or a string that is not written to its end yet.
    return mark == "'" ? 1 : length
  }
}
