/// Which methods values have, as Python's do.
enum TemplateMethods {
  static let ofTexts: Set<String> = [
    "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith",
    "replace", "find", "rfind", "index", "rindex", "count", "join", "upper", "lower", "title",
    "capitalize", "swapcase", "casefold", "isdigit", "isdecimal", "isnumeric", "isalpha", "isalnum",
    "isspace", "isupper", "islower", "istitle", "format", "format_map", "center", "ljust", "rjust",
    "zfill", "partition", "rpartition", "removeprefix", "removesuffix", "expandtabs", "encode",
    "translate", "isascii", "isidentifier", "isprintable", "maketrans",
  ]
  static let ofMappings: Set<String> = [
    "items", "keys", "values", "get", "copy", "update", "pop", "popitem", "setdefault", "clear",
    "fromkeys",
  ]
  static let ofLists: Set<String> = [
    "index", "count", "copy", "append", "extend", "insert", "pop", "remove", "reverse", "sort",
    "clear",
  ]

  /// Whether `value` has a method of that name.
  static func have(_ name: String, _ value: TemplateValue) -> Bool {
    switch value {
    case .text: ofTexts.contains(name)
    case .mapping: ofMappings.contains(name)
    case .list: ofLists.contains(name)
    case .tuple: name == "index" || name == "count"
    case .position: name == "cycle" || name == "changed"
    case .cycle(let cycle): !cycle.isJoiner && (name == "next" || name == "reset")
    default: false
    }
  }
}

extension TemplateRenderer {
  /// The result of a method that `object` has; what would change a value is not allowed, as in
  /// the sandbox that chat templates are rendered in elsewhere.
  func method(
    _ name: String, of object: TemplateValue, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    switch object {
    case .text(let text): return try method(name, of: text, arguments)
    case .mapping(let mapping): return try method(name, of: mapping, arguments)
    case .list(let elements), .tuple(let elements):
      return try method(name, of: elements, object, arguments)
    case .cycle(let cycle): return try call(cycle, name, arguments)
    case .position(let position):
      _ = try bind(TemplateCallArguments(named: arguments.named), of: name, to: [])
      if name == "changed" {
        let last = position.memory.last
        position.memory.last = arguments.positional
        return .bool(
          last.map { !TemplateValue.list($0).equals(.list(arguments.positional)) } ?? true)
      }
      guard !arguments.positional.isEmpty else { throw error(.type("take turns of nothing")) }
      return arguments.positional[position.index % arguments.positional.count]
    default: throw error(.unsupported(name))
    }
  }

  private func method(
    _ name: String, of mapping: TemplateMapping, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    if name == "get" {
      let bound = try bind(arguments, of: name, to: ["key", "default"], required: 1)
      return bound[0].flatMap(mapping.value(of:)) ?? bound[1] ?? .null
    }
    _ = try bind(arguments, of: name, to: [])
    switch name {
    case "items": return .list(mapping.items)
    case "keys": return .list(mapping.keys)
    case "values": return .list(mapping.pairs.map(\.value))
    case "copy": return .mapping(mapping)
    default: throw error(.unsupported(name))
    }
  }

