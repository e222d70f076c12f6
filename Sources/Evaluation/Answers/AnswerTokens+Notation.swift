extension AnswerTokens {
  /// `answer` with what is written in many ways in one: thousands, degrees, ordinal numbers,
  /// repeating decimals, powers.
  static func prepared(_ answer: String) -> String {
    var text = answer
    if text.contains("\\") || text.contains("{,}") {
      // A comma or a small space that groups thousands.
      text.replace(/\{,\}|,\s*\\!\s*/, with: ",")
      text.replace(/(\d)\\[,!](?=\d{3}(?!\d))/) { "\($0.1)," }
    }
    if text.contains("\\circ") || text.contains("\\degree") {
      // A degree sign is written as an exponent, and is a unit.
      text.replace(
        /\^\s*(?:\{\s*)?\\(?:circ|degree)(?![a-zA-Z])(?:\s*\})?/, with: "\\degree ")
    }
    if text.contains("^") {
      // Some write the sign as a letter: 30^o.
      text.replace(
        /(\d)\s*\^\s*(?:\{\s*)?(?:\\(?:text|mathrm)\s*\{)?o\}{0,2}(?![a-zA-Z])/
      ) { "\($0.1)\\degree " }
    }
    if ["st", "nd", "rd", "th"].contains(where: text.contains) {
      // The endings of ordinal numbers.
      text.replace(
        /(\d)\s*\^?\s*\{?\s*(?:\\(?:text|mathrm|textrm)\s*\{)?\s*(?:st|nd|rd|th)\s*\}{0,2}(?![a-zA-Z])/
      ) { "\($0.1)" }
    }
    if text.contains(".") {
      text.replace(/\.\((\d+)\)/) { ".(\($0.1))\u{1}" }
      if text.contains("\\") {
        text.replace(/\.(\d*)\\(?:overline|bar|overbar)\s*\{(\d+)\}/) { ".\($0.1)(\($0.2))\u{1}" }
        text.replace(/\.(\d*)\\dot\s*\{?(\d)\}?(?:(\d*)\\dot\s*\{?(\d)\}?)?/) {
          ".\($0.1)(\($0.2)\($0.3 ?? "")\($0.4 ?? ""))\u{1}"
        }
      }
    }
    if text.contains("mod") {
      text.replace(/\(\s*mod\s+(\w+)\s*\)/) { "\\pmod{\($0.1)}" }
    }
    if text.contains("\\choose") {
      text.replace(/\{([^{}]*)\\choose([^{}]*)\}/) { "\\binom{\($0.1)}{\($0.2)}" }
    }
    return text.contains("**") ? text.replacing("**", with: "^") : text
  }

  // MARK: Indices

  /// An index belongs to the letter or number before it: x₁, or 52 in base 8.
  mutating func readIndex() -> Bool {
    position += 1
    if let last = tokens.last, [.command("log"), .command("lim")].contains(last) {
      add(.sign("_"))
      return true
    }
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
      let plain = index.replacing(/\\(?:text|mathrm|textrm|mathbf)\s*\{?|[{}]/, with: "")
      let short = plain.filter { !$0.isWhitespace }
      let isBase = if case .number = tokens.last { true } else { false }
      tokens[tokens.count - 1] = .symbol("\(name)_\((isBase ? Self.bases[short] : nil) ?? short)")
      return true
    default:
      return false
    }
  }

  /// Bases of numbers in words.
  private static let bases = [
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "twelve": "12", "sixteen": "16",
  ]

  /// The text between the braces that come next; nil where there are none.
  mutating func readGroup() -> String? {
    while peek(0)?.isWhitespace == true { position += 1 }
    var open = 0
    for end in position..<max(position, text.count) {
      if text[end] == "{" { open += 1 }
      if text[end] == "}" { open -= 1 }
      if open == 0 {
        guard end > position else { return nil }
        defer { position = end + 1 }
        return String(text[(position + 1)..<end])
      }
    }
    return nil
  }
}
