import Foundation

/// An answer's text without what only dresses it up: typography, Markdown, sentences around it.
enum AnswerDress {
  /// Longer texts, in UTF-8 bytes, are no answers; they stay as they are.
  private static let longest = 4000

  /// `text` without its dress; what is inside formulas keeps its LaTeX.
  static func undressed(_ text: String) -> String {
    var text = text
    text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.utf8.count <= longest else { return text }
    // Each search costs more than all else; most answers need none.
    if text.contains("√") {
      text.replace(/√\s*(\d+(?:\.\d+)?)/) { "\\sqrt{\($0.1)}" }
    }
    text = respelled(plainCharacters(text))
    var before = ""
    var rounds = 0
    while before != text, rounds < 8 {
      before = text
      text = withoutWrapping(withoutSentence(text))
      rounds += 1
    }
    return withoutMathSigns(text)
  }

  // MARK: Characters

  /// Each character in the form that answers mostly have.
  private static func plainCharacters(_ text: String) -> String {
    var plain = ""
    var raised: Character?
    for scalar in text.unicodeScalars {
      let script =
        superscripts[scalar].map { ("^" as Character, $0) }
        ?? subscripts[scalar].map { ("_" as Character, $0) }
      if raised != script?.0 {
        if raised != nil { plain += "}" }
        raised = script?.0
        if let raised { plain += "\(raised){" }
      }
      plain += script?.1 ?? self.plain(scalar)
    }
    return raised == nil ? plain : plain + "}"
  }

  private static func plain(_ scalar: Unicode.Scalar) -> String {
    if scalar.isASCII { return String(scalar) }
    if let known = characters[scalar] { return known }
    switch scalar.value {
    case 0xFF01...0xFF5E:
      return Unicode.Scalar(scalar.value - 0xFEE0).map { String($0) } ?? ""
    case 0x1D400...0x1D7FF, 0x2100...0x214F:
      return String(scalar).precomposedStringWithCompatibilityMapping
    default: break
    }
    return switch scalar.properties.generalCategory {
    case .spaceSeparator: " "
    case .format: ""
    case .dashPunctuation: "-"
    default: vulgarFraction(scalar) ?? String(scalar)
    }
  }

  /// `½` as `\frac{1}{2}`.
  private static func vulgarFraction(_ scalar: Unicode.Scalar) -> String? {
    let parts = String(scalar).precomposedStringWithCompatibilityMapping.split(separator: "⁄")
    return parts.count == 2 ? "\\frac{\(parts[0])}{\(parts[1])}" : nil
  }

  private static let superscripts = Dictionary(
    uniqueKeysWithValues: zip(
      "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣ".unicodeScalars, "0123456789+-=()nix".map(String.init)))
  private static let subscripts = Dictionary(
    uniqueKeysWithValues: zip(
      "₀₁₂₃₄₅₆₇₈₉₊₋ₙₐₓᵢₖ".unicodeScalars, "0123456789+-naxik".map(String.init)))

