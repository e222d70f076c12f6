/// Reads LaTeX from left to right; every method gives nil where something is not known.
///
/// No library serves: those for Swift draw formulas with a graphics system, and none writes them as
/// one line of Unicode.
///
/// On one line a fraction or a root has no bar that tells where it ends, so that it stands in
/// parentheses where what is beside it would seem to belong to it.
struct LatexReader {
  /// A part of a formula.
  struct Atom {
    var text: String
    var kind = Kind.plain

    /// What becomes of the part when something stands beside it.
    enum Kind {
      case plain
      /// Ends with a raised sign: another one would seem to go on from it.
      case raised
      /// Raised and lowered digits, such as ¹⁄₂.
      case digitFraction
      /// Such as a/b.
      case fraction
      /// Such as √2, or √(ab), which tells where it ends.
      case root(isEnclosed: Bool)
    }
  }

  private(set) var rest: Substring
  private var depth = 0
  /// The deepest nesting, of groups and of arguments without braces alike: each level takes stack.
  private static let depthLimit = 24

  init(_ text: Substring) {
    rest = text
  }

  mutating func all() -> String? {
    sequence { $0.rest.isEmpty }?.text
  }

  /// Atoms until `isOver`.
  private mutating func sequence(until isOver: (LatexReader) -> Bool) -> Atom? {
    var result = Atom(text: "")
    while !isOver(self) {
      guard let atom = atom() else { return nil }
      result.text.appendSpacedOnce(placed(atom, after: result.text.last { $0 != " " }))
      result.kind = atom.kind
    }
    return result
  }

  /// The text of `atom`, which was read last, between `before` and what comes.
  func placed(_ atom: Atom, after before: Character?) -> String {
    let joins: Bool
    switch atom.kind {
    case .plain: joins = false
    case .raised: joins = next == .script
    case .digitFraction:
      // After a letter its raised digits would seem to be a power.
      joins =
        next == .script || before == "/" || before == "÷" || before == ")"
        || before?.isLetter == true
    case .fraction: joins = next != .other || before == "/" || before == "÷"
    case .root(let isEnclosed): joins = next == .script || next == .factor && !isEnclosed
    }
    return joins ? "(\(atom.text))" : atom.text
  }

  /// Commands that begin something to be multiplied with.
  private static let things: Set<String> = [
    "frac", "dfrac", "tfrac", "cfrac", "sqrt", "left", "boxed", "bar", "hat", "vec", "tilde",
    "overline", "binom", "mathbb", "mathbf", "mathrm", "boldsymbol",
  ]

  private enum Next {
    /// A power, an index, or what else is written at the end of a thing.
    case script
    /// Something that it is multiplied with.
    case factor
    case other
  }

  /// What comes.
  private var next: Next {
    let coming = rest.drop { $0 == " " }
    guard let character = coming.first else { return .other }
    if "^_'!".contains(character) { return .script }
    if character == "\\" {
      let name = coming.dropFirst().prefix { $0.isASCII && $0.isLetter }
      let isThing =
        Self.things.contains(String(name))
        || LatexSymbols.commands[String(name)].map {
          $0.allSatisfy(\.isLetter) || $0 == "∞"
        } ?? false
      return isThing ? .factor : .other
    }
    return character.isLetter || character.isNumber || "({[".contains(character)
      ? .factor : .other
  }

  /// A group, a command, an index, or one character.
  private mutating func atom() -> Atom? {
    guard let character = rest.first, depth < Self.depthLimit else { return nil }
    depth += 1
    defer { depth -= 1 }
    switch character {
    case "\\": return command(isBare: false)
    case "{": return group()
    case "}", "&", "#", "%": return nil
    case "~":
      rest = rest.dropFirst()
      return Atom(text: " ")
    case "^":
      rest = rest.dropFirst()
      return script("^", LatexSymbols.superscripts)
    case "_":
      rest = rest.dropFirst()
      return script("_", LatexSymbols.subscripts)
    case "'":
      rest = rest.dropFirst()
      return Atom(text: "′")
    default:
      rest = rest.dropFirst()
      return Atom(text: String(character))
    }
  }

  /// What stands between braces, or the one atom that LaTeX takes in their place.
  private mutating func argument() -> String? {
    while rest.first == " " { rest = rest.dropFirst() }
    if rest.first == "{" { return group()?.text }
    guard let character = rest.first, character != "}", character != "^", character != "_" else {
      return nil
    }
    return atom()?.text
  }

  private mutating func group() -> Atom? {
    guard rest.first == "{" else { return nil }
    rest = rest.dropFirst()
    guard let content = sequence(until: { $0.rest.first == "}" || $0.rest.isEmpty }),
      rest.first == "}"
    else { return nil }
    rest = rest.dropFirst()
    return content
  }

