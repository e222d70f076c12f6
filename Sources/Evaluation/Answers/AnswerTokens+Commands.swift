extension AnswerTokens {
  mutating func readCommand() -> Bool {
    position += 1
    guard let first = peek(0) else { return false }
    guard first.isLetter else {
      position += 1
      switch first {
      case "{": add(.open("s"))
      case "}": add(.close("e"))
      case "\\": add(.row)
      case "%": add(.unit(AnswerUnits.percent))
      case "$": add(.unit("dollar"))
      case "|": add(.sign("|"))
      case "&": add(.sign("∧"))
      case ",", ";", ":", " ": space()
      case "!", "(", ")", "[", "]": break
      default: return false
      }
      return true
    }
    let name = String(text[position...].prefix { $0.isLetter && $0.isASCII })
    position += name.count
    return read(command: name)
  }

  private mutating func read(command name: String) -> Bool {
    if Self.invisible.contains(name) {
      if name.hasSuffix("quad") { space() }
      // `\left|` opens, `\right|` closes, and a point is no bracket.
      if peek(0) == "." {
        position += 1
      } else if peek(0) == "|", name != "big", name != "Big" {
        position += 1
        add(name.hasSuffix("r") || name == "right" ? .close("|") : .open("|"))
      }
      return true
    }
    switch name {
    case "R", "N", "Z", "Q":
      add(.symbol("\\mathbb{\(name)}"))
      return true
    case "text", "mbox", "textrm", "textit", "textbf", "texttt", "mathrm", "operatorname", "rm",
      "mathsf", "textnormal", "textsf", "textup", "emph", "mathtt":
      return readText(isOperator: name == "operatorname")
    case "begin", "end":
      guard let environment = readGroup() else { return false }
      if name == "end" {
        add(.end)
        return true
      }
      // What comes next says how columns stand.
      if environment == "array" { guard readGroup() != nil else { return false } }
      add(.begin(environment))
      return true
    case "mathbb":
      guard let set = readGroup() ?? readLetter() else { return false }
      add(.symbol("\\mathbb{\(set)}"))
      return true
    case "":
      return false
    default:
      let letter = Self.sameLetter[name] ?? name
      guard
        let token = Self.named(name)
          ?? (Self.letters.contains(letter) ? .symbol("\\" + letter) : nil)
      else { return false }
      add(token)
      return true
    }
  }

  /// The letter that comes next; nil where none does.
  private mutating func readLetter() -> String? {
    guard let letter = peek(0), letter.isLetter else { return nil }
    position += 1
    return String(letter)
  }

  /// The content of `\text{…}`, read as words.
  private mutating func readText(isOperator: Bool) -> Bool {
    guard nesting < 4 else { return false }
    // A command for the font of one letter may stand without braces.
    guard var content = readGroup() else { return !isOperator && peek(0) != nil }
    content = content.replacing(/[.?]\s*$/, with: "")
    if isOperator || !followsNumber && AnswerValue.function(content) != nil,
      let token = Self.named(content)
    {
      add(token)
      return true
    }
    var inner = inner(content)
    guard inner.readAll() else {
      if content.contains(where: \.isLetter) { add(.word(content.lowercased())) }
      return true
    }
    takeIn(inner)
    return true
  }

  /// Commands that change nothing: sizes, fonts, space.
  private static let invisible: Set<String> = [
    "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "bigg", "Bigg", "biggl",
    "biggr", "Biggl", "Biggr", "middle", "displaystyle", "textstyle", "limits", "quad", "qquad",
    "mathit", "boldsymbol", "mathbf", "bm", "underline", "boxed", "fbox", "mathcal", "vec",
    "hat", "bold", "bf", "it", "thinspace", "ensuremath", "small", "large", "Large", "normalsize",
    "scriptstyle", "mathopen", "mathclose",
  ]

  /// The commands that are letters.
  private static let letters: Set<String> = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi",
    "Omega", "ell", "hbar", "imath", "top",
  ]

  /// Letters that are drawn in two ways.
  private static let sameLetter = [
    "varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "varrho": "rho",
  ]

  /// What letters without a backslash name.
  static func named(word: String) -> Token? {
    switch word {
    case "pi", "sqrt": .command(word)
    case "infinity", "infty", "inf": .symbol(Formula.infinity)
    case "union": .sign("∪")
    case "mod": .sign("m")
    default: AnswerValue.function(word) == nil ? nil : .command(word)
    }
  }

  /// What a command names; nil for a letter.
  static func named(_ name: String) -> Token? {
    switch name {
    case "frac", "dfrac", "tfrac", "cfrac": .command("frac")
    case "binom", "dbinom", "tbinom": .command("binom")
    case "sqrt", "pi", "perm", "angle", "measuredangle", "triangle", "overline", "widehat",
      "overrightarrow", "pmod":
      .command(name)
    case "bmod": .sign("m")
    case "cdot", "times", "ast": .sign("*")
    case "div": .sign("/")
    case "pm": .sign("±")
    case "mp": .sign("∓")
    case "cup": .sign("∪")
    case "cap": .sign("∩")
    case "setminus", "backslash": .sign("∖")
    case "in": .sign("∈")
    case "le", "leq", "leqslant", "leqq": .sign("≤")
    case "ge", "geq", "geqslant", "geqq": .sign("≥")
    case "lt": .sign("<")
    case "gt": .sign(">")
    case "ne", "neq": .sign("≠")
    case "approx", "simeq", "sim", "doteq", "thickapprox": .sign("≈")
    case "equiv", "cong": .sign("≡")
    case "wedge", "land": .sign("∧")
    case "vee", "lor": .sign(",")
    case "mid", "vert", "Vert", "lVert", "rVert": .sign("|")
    case "lvert": .open("|")
    case "rvert": .close("|")
    case "lbrace": .open("s")
    case "rbrace": .close("e")
    case "lfloor": .open("⌊")
    case "rfloor": .close("⌊")
    case "lceil": .open("⌈")
    case "rceil": .close("⌈")
    case "langle": .open("⟨")
    case "rangle": .close("⟩")
    case "lparen": .open("(")
    case "rparen": .close(")")
    case "lbrack": .open("[")
    case "rbrack": .close("]")
    case "ldots", "dots", "cdots", "dotsc", "dotsb": .symbol("\\dots")
    case "degree": .unit("degree")
    case "Pr": .symbol("Pr")
    case "prime": .sign("'")
    case "infty": .symbol(Formula.infinity)
    case "emptyset", "varnothing": .command("emptyset")
    case "lg": .command("log")
    default: AnswerValue.function(name) == nil ? nil : .command(name)
    }
  }
}
