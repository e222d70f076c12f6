/// Text of which every character knows whether the template wrote it.
///
/// Whatever a template does to a message, its characters stay the person's: special tokens in them
/// are never meant.
struct TemplateText: Sendable {
  struct Character: Sendable {
    var scalar: Unicode.Scalar
    var isControl: Bool
  }

  var characters: [Character] = []

  init(_ characters: some Sequence<Character>) {
    self.characters = Array(characters)
  }

  init(_ text: some StringProtocol, isControl: Bool) {
    characters = text.unicodeScalars.map { Character(scalar: $0, isControl: isControl) }
  }

  /// The bare text.
  var string: String {
    var string = String.UnicodeScalarView()
    string.append(contentsOf: characters.lazy.map(\.scalar))
    return String(string)
  }

  var count: Int { characters.count }

  /// Stretches of one origin, as a prompt is made of.
  var segments: [ChatTemplate.Segment] {
    var segments: [ChatTemplate.Segment] = []
    for run in characters.split(whereBoundary: { $0.isControl != $1.isControl }) {
      segments.append(
        ChatTemplate.Segment(TemplateText(run).string, isControl: run.first?.isControl ?? false))
    }
    return segments
  }

  static func + (left: TemplateText, right: TemplateText) -> TemplateText {
    TemplateText(left.characters + right.characters)
  }

  // MARK: Python's string methods

  func hasPrefix(_ other: TemplateText) -> Bool {
    characters.starts(with: other.characters) { $0.scalar == $1.scalar }
  }

  func hasSuffix(_ other: TemplateText) -> Bool {
    characters.reversed().starts(with: other.characters.reversed()) { $0.scalar == $1.scalar }
  }

  /// Where `other`, not empty, stands first at `start` or after; nil where it does not.
  ///
  /// Linear whatever the texts (Knuth, Morris and Pratt 1977).
  func firstIndex(of other: TemplateText, from start: Int = 0) -> Int? {
    let part = other.characters
    guard !part.isEmpty, start < count else { return nil }
    // How much of the beginning of `part` its first characters, so many, end with.
    var borders = [0, 0]
    var border = 0
    for index in part.indices.dropFirst() {
      while border > 0, part[index].scalar != part[border].scalar { border = borders[border] }
      if part[index].scalar == part[border].scalar { border += 1 }
      borders.append(border)
    }
    var matched = 0
    for index in start..<count {
      while matched > 0, characters[index].scalar != part[matched].scalar {
        matched = borders[matched]
      }
      if characters[index].scalar == part[matched].scalar { matched += 1 }
      if matched == part.count { return index - matched + 1 }
    }
    return nil
  }

  /// Where `other` stands first; 0 for an empty one.
  func place(of other: TemplateText) -> Int? { other.count == 0 ? 0 : firstIndex(of: other) }

  /// Where `other` stands last.
  func lastIndex(of other: TemplateText) -> Int? {
    guard other.count > 0 else { return count }
    let place = TemplateText(characters.reversed())
      .firstIndex(of: TemplateText(other.characters.reversed()))
    return place.map { count - $0 - other.count }
  }

  /// The parts between occurrences of `separator`, not empty, at most `limit` of these counting.
  func split(by separator: TemplateText, limit: Int = .max, fromEnd: Bool = false)
    -> [TemplateText]
  {
    var places: [Int] = []
    var start = 0
    while let place = firstIndex(of: separator, from: start) {
      places.append(place)
      start = place + separator.count
    }
    if places.count > limit {
      places = fromEnd ? Array(places.suffix(limit)) : Array(places.prefix(limit))
    }
    var parts: [TemplateText] = []
    start = 0
    for place in places {
      parts.append(TemplateText(characters[start..<place]))
      start = place + separator.count
    }
    return parts + [TemplateText(characters[start...])]
  }

  /// The words between stretches of white space, at most `limit` of these counting.
  func splitAtWhiteSpace(limit: Int = .max, fromEnd: Bool = false) -> [TemplateText] {
    if fromEnd {
      return TemplateText(characters.reversed()).splitAtWhiteSpace(limit: limit).reversed().map {
        TemplateText($0.characters.reversed())
      }
    }
    let words = characters.split(maxSplits: limit) { Self.isWhiteSpace($0.scalar) }
    // What is left when the limit is reached may begin with white space.
    return words.map { TemplateText($0) }.enumerated().map { place, word in
      place == limit ? word.stripped(right: false) : word
    }.filter { $0.count > 0 }
  }