  /// `isBare` outside a formula, where a command's own spacing is left alone.
  mutating func command(isBare: Bool) -> Atom? {
    guard rest.first == "\\" else { return nil }
    rest = rest.dropFirst()
    let name = rest.prefix { $0.isASCII && $0.isLetter }
    if name.isEmpty {
      guard let character = rest.first else { return nil }
      rest = rest.dropFirst()
      if isBare { return "%$#&_{}".contains(character) ? Atom(text: String(character)) : nil }
      return LatexSymbols.escaped[character].map { Atom(text: $0) }
    }
    rest = rest.dropFirst(name.count)
    switch name {
    case "frac", "dfrac", "tfrac", "cfrac":
      guard let top = argument(), let bottom = argument() else { return nil }
      return fraction(top, bottom)
    case "sqrt": return root()
    case "boxed", "fbox": return argument().map { Atom(text: "⟦\($0)⟧") }
    case "text", "mathrm", "textbf", "mathbf", "textit", "mathit", "operatorname", "mbox",
      "textrm", "boldsymbol", "mathcal", "mathsf", "texttt":
      // Words in a formula keep their spaces.
      return rest.first == "{" ? group() : nil
    case "mathbb": return isBare ? nil : argument().flatMap(LatexSymbols.doubleStruck)
    case "bar", "hat", "vec", "tilde", "dot", "ddot", "overline", "underline":
      return isBare ? nil : argument().flatMap { LatexSymbols.marked($0, String(name)) }
    case "binom", "dbinom", "tbinom":
      guard !isBare, let top = argument(), let bottom = argument() else { return nil }
      return Atom(text: "(\(top) choose \(bottom))")
    case "pmod": return isBare ? nil : argument().map { Atom(text: " (mod \($0))") }
    case "tag": return isBare ? nil : argument().map { Atom(text: "   (\($0))") }
    case "label":
      guard !isBare, argument() != nil else { return nil }
      return Atom(text: "")
    case "displaystyle", "textstyle", "limits", "nolimits", "nonumber", "notag", "hline":
      guard !isBare else { return nil }
      // The space that ends the name is no space of the formula.
      rest = rest.drop { $0 == " " }
      return Atom(text: "")
    case "left", "right", "bigl", "bigr", "Bigl", "Bigr", "big", "Big", "bigg", "Bigg", "biggl",
      "biggr", "Biggl", "Biggr", "middle":
      guard !isBare, let delimiter = rest.first else { return nil }
      if delimiter == "\\" { return atom() }
      rest = rest.dropFirst()
      return Atom(text: delimiter == "." ? "" : String(delimiter))
    default:
      guard let symbol = LatexSymbols.commands[String(name)] else { return nil }
      // The space that ends a command's name is no space of the formula.
      if !isBare, rest.first == " ", symbol.count == 1 {
        rest = rest.drop { $0 == " " }
        if LatexSymbols.spaced.contains(symbol) { return Atom(text: " \(symbol) ") }
        // Before a sign, the space was meant for the eye as well.
        return Atom(text: rest.first.map { "=<>+-/".contains($0) } == true ? symbol + " " : symbol)
      }
      return Atom(text: symbol)
    }
  }

  private func fraction(_ top: String, _ bottom: String) -> Atom {
    let isNumeric =
      !top.isEmpty && !bottom.isEmpty
      && (top + bottom).allSatisfy { $0.isASCII && $0.isNumber }
    guard isNumeric else {
      return Atom(text: enclosed(top) + "/" + enclosed(bottom), kind: .fraction)
    }
    let digits = top.compactMap { LatexSymbols.superscripts[$0] }
    return Atom(
      text: String(digits) + "⁄" + String(bottom.compactMap { LatexSymbols.subscripts[$0] }),
      kind: .digitFraction)
  }

  private mutating func root() -> Atom? {
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
    return argument().map {
      let content = enclosed($0)
      return Atom(text: sign + content, kind: .root(isEnclosed: content.last == ")"))
    }
  }

  private mutating func script(_ sign: String, _ marks: [Character: Character]) -> Atom? {
    guard let content = argument(), !content.isEmpty else { return nil }
    // Two powers of one thing mean nothing.
    guard rest.first != Character(sign) else { return nil }
    if sign == "^", content == "∘" { return Atom(text: "°") }
    let scripted = content.compactMap { marks[$0] }
    if scripted.count == content.count {
      return Atom(text: String(scripted), kind: sign == "^" ? .raised : .plain)
    }
    let isOne = content.count == 1 && next != .factor
    return Atom(text: sign + (isOne ? content : "(\(content))"), kind: .plain)
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