  private func method(
    _ name: String, of elements: [TemplateValue], _ object: TemplateValue,
    _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "copy":
      _ = try bind(arguments, of: name, to: [])
      return object
    case "count", "index":
      let value = try bind(arguments, of: name, to: ["value"], required: 1)[0] ?? .null
      if name == "count" { return .integer(elements.count { $0.equals(value) }) }
      guard let place = elements.firstIndex(where: { $0.equals(value) }) else {
        throw error(.type("find \(value.kind) in \(object.kind)"))
      }
      return .integer(place)
    default: throw error(.unsupported(name))
    }
  }

  // MARK: Texts

  private func method(
    _ name: String, of text: TemplateText, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    func bound(_ parameters: [String], _ required: Int = 0) throws(TemplateError)
      -> [TemplateValue?]
    {
      try bind(arguments, of: name, to: parameters, required: required)
    }
    /// The one argument, a text.
    func part(_ parameters: [String] = ["text"]) throws(TemplateError) -> TemplateText {
      let value = try bound(parameters, 1)[0]
      guard let part = try self.text(value, name) else {
        throw error(.type("call \(name.debugDescription) with none"))
      }
      return part
    }
    switch name {
    case "strip", "lstrip", "rstrip":
      let set = try self.text(try bound(["chars"])[0], name)
      return .text(text.stripped(of: set, left: name != "rstrip", right: name != "lstrip"))
    case "split", "rsplit":
      let bound = try bound(["sep", "maxsplit"])
      let limit = try integer(bound[1], name, default: -1)
      return .list(
        try split(
          text, by: try self.text(bound[0], name), limit: limit < 0 ? .max : limit,
          fromEnd: name == "rsplit"
        ).map { .text($0) })
    case "splitlines":
      let keepsEnds = try bound(["keepends"])[0]?.isTrue ?? false
      return .list(text.lines(keepingEnds: keepsEnds).map { .text($0) })
    case "startswith", "endswith":
      let bound = try bound(["text", "start", "end"], 1)
      let text = try slice(of: text, bound[1], bound[2], name)
      var candidates = bound[0].map { [$0] } ?? []
      if case .tuple(let several) = candidates.first { candidates = several }
      for candidate in candidates {
        guard case .text(let part) = candidate else {
          throw error(.type("call \(name.debugDescription) with \(candidate.kind)"))
        }
        if name == "startswith" ? text.hasPrefix(part) : text.hasSuffix(part) { return .bool(true) }
      }
      return .bool(false)
    case "replace":
      let bound = try bound(["old", "new", "count"], 2)
      return .text(try replaced(text, bound, name))
    case "find", "index", "rfind", "rindex":
      let part = try part()
      let place = name.hasPrefix("r") ? text.lastIndex(of: part) : text.place(of: part)
      guard place != nil || name.hasSuffix("find") else { throw error(.type("find a text")) }
      return .integer(place ?? -1)
    case "count":
      let part = try part()
      return .integer(part.count == 0 ? text.count + 1 : text.split(by: part).count - 1)
    case "join": return try joined(try bound(["iterable"], 1)[0] ?? .null, with: text)
    case "partition", "rpartition":
      let separator = try part()
      guard separator.count > 0 else { throw error(.type("split at an empty text")) }
      let parts = text.split(by: separator, limit: 1, fromEnd: name == "rpartition")
      let empty = TemplateText("", isControl: true)
      let whole = name == "partition" ? [text, empty, empty] : [empty, empty, text]
      let three = parts.count == 2 ? [parts[0], separator, parts[1]] : whole
      return .tuple(three.map { .text($0) })
    case "removeprefix":
      let part = try part()
      return .text(
        text.hasPrefix(part) ? TemplateText(text.characters.dropFirst(part.count)) : text)
    case "removesuffix":
      let part = try part()
      return .text(
        text.hasSuffix(part) ? TemplateText(text.characters.dropLast(part.count)) : text)
    case "center", "ljust", "rjust":
      let bound = try bound(["width", "fillchar"], 1)
      let fill = try self.text(bound[1], name)?.characters.first?.scalar ?? " "
      return .text(
        try aligned(text, name, width: try integer(bound[0], name, default: 0), fill: fill))
    case "zfill":
      let width = try integer(try bound(["width"], 1)[0], name, default: 0)
      return .text(try aligned(text, "rjust", width: width, fill: "0"))
    case "format": return .text(try formatted(text, arguments))
    default:
      _ = try bound([])
      return try property(name, of: text)
    }
  }

  /// Methods without arguments.
  private func property(_ name: String, of text: TemplateText) throws(TemplateError)
    -> TemplateValue
  {
    func all(_ holds: (Unicode.Scalar.Properties) -> Bool) -> TemplateValue {
      .bool(text.count > 0 && text.characters.allSatisfy { holds($0.scalar.properties) })
    }
    /// Whether the letters with case, at least one, are all of one case.
    func allCased(_ isUpper: Bool) -> TemplateValue {
      let cased = text.characters.map(\.scalar.properties).filter(\.isCased)
      return .bool(!cased.isEmpty && cased.allSatisfy { isUpper ? $0.isUppercase : $0.isLowercase })
    }
    switch name {
    case "upper": return .text(text.mapped { $0.properties.uppercaseMapping })
    case "lower", "casefold": return .text(text.mapped { $0.properties.lowercaseMapping })
    case "swapcase":
      return .text(
        text.mapped {
          $0.properties.isUppercase
            ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping
        })
    case "title": return .text(text.titled)
    case "capitalize": return .text(text.capitalised)
    case "isdigit": return all { $0.numericType == .decimal || $0.numericType == .digit }
    case "isdecimal": return all { $0.numericType == .decimal }
    case "isnumeric": return all { $0.numericType != nil }
    case "isalpha": return all(\.isLetter)
    case "isalnum": return all { $0.isLetter || $0.numericType != nil }
    case "isspace":
      return .bool(
        text.count > 0 && text.characters.allSatisfy { TemplateText.isWhiteSpace($0.scalar) })
    case "isascii": return .bool(text.characters.allSatisfy(\.scalar.isASCII))
    case "isupper": return allCased(true)
    case "islower": return allCased(false)
    default: throw error(.unsupported(name))
    }
  }

  private func split(
    _ text: TemplateText, by separator: TemplateText?, limit: Int, fromEnd: Bool
  ) throws(TemplateError) -> [TemplateText] {
    guard let separator else { return text.splitAtWhiteSpace(limit: limit, fromEnd: fromEnd) }
    guard separator.count > 0 else { throw error(.type("split at an empty text")) }
    return text.split(by: separator, limit: limit, fromEnd: fromEnd)
  }

  /// The part of `text` between two places, as in a slice.
  private func slice(
    of text: TemplateText, _ start: TemplateValue?, _ end: TemplateValue?, _ name: String
  ) throws(TemplateError) -> TemplateText {
    guard start != nil || end != nil else { return text }
    let start = try integer(start, name, default: 0)
    let end = try integer(end, name, default: text.count)
    return TemplateText(
      Self.places(start, end, 1, count: text.count).map { text.characters[$0] })
  }

  /// A text with `bound[0]` replaced by `bound[1]`, at most `bound[2]` times.
  func replaced(
    _ text: TemplateText, _ bound: [TemplateValue?], _ name: String
  ) throws(TemplateError) -> TemplateText {
    guard let part = try self.text(bound[0], name), let other = try self.text(bound[1], name) else {
      throw error(.type("call \(name.debugDescription) with none"))
    }
    let count = try integer(bound[2], name, default: -1)
    guard part.count > 0 else { throw error(.type("replace an empty text")) }
    let parts = text.split(by: part, limit: count < 0 ? .max : count)
    guard other.count == 0 || parts.count <= Self.textLimit / other.count else {
      throw error(.tooMuch("characters"))
    }
    return try checked(other.joining(parts))
  }

  func joined(
    _ values: TemplateValue, with separator: TemplateText
  ) throws(TemplateError) -> TemplateValue {
    let parts = try elements(of: values).map(\.text)
    let length = parts.reduce(0) { $0 + $1.count }
    guard length <= Self.textLimit,
      separator.count == 0 || parts.count <= Self.textLimit / separator.count
    else { throw error(.tooMuch("characters")) }
    return .text(separator.joining(parts))
  }

  /// `text` in a field of `width` characters, as `center`, `ljust` and `rjust` put it.
  func aligned(
    _ text: TemplateText, _ name: String, width: Int, fill: Unicode.Scalar = " "
  ) throws(TemplateError) -> TemplateText {
    guard width <= Self.textLimit else { throw error(.tooMuch("characters")) }
    let room = max(0, width - text.count)
    // Python's centre leans to the left in odd fields only.
    let left =
      name == "ljust" ? 0 : name == "rjust" ? room : room / 2 + (room & width & 1)
    func filling(_ count: Int) -> TemplateText {
      TemplateText(String(repeating: Character(fill), count: count), isControl: true)
    }
    return filling(left) + text + filling(room - left)
  }
}

extension Unicode.Scalar.Properties {
  /// Whether it is of a general category of letters.
  fileprivate var isLetter: Bool {
    switch generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