  /// The lines, as Python's `str.splitlines` cuts them.
  func lines(keepingEnds keepsEnds: Bool = false) -> [TemplateText] {
    var lines: [TemplateText] = []
    var start = 0
    var index = 0
    while index < count {
      let scalar = characters[index].scalar
      guard Self.lineEnds.contains(scalar) else {
        index += 1
        continue
      }
      let isPair = scalar == "\r" && index + 1 < count && characters[index + 1].scalar == "\n"
      let next = index + (isPair ? 2 : 1)
      lines.append(TemplateText(characters[start..<(keepsEnds ? next : index)]))
      (start, index) = (next, next)
    }
    if start < count { lines.append(TemplateText(characters[start...])) }
    return lines
  }

  private static let lineEnds: Set<Unicode.Scalar> = [
    "\n", "\r", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
  ]

  /// Without the characters of `set`, or white space, at its ends.
  func stripped(of set: TemplateText? = nil, left: Bool = true, right: Bool = true)
    -> TemplateText
  {
    let scalars = set.map { Set($0.characters.map(\.scalar)) }
    func goes(_ character: Character) -> Bool {
      scalars?.contains(character.scalar) ?? Self.isWhiteSpace(character.scalar)
    }
    var rest = characters[...]
    if left { rest = rest.drop(while: goes) }
    if right { while let last = rest.last, goes(last) { rest.removeLast() } }
    return TemplateText(rest)
  }

  func joining(_ parts: [TemplateText]) -> TemplateText {
    TemplateText(parts.map(\.characters).joined(separator: characters))
  }

  /// Each character in another case, its origin kept.
  func mapped(_ transform: (Unicode.Scalar) -> String) -> TemplateText {
    TemplateText(
      characters.flatMap { character in
        transform(character.scalar).unicodeScalars.map {
          Character(scalar: $0, isControl: character.isControl)
        }
      })
  }

  /// The first letter in upper case, the others in lower case.
  var capitalised: TemplateText {
    TemplateText(characters.prefix(1)).mapped { $0.properties.titlecaseMapping }
      + TemplateText(characters.dropFirst()).mapped { $0.properties.lowercaseMapping }
  }

  /// Each word's first letter in upper case; words are runs of letters.
  var titled: TemplateText {
    var isInWord = false
    return mapped { scalar in
      defer { isInWord = scalar.properties.isCased }
      return isInWord
        ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
    }
  }

  /// Each word's first letter in upper case; words begin after one of `separators`.
  func words(after separators: String) -> TemplateText {
    let separators = Set(separators.unicodeScalars)
    var isInWord = false
    return mapped { scalar in
      defer { isInWord = !separators.contains(scalar) }
      return isInWord
        ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
    }
  }

  /// The number of runs of letters, digits and underscores.
  var wordCount: Int {
    characters.split {
      !($0.scalar == "_" || $0.scalar.properties.isAlphabetic
        || $0.scalar.properties.numericType != nil)
    }.count
  }

  /// With the characters that mean something in HTML written as names.
  var escapedForHTML: TemplateText {
    mapped { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&#34;"
      case "'": "&#39;"
      default: String(scalar)
      }
    }
  }

  /// With all but letters, digits and `_.-~/` written as `%NN`.
  var percentEncoded: TemplateText {
    mapped { scalar in
      if scalar.isASCII,
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          || "_.-~/".unicodeScalars.contains(scalar)
      {
        return String(scalar)
      }
      return String(scalar).utf8.map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count < 2 ? "0" : "") + digits
      }.joined()
    }
  }

  /// As Python's `str.isspace`.
  static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || ("\u{1C}"..."\u{1F}").contains(scalar)
  }
}

/// Texts are the same whoever wrote them.
extension TemplateText: Equatable {
  static func == (left: TemplateText, right: TemplateText) -> Bool {
    left.characters.elementsEqual(right.characters) { $0.scalar == $1.scalar }
  }
}

extension Array {
  /// Stretches between neighbours for which `isBoundary` holds.
  fileprivate func split(whereBoundary isBoundary: (Element, Element) -> Bool) -> [ArraySlice<
    Element
  >] {
    var parts: [ArraySlice<Element>] = []
    var start = startIndex
    for index in indices.dropFirst() where isBoundary(self[index - 1], self[index]) {
      parts.append(self[start..<index])
      start = index
    }
    if start < endIndex { parts.append(self[start...]) }
    return parts
  }
}
