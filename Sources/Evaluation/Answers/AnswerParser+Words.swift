extension AnswerParser {
  /// Words in lower case with single spaces.
  mutating func phrase() throws -> String {
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
  mutating func unit() throws -> String? {
    var parts: [String] = []
    while true {
      switch next {
      case .words(let text):
        parts += text.split(whereSeparator: \.isWhitespace).map(Self.singular)
      case .unit(let name): parts.append(name)
      default: return parts.isEmpty ? nil : parts.joined(separator: " ")
      }
      position += 1
      if skip(.sign("^")) {
        let braced = skip(.open("{"))
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
}