  private static let characters: [Unicode.Scalar: String] = {
    var table: [Unicode.Scalar: String] = [
      "−": "-", "‒": "-", "×": "*", "✕": "*", "⨯": "*", "·": "*", "∙": "*", "⋅": "*", "•": "*",
      "÷": "/", "⁄": "/", "∕": "/", "≤": "\\le ", "⩽": "\\le ", "≦": "\\le ", "≥": "\\ge ",
      "⩾": "\\ge ", "≧": "\\ge ", "≠": "\\ne ", "≈": "\\approx ", "≃": "\\approx ",
      "≅": "\\cong ", "≡": "\\equiv ", "±": "\\pm ", "∓": "\\mp ", "∪": "\\cup ", "∩": "\\cap ",
      "∈": "\\in ", "∖": "\\setminus ", "∅": "\\emptyset ", "⌀": "\\emptyset ", "∞": "\\infty ",
      "√": "\\sqrt ", "∛": "\\sqrt[3]", "∜": "\\sqrt[4]", "°": "\\degree ", "º": "\\degree ",
      "℃": "\\degree C", "℉": "\\degree F", "′": "'", "″": "''", "…": "\\ldots ",
      "⋯": "\\ldots ", "ℝ": "\\mathbb{R}", "ℤ": "\\mathbb{Z}", "ℕ": "\\mathbb{N}",
      "ℚ": "\\mathbb{Q}", "ℂ": "\\mathbb{C}", "⌊": "\\lfloor ", "⌋": "\\rfloor ",
      "⌈": "\\lceil ", "⌉": "\\rceil ", "∣": "|", "∥": "|", "⟨": "\\langle ", "⟩": "\\rangle ",
      "∠": "\\angle ", "△": "\\triangle ", "∧": "\\wedge ", "∨": "\\vee ", "！": "!", "。": ".",
      "、": ",", "【": "[", "】": "]", "「": "\"", "」": "\"", "；": ";", "∴": "", "‰": "\\permille ",
      "％": "%", "￥": "¥", "﹣": "-",
      "“": "\"", "”": "\"", "„": "\"", "‘": "'", "’": "'", "«": "\"", "»": "\"",
    ]
    let small = [
      "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
      "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi",
      "chi", "psi", "omega",
    ]
    for (offset, name) in small.enumerated() where !name.isEmpty {
      if let scalar = Unicode.Scalar(0x3B1 + UInt32(offset)) { table[scalar] = "\\\(name) " }
      if let scalar = Unicode.Scalar(0x391 + UInt32(offset)) {
        table[scalar] = "\\\(name.prefix(1).uppercased() + name.dropFirst()) "
      }
    }
    table["ϕ"] = "\\phi "
    table["ε"] = "\\epsilon "
    table["ϵ"] = "\\epsilon "
    return table
  }()

  // MARK: What stands around an answer

