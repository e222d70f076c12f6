import Viewer

/// A formula of LaTeX as MathML Core, which browsers draw and screen readers read out.
///
/// What the viewer's own reader of LaTeX does not know, this does not, either: then there is no
/// formula, and the text stays as it was written.
struct MathMLFormula {
  private var rest: Substring
  private var depth = 0
  private static let deepestNesting = 24

  private init(_ latex: Substring, depth: Int = 0) {
    rest = latex
    self.depth = depth
  }

  /// The element for `formula`, with its LaTeX beside it; nil where something in it is not known.
  static func markup(_ formula: FormulaSource) -> String? {
    var reader = MathMLFormula(formula.latex[...])
    guard let content = reader.row(until: nil) else { return nil }
    let display = formula.isDisplayed ? " display=\"block\"" : ""
    return "<math\(display)><semantics>\(content)<annotation encoding=\"application/x-tex\">"
      + "\(Markup.escaped(formula.latex))</annotation></semantics></math>"
  }

  /// An element, and what it means for what is raised or lowered at it.
  private struct Part {
    var markup: String
    /// Powers and indices of it are limits, and stand above and below.
    var hasLimits = false
  }

  // MARK: Rows

  /// One element of all that comes before `close`, or to the end.
  private mutating func row(until close: Character?) -> String? {
    var items: [String] = []
    while true {
      skipSpaces()
      if rest.first == close { break }
      guard let item = scripted() else { return nil }
      items.append(item)
    }
    return items.count == 1 ? items[0] : "<mrow>\(items.joined())</mrow>"
  }

  private mutating func skipSpaces() { rest = rest.drop(while: \.isWhitespace) }

  /// A part with what is raised and lowered at it.
  private mutating func scripted() -> String? {
    guard let part = part() else { return nil }
    var base = part.markup
    var (above, below): (String?, String?)
    while true {
      skipSpaces()
      guard let sign = rest.first, "^_'".contains(sign) else { break }
      rest.removeFirst()
      switch sign {
      case "'":
        base = "<msup>\(base)<mo>′</mo></msup>"
      case "^":
        // Two powers of one thing mean nothing.
        guard above == nil, let raised = argument() else { return nil }
        above = raised
      default:
        guard below == nil, let lowered = argument() else { return nil }
        below = lowered
      }
    }
    if above == "<mo>∘</mo>" {
      base = "<mrow>\(base)<mo>°</mo></mrow>"
      above = nil
    }
    let (under, over) = part.hasLimits ? ("munder", "mover") : ("msub", "msup")
    return switch (below, above) {
    case (nil, nil): base
    case (let below?, nil): "<\(under)>\(base)\(below)</\(under)>"
    case (nil, let above?): "<\(over)>\(base)\(above)</\(over)>"
    case (let below?, let above?):
      part.hasLimits
        ? "<munderover>\(base)\(below)\(above)</munderover>"
        : "<msubsup>\(base)\(below)\(above)</msubsup>"
    }
  }

  // MARK: Parts

  /// What stands between braces, or the one thing that LaTeX takes in their place.
  private mutating func argument() -> String? {
    skipSpaces()
    guard let first = rest.first, !"^_'".contains(first) else { return nil }
    guard first.isASCII, first.isNumber else { return part()?.markup }
    rest.removeFirst()
    return "<mn>\(first)</mn>"
  }

  private mutating func part() -> Part? {
    guard let first = rest.first else { return nil }
    switch first {
    case "\\": return command()
    case "{": return group().map { Part(markup: $0) }
    case "}", "&", "#", "%", "~", "$": return nil
    // What is raised or lowered at nothing.
    case "^", "_", "'": return Part(markup: "<mrow></mrow>")
    default: break
    }
    if first.isASCII, first.isNumber { return Part(markup: "<mn>\(number())</mn>") }
    rest.removeFirst()
    return Part(markup: Self.element(String(first)))
  }

  /// The digits that come, with a decimal point among them.
  private mutating func number() -> String {
    var digits = ""
    while let next = rest.first {
      let goesOn = next == "." && rest.dropFirst().first.map { $0.isASCII && $0.isNumber } == true
      guard next.isASCII && next.isNumber || goesOn && !digits.contains(".") else { break }
      digits.append(rest.removeFirst())
    }
    return digits
  }

