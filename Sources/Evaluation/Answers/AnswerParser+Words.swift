extension AnswerParser {
  /// Words in lower case with single spaces, up to a sign.
  mutating func phrase() -> AnswerMeaning.Form {
    var words: [String] = []
    loop: while let token = next {
      switch token {
      case .word(let text), .unit(let text), .number(let text): words.append(text)
      case .symbol(let letter): words.append(letter.lowercased())
      default: break loop
      }
      position += 1
    }
    if let first = words.first, ["a", "an", "the"].contains(first), words.count > 1 {
      words.removeFirst()
    }
    let text = words.joined(separator: " ")
    return switch text {
    case "all real numbers", "real numbers", "all reals", "reals":
      .formula(.symbol(Formula.realNumbers))
    case "no solution", "no solutions", "no real solution", "no real solutions", "empty set":
      .collection([])
    default: .phrase(text)
    }
  }

  /// Scales of temperature by their words.
  private static let scales = ["celsius": "c", "centigrade": "c", "fahrenheit": "f", "kelvin": "k"]

  /// What follows a number: units and words, perhaps with exponents, `/` and "per"; nil for nothing.
  mutating func unit(startingWith early: String?) throws -> AnswerUnit? {
    var known: [String] = early.map { [$0] } ?? []
    var words: [String] = []
    var prefix = ""
    var exponent = ""
    while let token = next {
      switch token {
      case .sign("/"):
        prefix = "/"
      case .sign("*"):
        prefix = "*"
      case .word("per"):
        prefix = "/"
      case .word("squared"), .word("cubed"):
        guard let last = known.popLast() else { throw Unreadable() }
        known.append(last + (token == .word("squared") ? "^2" : "^3"))
      case .unit("sq"): exponent = "^2"
      case .unit("cu"): exponent = "^3"
      case .unit(let name):
        known.append(prefix + name + exponent)
        (prefix, exponent) = ("", "")
      case .word(let word) where known.last == "degree" && prefix.isEmpty:
        words.append(Self.scales[word] ?? AnswerUnits.singular(word))
      case .word(let word):
        if prefix == "/" {
          known.append("/" + (AnswerUnits.unit(word) ?? AnswerUnits.singular(word)))
        } else if !AnswerUnits.fillers.contains(word) {
          words.append(AnswerUnits.singular(word))
        }
        prefix = ""
      case .symbol(let letter) where known.last == "degree" && ["C", "F", "K"].contains(letter):
        words.append(letter.lowercased())
      case .symbol(let letter) where !words.isEmpty: words.append(letter.lowercased())
      default:
        return known.isEmpty && words.isEmpty
          ? nil : AnswerUnit(known: known.joined(), words: words)
      }
      position += 1
      if case .unit = token, skip(.sign("^")) {
        let isBraced = skip(.open("{"))
        let isNegative = skip(.sign("-"))
        guard case .number(let power) = next, let last = known.popLast() else { throw Unreadable() }
        position += 1
        if isBraced { try require(.close("}")) }
        if isNegative, last.first != "/" {
          let name = last.first == "*" ? String(last.dropFirst()) : last
          known.append("/\(name)" + (power == "1" ? "" : "^\(power)"))
        } else {
          known.append("\(last)^\(isNegative ? "-" : "")\(power)")
        }
      }
    }
    guard prefix.isEmpty, exponent.isEmpty else { throw Unreadable() }
    return known.isEmpty && words.isEmpty ? nil : AnswerUnit(known: known.joined(), words: words)
  }
}
