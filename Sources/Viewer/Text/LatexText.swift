/// LaTeX in running text as Unicode, where Unicode can say the same.
///
/// Formulas stand between `$…$`, `$$…$$`, `\(…\)` or `\[…\]`; of what stands outside them only
/// single commands such as `\boxed{3}` or `\times` are changed. A formula with anything that is not
/// known, or that is not closed yet, stays as it was written.
enum LatexText {
  /// A formula longer than this stays as it is.
  private static let lengthLimit = 600

  static func readable(_ text: String) -> String {
    guard text.contains("\\") || text.contains("$") else { return text }
    var result = ""
    var rest = text[...]
    while let character = rest.first {
      if let (formula, length) = formula(at: rest) {
        result += formula
        rest = rest.dropFirst(length)
      } else if character == "\\", let (symbol, length) = command(at: rest) {
        result += symbol
        rest = rest.dropFirst(length)
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static let delimiters = [("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$")]

  /// The formula that `text` begins with, and how many characters it takes.
  private static func formula(at text: Substring) -> (String, Int)? {
    for (open, close) in delimiters where text.hasPrefix(open) {
      let body = text.dropFirst(open.count).prefix(lengthLimit)
      guard let end = body.firstRange(of: close)?.lowerBound else { return nil }
      let content = body[..<end]
      // Amounts of money are no formulas.
      if open == "$" {
        guard let first = content.first, let last = content.last, !first.isWhitespace,
          !last.isWhitespace, !content.contains("\n"), looksLikeMath(content),
          !(body[end...].dropFirst().first?.isNumber ?? false)
        else { return nil }
      }
      var reader = Reader(content)
      guard let result = reader.all() else { return nil }
      return (result, open.count + content.count + close.count)
    }
    return nil
  }

  private static func looksLikeMath(_ text: Substring) -> Bool {
    text.count == 1 || text.contains { "\\^_=+<>'".contains($0) }
      || text.allSatisfy { $0.isNumber || "-*/().,".contains($0) }
  }

  /// The one command that `text` begins with.
  private static func command(at text: Substring) -> (String, Int)? {
    let window = text.prefix(lengthLimit)
    var reader = Reader(window)
    guard let result = reader.command(isBare: true) else { return nil }
    return (result, window.count - reader.rest.count)
  }
}

/// Reads LaTeX from left to right; every method gives nil where something is not known.
private struct Reader {
  var rest: Substring
  private var depth = 0
  private static let depthLimit = 24

  init(_ text: Substring) {
    rest = text
  }

  mutating func all() -> String? {
    var result = ""
    while !rest.isEmpty {
      guard let atom = atom() else { return nil }
      result.appendSpacedOnce(atom)
    }
    return result
  }

  /// A group, a command, an index, or one character.
  private mutating func atom() -> String? {
    guard let character = rest.first else { return nil }
    switch character {
    case "\\": return command(isBare: false)
    case "{": return group()
    case "}", "&", "#", "%", "~": return nil
    case "^":
      rest = rest.dropFirst()
      return script("^", LatexSymbols.superscripts)
    case "_":
      rest = rest.dropFirst()
      return script("_", LatexSymbols.subscripts)
    case "'":
      rest = rest.dropFirst()
      return "′"
    default:
      rest = rest.dropFirst()
      return String(character)
    }
  }

  /// What stands between braces, or the one atom that LaTeX takes in their place.
  private mutating func argument() -> String? {
    while rest.first == " " { rest = rest.dropFirst() }
    if rest.first == "{" { return group() }
    guard let character = rest.first, character != "}", character != "^", character != "_" else {
      return nil
    }
    return atom()
  }

  private mutating func group() -> String? {
    guard rest.first == "{", depth < Self.depthLimit else { return nil }
    depth += 1
    defer { depth -= 1 }
    rest = rest.dropFirst()
    var result = ""
    while let character = rest.first, character != "}" {
      guard let atom = atom() else { return nil }
      result.appendSpacedOnce(atom)
    }
    guard rest.first == "}" else { return nil }
    rest = rest.dropFirst()
    return result
  }

  /// `isBare` outside a formula, where a command's own spacing is left alone.
  mutating func command(isBare: Bool) -> String? {
    guard rest.first == "\\" else { return nil }
    rest = rest.dropFirst()
    let name = rest.prefix { $0.isASCII && $0.isLetter }
    if name.isEmpty {
      guard let character = rest.first else { return nil }
      rest = rest.dropFirst()
      if isBare { return "%$#&_{}".contains(character) ? String(character) : nil }
      return LatexSymbols.escaped[character]
    }
    rest = rest.dropFirst(name.count)
    switch name {
    case "frac", "dfrac", "tfrac", "cfrac":
      guard let top = argument(), let bottom = argument() else { return nil }
      return fraction(top, bottom)
    case "sqrt": return root()
    case "boxed", "fbox": return argument().map { "⟦\($0)⟧" }
    case "text", "mathrm", "textbf", "mathbf", "textit", "mathit", "operatorname", "mbox",
      "textrm":
      return text()
    case "left", "right", "bigl", "bigr", "Bigl", "Bigr", "big", "Big":
      guard !isBare, let delimiter = rest.first else { return nil }
      if delimiter == "\\" { return command(isBare: false) }
      rest = rest.dropFirst()
      return delimiter == "." ? "" : String(delimiter)
    default:
      guard let symbol = LatexSymbols.commands[String(name)] else { return nil }
      // The space that ends a command's name is no space of the formula.
      if !isBare, rest.first == " ", symbol.count == 1 {
        rest = rest.drop { $0 == " " }
        return LatexSymbols.spaced.contains(symbol) ? " \(symbol) " : symbol
      }
      return symbol
    }
  }

  /// Words in a formula keep their spaces.
  private mutating func text() -> String? {
    guard rest.first == "{" else { return nil }
    return group()
  }

  private func fraction(_ top: String, _ bottom: String) -> String {
    let isNumeric =
      !top.isEmpty && !bottom.isEmpty
      && (top + bottom).allSatisfy { $0.isASCII && $0.isNumber }
    if isNumeric {
      let digits = top.compactMap { LatexSymbols.superscripts[$0] }
      return String(digits) + "⁄" + String(bottom.compactMap { LatexSymbols.subscripts[$0] })
    }
    let whole = enclosed(top) + "/" + enclosed(bottom)
    // What follows at once would seem to belong to the denominator.
    guard let next = rest.first, next.isLetter || next.isNumber || next == "(" || next == "\\"
    else { return whole }
    return "(\(whole))"
  }

  private mutating func root() -> String? {
    var sign = "√"
    if rest.first == "[" {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      let degree = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      switch degree {
      case "2": break
      case "3": sign = "∛"
      case "4": sign = "∜"
      default:
        let raised = degree.compactMap { LatexSymbols.superscripts[$0] }
        guard raised.count == degree.count else { return nil }
        sign = String(raised) + "√"
      }
    }
    return argument().map { sign + enclosed($0) }
  }

  private mutating func script(_ sign: String, _ marks: [Character: Character]) -> String? {
    guard let content = argument(), !content.isEmpty else { return nil }
    if sign == "^", content == "∘" { return "°" }
    let scripted = content.compactMap { marks[$0] }
    if scripted.count == content.count { return String(scripted) }
    return sign + enclosed(content)
  }

  /// In parentheses, unless it is one thing already.
  private func enclosed(_ text: String) -> String {
    let isOne = text.count == 1 || text.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
    return isOne ? text : "(\(text))"
  }
}

extension String {
  /// Appends `text`; where both have a space at the seam, one stays.
  fileprivate mutating func appendSpacedOnce(_ text: String) {
    append(contentsOf: last == " " ? text.drop { $0 == " " } : text[...])
  }
}