  private static var leads: [Regex<Substring>] {
    [
      /(?i)^(?:(?:so|thus|therefore|hence|finally)\b,?\s*)?(?:(?:the|my|our)\s+)?(?:(?:final|correct|right)\s+)?(?:answer|solution|result|ans)\b\s*(?:(?:is|are|equals|(?:would|should|must|will)\s+be)\b\s*:?|[:=])\s*/,
      /(?i)^the\s+[a-z][a-z ]{0,60}?\s(?:is|are|equals)\b\s*:?\s+/,
      /(?i)^(?:so|thus|therefore|hence|then|simply|exactly|just|equal to|both|either|it is|it's|i get|we get|we have)\b[,:]?\s+/,
      /(?i)^there\s+(?:is|are|was|were|will be)\s+(?=[\d\\$])/,
      /(?i)^(?:he|she|it|they|we|i)\s+(?:has|have|had|needs?|gets?|pays?|earns?|makes?|spends?|costs?|takes?|is|are|was|were)\s+(?=[\d\\$])/,
      /(?i)^ans\.\s+/,
      /(?i)^\\(?:text|textbf|mathrm|mathbf|textit|mbox)\s*\{[^{}]*?(?:\b(?:is|are|equals|answer|ans)|[:=])\s*\}\s*[:=]?/,
      /^\\(?:therefore|implies|Rightarrow|quad|qquad)(?![a-zA-Z])\s*/,
      /(?i)^(?:approximately|about|roughly|approx\.?|circa)\s+/,
      /^(?:\\approx|\\simeq|\\sim|\\cong|\\doteq|\\equiv)(?![a-zA-Z])\s*/,
      /^(?:[:=~#]|\\[,;:! ]|&)+\s*/,
    ]
  }

  /// The word for the answer in bold or as a heading: `**Answer:**`, `**Answer**:`, `## Answer:`.
  private static var heading: Regex<Substring> {
    /(?i)[*#\s]++(?:(?:the|my|our)\s++)?(?:(?:final|correct|right)\s++)?(?:answer|solution|result|ans)\b\s*+\**+\s*+(?:(?:is|are)\b\s*+:?+|[:=])\s*+\**+\s*+/
  }

  /// What may follow an answer: a point ends a sentence, two backslashes a line.
  private static let ends = [
    "\\\\", "\\,", "\\;", "\\:", "\\!", "\\quad", "\\qquad", ".", ",", ";", ":", "~",
  ]

  /// `text` without the beginning and end of a sentence.
  private static func withoutSentence(_ text: String) -> String {
    var text = text
    if let first = text.first, "*#".contains(first), let lead = text.prefixMatch(of: heading) {
      text.removeSubrange(lead.range)
      // What closes at the end was opened before the word.
      if !text.hasPrefix("*") { while text.hasSuffix("*") { text.removeLast() } }
    }
    // Most answers begin with a number or a letter of their own; searching takes long.
    if let first = text.first, first.isLetter && text.count > 2 || ":=~\\&#".contains(first) {
      for lead in leads { text.trimPrefix(lead) }
    }
    text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    while let end = ends.first(where: text.hasSuffix) {
      text = text.dropLast(end.count).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return text
  }

  private static let pairs = [
    ("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("**", "**"), ("__", "__"),
    ("_", "_"), ("*", "*"), ("`", "`"), ("\"", "\""), ("'", "'"), ("``", "''"),
  ]

  private static let commands = [
    "\\boxed", "\\fbox", "\\framebox", "\\mathbf", "\\boldsymbol", "\\bm", "\\underline",
    "\\mathit", "\\emph", "\\cancel",
  ]

  /// `text` without the signs or the command around all of it.
  private static func withoutWrapping(_ text: String) -> String {
    for (open, close) in pairs
    where text.hasPrefix(open) && text.hasSuffix(close)
      && text.count > open.count + close.count
    {
      let inner = text.dropFirst(open.count).dropLast(close.count)
      if !inner.contains(open), !inner.hasSuffix("\\") { return String(inner) }
    }
    for command in commands where text.hasPrefix(command) {
      let rest = text.dropFirst(command.count).drop(while: \.isWhitespace)
      if rest.first == "{", let end = closingBrace(of: rest),
        rest.index(after: end) == rest.endIndex
      {
        return String(rest[rest.index(after: rest.startIndex)..<end])
      }
    }
    return text
  }

  /// The brace that closes the one at the beginning of `text`.
  static func closingBrace(of text: Substring) -> Substring.Index? {
    var open = 0
    var escaped = false
    for index in text.indices {
      if escaped {
        escaped = false
        continue
      }
      switch text[index] {
      case "\\": escaped = true
      case "{": open += 1
      case "}":
        open -= 1
        if open == 0 { return index }
      default: break
      }
    }
    return nil
  }

  /// `text` without the signs that begin and end formulas in it; a sign that is left over is a
  /// dollar.
  private static func withoutMathSigns(_ text: String) -> String {
    let signs = text.indices.filter { index in
      text[index] == "$" && (index == text.startIndex || text[text.index(before: index)] != "\\")
    }
    guard signs.count % 2 == 0 else { return text }
    var plain = text
    for index in signs.reversed() { plain.replaceSubrange(index...index, with: " ") }
    return plain.trimmingCharacters(in: .whitespaces)
  }

  // MARK: Text

  /// `text` as it is compared where it is no mathematics: without commands for fonts and spaces, in
  /// lower case; white space counts only between digits.
  static func compared(_ text: String) -> String {
    guard text.utf8.count <= longest else { return text }
    var text = text
    text.replace(
      /\\(?:left|right|text|textbf|textit|textrm|mathrm|mathbf|mbox)(?![a-zA-Z])/, with: "")
    text.replace(/\\[()\[\]!,;: ]|[{}$~]/, with: " ")
    text.replace(/(?i)\b([ap])\.?\s?m\b\.?/) { "\($0.1)m" }
    text.replace(/(\d)\s+(?=\d)/) { "\($0.1)\u{1}" }
    text.removeAll(where: \.isWhitespace)
    if text.hasSuffix(".") { text.removeLast() }
    return text.lowercased()
  }
}