  private mutating func group() -> String? {
    guard rest.first == "{", depth < Self.deepestNesting else { return nil }
    depth += 1
    defer { depth -= 1 }
    rest.removeFirst()
    guard let content = row(until: "}"), rest.first == "}" else { return nil }
    rest.removeFirst()
    return content
  }

  /// The text between braces as it is; nil where it has markup of its own.
  private mutating func words() -> String? {
    guard rest.first == "{", let end = rest.firstIndex(of: "}") else { return nil }
    let content = rest[rest.index(after: rest.startIndex)..<end]
    guard !content.contains(where: { "\\{$^_".contains($0) }) else { return nil }
    rest = rest[rest.index(after: end)...]
    return String(content)
  }

  private mutating func command() -> Part? {
    rest.removeFirst()
    let name = String(rest.prefix { $0.isASCII && $0.isLetter })
    if name.isEmpty {
      guard let character = rest.popFirst(), let symbol = LatexSymbols.escaped[character] else {
        return nil
      }
      let isSpace = symbol.allSatisfy { $0 == " " }
      return Part(
        markup: symbol.isEmpty
          ? "<mrow></mrow>" : isSpace ? Self.space("0.2em") : Self.element(symbol))
    }
    rest = rest.dropFirst(name.count)
    switch name {
    case "frac", "dfrac", "tfrac", "cfrac":
      guard let above = argument(), let below = argument() else { return nil }
      return Part(markup: "<mfrac>\(above)\(below)</mfrac>")
    case "sqrt": return root().map { Part(markup: $0) }
    case "boxed", "fbox":
      return argument().map { Part(markup: "<mrow class=\"boxed\">\($0)</mrow>") }
    case "text", "mbox", "textrm", "textbf", "textit":
      // MathML takes away the spaces at the ends of a text.
      return words().map {
        Part(markup: "<mtext>\(Markup.escaped($0.replacing(" ", with: "\u{A0}")))</mtext>")
      }
    case "mathrm", "mathbf", "mathit", "operatorname":
      let start = rest
      if let word = words(), !word.isEmpty, word.allSatisfy(\.isLetter) {
        return Part(markup: "<mi mathvariant=\"normal\">\(Markup.escaped(word))</mi>")
      }
      rest = start
      return group().map { Part(markup: $0) }
    case "left", "right", "bigl", "bigr", "Bigl", "Bigr", "big", "Big":
      guard let delimiter = rest.first else { return nil }
      if delimiter == "\\" { return command() }
      rest.removeFirst()
      return Part(markup: delimiter == "." ? "<mrow></mrow>" : Self.element(String(delimiter)))
    case "quad": return Part(markup: Self.space("1em"))
    case "qquad": return Part(markup: Self.space("2em"))
    default:
      return LatexSymbols.commands[name].map {
        Part(markup: Self.element($0), hasLimits: Self.withLimits.contains($0))
      }
    }
  }

  private mutating func root() -> String? {
    var degree: String?
    if rest.first == "[" {
      guard let end = rest.firstIndex(of: "]"), depth < Self.deepestNesting else { return nil }
      var reader = MathMLFormula(rest[rest.index(after: rest.startIndex)..<end], depth: depth + 1)
      guard let written = reader.row(until: nil) else { return nil }
      degree = written
      rest = rest[rest.index(after: end)...]
    }
    guard let content = argument() else { return nil }
    return degree.map { "<mroot>\(content)\($0)</mroot>" } ?? "<msqrt>\(content)</msqrt>"
  }

  // MARK: Elements

  /// Signs and names whose index says where something goes on.
  private static let withLimits: Set<String> = [
    "∑", "∏", "lim", "max", "min", "sup", "inf", "gcd", "det", "Pr",
  ]

  private static func space(_ width: String) -> String { "<mspace width=\"\(width)\"></mspace>" }

  /// A letter or a name, or a sign.
  private static func element(_ symbol: String) -> String {
    if symbol.allSatisfy({ $0.isLetter || $0 == "∞" || $0 == "∅" }) {
      return "<mi>\(Markup.escaped(symbol))</mi>"
    }
    // As mathematics writes it: a hyphen is shorter.
    return "<mo>\(Markup.escaped(symbol == "-" ? "−" : symbol))</mo>"
  }
}
