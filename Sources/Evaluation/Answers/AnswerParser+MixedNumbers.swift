extension AnswerParser {
  /// `1\frac{4}{5}` and `1 4/5`, which are sums; nil, with nothing read, for anything else.
  mutating func mixedNumber() throws -> Formula? {
    guard case .number(let whole) = next, whole.allSatisfy(\.isNumber) else { return nil }
    if token(1) == .command("frac") {
      guard isNumericFraction(at: position + 2) else { return nil }
      position += 1
      return .sum([.number(try AnswerValue(decimal: whole)), try power()])
    }
    guard case .number(let above) = token(1), spaced[position + 1], token(2) == .sign("/"),
      case .number(let below) = token(3)
    else { return nil }
    position += 4
    return .sum([
      .number(try AnswerValue(decimal: whole)),
      .quotient(
        .number(try AnswerValue(decimal: above)), .number(try AnswerValue(decimal: below))),
    ])
  }

  /// Whether both arguments of a fraction, which begin at `start`, are numbers. They are looked at
  /// before anything is read: reading twice would double the time with each fraction in another.
  private func isNumericFraction(at start: Int) -> Bool {
    var place = start
    for _ in 0..<2 {
      switch tokens.indices.contains(place) ? tokens[place] : nil {
      case .number(let digits):
        // Both digits of `\frac43`.
        let holdsBoth = place == start && digits.count > 1 && digits.allSatisfy(\.isNumber)
        place += 1
        if holdsBoth { return !isRaised(at: place) }
      case .open("{"):
        guard tokens.indices.contains(place + 2), case .number = tokens[place + 1],
          tokens[place + 2] == .close("}")
        else { return false }
        place += 3
      default: return false
      }
    }
    return !isRaised(at: place)
  }

  private func isRaised(at place: Int) -> Bool {
    tokens.indices.contains(place) && [.sign("^"), .sign("!")].contains(tokens[place])
  }
}
