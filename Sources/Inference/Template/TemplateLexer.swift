/// A piece of a template's source.
enum TemplateChunk: Sendable {
  /// Text that stands as it is.
  case text(String)
  /// `{{ … }}`
  case output([TemplateLexeme])
  /// `{% … %}`
  case block([TemplateLexeme])

  /// What stands in the tag; nil for text.
  var lexemes: [TemplateLexeme]? {
    switch self {
    case .text: nil
    case .output(let lexemes), .block(let lexemes): lexemes
    }
  }
}

/// A word of Jinja, and its line.
struct TemplateLexeme: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case name(String)
    case text(String)
    case integer(Int)
    case real(Double)
    case symbol(String)
    /// The end of the tag.
    case end
  }

  var kind: Kind
  var line: Int
}

/// Cuts a template into text and tags.
///
/// White space is controlled as chat templates are rendered everywhere: `trim_blocks` and
/// `lstrip_blocks` on, one newline at the end dropped (Jinja 3.1, `lexer.py`).
struct TemplateLexer {
  private let source: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var chunks: [TemplateChunk] = []
  /// Whether the text to come begins a line.
  private var beginsLine = true

  private init(_ source: String) {
    var scalars = Array(
      source.replacing("\r\n", with: "\n").replacing("\r", with: "\n").unicodeScalars)
    if scalars.last == "\n" { scalars.removeLast() }
    self.source = scalars
  }

  static func chunks(of source: String) throws(TemplateError) -> [TemplateChunk] {
    var lexer = TemplateLexer(source)
    try lexer.scan()
    return lexer.chunks
  }

  private mutating func scan() throws(TemplateError) {
    while index < source.count {
      let start = index
      while index < source.count, !isTagStart(index) { index += 1 }
      guard index < source.count else {
        append(text: source[start...])
        return
      }
      let kind = source[index + 1]
      let control = index + 2 < source.count ? source[index + 2] : " "
      append(text: source[start..<index], before: kind, control: control)
      index += control == "-" || control == "+" ? 3 : 2
      switch kind {
      case "#": try skipComment()
      case "{": chunks.append(.output(try lexemes(until: "}}")))
      default:
        let lexemes = try lexemes(until: "%}")
        if lexemes.first?.kind == .name("raw") {
          try scanRaw()
        } else {
          chunks.append(.block(lexemes))
        }
      }
    }
  }

  private func isTagStart(_ place: Int) -> Bool {
    source[place] == "{" && place + 1 < source.count
      && (source[place + 1] == "{" || source[place + 1] == "%" || source[place + 1] == "#")
  }

  /// Adds text that a tag of this kind follows.
  private mutating func append(
    text: ArraySlice<Unicode.Scalar>, before kind: Unicode.Scalar, control: Unicode.Scalar
  ) {
    var kept = text
    if control == "-" {
      while let last = kept.last, TemplateText.isWhiteSpace(last) { kept.removeLast() }
    } else if control != "+", kind != "{" {
      let indent = text.reversed().prefix { $0 != "\n" }
      let isWholeLine = indent.count < text.count || beginsLine
      if isWholeLine, indent.allSatisfy(TemplateText.isWhiteSpace) {
        kept.removeLast(indent.count)
      }
    }
    append(text: kept)
    line += text.count { $0 == "\n" } - kept.count { $0 == "\n" }
  }

  private mutating func append(text: ArraySlice<Unicode.Scalar>) {
    line += text.count { $0 == "\n" }
    guard !text.isEmpty else { return }
    chunks.append(.text(String(String.UnicodeScalarView(text))))
  }

  // MARK: Tags

  /// Moves past the end of a tag that was found at `index`, and the white space it takes.
  private mutating func pass(end: String, control: Unicode.Scalar?) {
    index += (control == nil ? 0 : 1) + end.unicodeScalars.count
    let start = index
    if control == "-" {
      while index < source.count, TemplateText.isWhiteSpace(source[index]) { index += 1 }
    } else if control == nil, end != "}}", index < source.count, source[index] == "\n" {
      index += 1
    }
    line += source[start..<index].count { $0 == "\n" }
    beginsLine = index > start && source[index - 1] == "\n"
  }

  /// The control before the end `end` at `index`: nil for another text there.
  private func endControl(_ end: String) -> Unicode.Scalar?? {
    let scalars = Array(end.unicodeScalars)
    let rest = source[index...]
    if rest.starts(with: scalars) { return .some(nil) }
    guard let first = rest.first, first == "-" || first == "+",
      rest.dropFirst().starts(with: scalars)
    else { return nil }
    return first
  }

  private mutating func skipComment() throws(TemplateError) {
    while index < source.count {
      if let control = endControl("#}") { return pass(end: "#}", control: control) }
      if source[index] == "\n" { line += 1 }
      index += 1
    }
    throw error("{#")
  }

  /// The text up to `{% endraw %}`.
  private mutating func scanRaw() throws(TemplateError) {
    let start = index
    while index < source.count {
      if isTagStart(index), source[index + 1] == "%" {
        var end = self
        let control = index + 2 < source.count ? source[index + 2] : " "
        end.index += control == "-" || control == "+" ? 3 : 2
        if end.startsEndRaw() {
          append(text: source[start..<index], before: "%", control: control)
          end.chunks = chunks
          end.line = line
          self = end
          _ = try lexemes(until: "%}")
          return
        }
      }
      index += 1
    }
    throw error("raw")
  }

