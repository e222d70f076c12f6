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
}
