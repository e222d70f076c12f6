extension AnswerTokens {
  /// A number; outside brackets its commas before three digits group thousands.
  mutating func readNumber() {
    let groupsThousands = depth == 0 && self.groupsThousands
    var digits = readDigits()
    while groupsThousands, peek(0) == ",", Self.isDigit(peek(1)) {
      position += 1
      digits += readDigits()
    }
    if peek(0) == ".", Self.isDigit(peek(1)) || peek(1) == "(" {
      position += 1
      digits += "." + readDigits()
      if peek(0) == "(", let end = text[position...].firstIndex(of: "\u{1}") {
        digits += String(text[position..<end])
        position = end + 1
      }
    }
    digits += readPowerOfTen()
    add(.number(digits.hasPrefix(".") ? "0" + digits : digits))
  }

  /// Whether digits and commas that begin here are one number: all groups but the first have three
  /// digits, and nothing before them is a list. `1,2,100` and `0,500` are lists.
  private var groupsThousands: Bool {
    if peek(-1) == ",", Self.isDigit(peek(-2)) { return false }
    var groups = [0]
    var place = 0
    while true {
      if Self.isDigit(peek(place)) {
        groups[groups.count - 1] += 1
      } else if peek(place) == ",", Self.isDigit(peek(place + 1)) {
        groups.append(0)
      } else {
        break
      }
      place += 1
    }
    return groups.count > 1 && (1...3).contains(groups[0]) && peek(0) != "0"
      && groups.dropFirst().allSatisfy { $0 == 3 }
  }

  private mutating func readDigits() -> String {
    let digits = text[position...].prefix(while: { Self.isDigit($0) })
    position += digits.count
    return String(digits)
  }

  /// `e-5` right after a number.
  private mutating func readPowerOfTen() -> String {
    guard peek(0) == "e" || peek(0) == "E" else { return "" }
    let sign = peek(1).flatMap { $0 == "-" || $0 == "+" ? String($0) : nil } ?? ""
    let digits = text[(position + 1 + sign.count)...].prefix { Self.isDigit($0) }
    let end = position + 1 + sign.count + digits.count
    guard !digits.isEmpty, !(peek(end - position).map { $0.isLetter || $0 == "^" } ?? false) else {
      return ""
    }
    position = end
    return "e\(sign)\(String(digits))"
  }
}