  private func startsEndRaw() -> Bool {
    source[index...].drop(while: TemplateText.isWhiteSpace).starts(with: "endraw".unicodeScalars)
  }

  /// The words of a tag up to `end`.
  private mutating func lexemes(until end: String) throws(TemplateError) -> [TemplateLexeme] {
    var lexemes: [TemplateLexeme] = []
    var brackets: [Unicode.Scalar] = []
    while index < source.count {
      if brackets.isEmpty, let control = endControl(end) {
        lexemes.append(TemplateLexeme(kind: .end, line: line))
        pass(end: end, control: control)
        return lexemes
      }
      let scalar = source[index]
      if TemplateText.isWhiteSpace(scalar) {
        if scalar == "\n" { line += 1 }
        index += 1
        continue
      }
      let start = line
      let kind: TemplateLexeme.Kind
      switch scalar {
      case "\"", "'": kind = .text(try string(quote: scalar))
      case "0"..."9": kind = try number()
      case _ where Self.isNameScalar(scalar): kind = .name(name())
      default:
        kind = .symbol(try symbol())
        switch scalar {
        case "(": brackets.append(")")
        case "[": brackets.append("]")
        case "{": brackets.append("}")
        case ")", "]", "}": guard brackets.popLast() == scalar else { throw error("\(scalar)") }
        default: break
        }
      }
      lexemes.append(TemplateLexeme(kind: kind, line: start))
    }
    throw error("the end of the template")
  }

  private mutating func string(quote: Unicode.Scalar) throws(TemplateError) -> String {
    var text = String.UnicodeScalarView()
    index += 1
    while index < source.count, source[index] != quote {
      if source[index] == "\n" { line += 1 }
      if source[index] == "\\", index + 1 < source.count {
        index += 2
        switch source[index - 1] {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "r": text.append("\r")
        case "a": text.append("\u{7}")
        case "b": text.append("\u{8}")
        case "v": text.append("\u{B}")
        case "f": text.append("\u{C}")
        case "0"..."7":
          index -= 1
          text.append(codePoint(digits: 3, radix: 8))
        case "x": text.append(codePoint(digits: 2))
        case "u": text.append(codePoint(digits: 4))
        case "U": text.append(codePoint(digits: 8))
        case "\n": line += 1
        case "\\", "'", "\"": text.append(source[index - 1])
        default: text.append(contentsOf: source[index - 2..<index])
        }
      } else {
        text.append(source[index])
        index += 1
      }
    }
    guard index < source.count else { throw error("\(quote)") }
    index += 1
    return String(text)
  }

  /// The character that up to `digits` digits give.
  private mutating func codePoint(digits: Int, radix: Int = 16) -> Unicode.Scalar {
    let text = source[index..<min(index + digits, source.count)].prefix {
      String($0).count == 1 && Character($0).isASCII
        && Int(String($0), radix: radix).map { $0 >= 0 } ?? false
    }
    index += text.count
    return UInt32(String(String.UnicodeScalarView(text)), radix: radix)
      .flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
  }

  /// A number, whose digits may have single underscores between them.
  private mutating func number() throws(TemplateError) -> TemplateLexeme.Kind {
    if let radix = radixOfPrefix() {
      index += 2
      let text = digits { Int(String($0), radix: radix) != nil }
      guard let integer = Int(text, radix: radix) else { throw error(text) }
      return .integer(integer)
    }
    func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    var text = digits(isDigit)
    var isReal = false
    if index + 1 < source.count, source[index] == ".", isDigit(source[index + 1]) {
      isReal = true
      index += 1
      text += "." + digits(isDigit)
    }
    if index < source.count, source[index] == "e" || source[index] == "E" {
      var end = index + 1
      if end < source.count, source[end] == "+" || source[end] == "-" { end += 1 }
      if end < source.count, isDigit(source[end]) {
        isReal = true
        text += String(String.UnicodeScalarView(source[index..<end]))
        index = end
        text += digits(isDigit)
      }
    }
    if isReal, let real = Double(text) { return .real(real) }
    guard let integer = Int(text) else { throw error(text) }
    return .integer(integer)
  }

  private func radixOfPrefix() -> Int? {
    guard source[index] == "0", index + 2 < source.count else { return nil }
    return switch source[index + 1] {
    case "x", "X": 16
    case "o", "O": 8
    case "b", "B": 2
    default: nil
    }
  }

  /// The digits at `index` without the underscores between them.
  private mutating func digits(_ isDigit: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while index < source.count {
      let isSeparator =
        source[index] == "_" && index + 1 < source.count && isDigit(source[index + 1])
      guard isSeparator || isDigit(source[index]) else { break }
      if !isSeparator { text.append(source[index]) }
      index += 1
    }
    return String(text)
  }

  private mutating func name() -> String {
    let name = String.UnicodeScalarView(source[index...].prefix(while: Self.isNameScalar))
    index += name.count
    return String(name)
  }

  private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isXIDContinue
  }

  private mutating func symbol() throws(TemplateError) -> String {
    let two = String(String.UnicodeScalarView(source[index..<min(index + 2, source.count)]))
    if ["==", "!=", "<=", ">=", "//", "**"].contains(two) {
      index += 2
      return two
    }
    let one = source[index]
    guard "+-*/%~|.,:()[]{}=<>".unicodeScalars.contains(one) else { throw error("\(one)") }
    index += 1
    return String(one)
  }

  private func error(_ found: String) -> TemplateError {
    TemplateError(line: line, reason: .syntax(found))
  }
}
