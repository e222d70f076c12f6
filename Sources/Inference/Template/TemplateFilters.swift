extension TemplateRenderer {
  /// `value | name(arguments)`
  mutating func filtered(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    func bound(_ parameters: String..., required: Int = 0) throws(TemplateError)
      -> [TemplateValue?]
    {
      try bind(arguments, of: name, to: parameters, required: required)
    }
    switch name {
    case "upper", "lower", "capitalize", "string":
      _ = try bound()
      return name == "string"
        ? .text(value.text) : try method(name, of: .text(value.text), arguments)
    case "safe":
      _ = try bound()
      return value
    case "title":
      _ = try bound()
      return .text(value.text.words(after: " \t\n\r-({[<"))
    case "trim": return .text(value.text.stripped(of: try text(try bound("chars")[0], name)))
    case "replace":
      return .text(
        try replaced(value.text, try bound("old", "new", "count", required: 2), name))
    case "escape", "e", "forceescape":
      _ = try bound()
      return .text(value.text.escapedForHTML)
    case "default", "d":
      let bound = try bound("default_value", "boolean")
      let isMissing = value.isUndefined || bound[1]?.isTrue ?? false && !value.isTrue
      return isMissing ? bound[0] ?? .own("") : value
    case "tojson":
      return try json(
        value, try bound("ensure_ascii", "indent", "separators", "sort_keys"))
    case "int", "float", "abs", "round": return try number(value, name, arguments)
    case "format":
      var values = TemplateValue.tuple(arguments.positional)
      if !arguments.named.isEmpty {
        guard arguments.positional.isEmpty else { throw error(.type("format with both kinds")) }
        var mapping = TemplateMapping()
        for (name, value) in arguments.named { mapping[name] = value }
        values = .mapping(mapping)
      }
      return .text(try percentFormatted(value.text, values))
    case "indent": return try indented(value.text, try bound("width", "first", "blank"))
    case "center":
      let width = try integer(try bound("width")[0], name, default: 80)
      return .text(try aligned(value.text, name, width: width))
    case "wordcount":
      _ = try bound()
      return .integer(value.text.wordCount)
    case "truncate":
      return try truncated(value.text, try bound("length", "killwords", "end", "leeway"))
    case "urlencode":
      _ = try bound()
      guard case .text(let text) = value else { throw error(.unsupported("urlencode")) }
      return .text(text.percentEncoded)
    case "attr":
      let attribute = try text(try bound("name", required: 1)[0], name)?.string ?? ""
      return try self.attribute(attribute, of: value)
    case "items":
      _ = try bound()
      if value.isUndefined { return .list([]) }
      guard case .mapping(let mapping) = value else {
        throw error(.type("list the items of \(value.kind)"))
      }
      return .list(mapping.items)
    default: return try filteredList(value, name, arguments)
    }
  }

  // MARK: Numbers

  private func number(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "int":
      let bound = try bind(arguments, of: name, to: ["default", "base"])
      let base = try integer(bound[1], name, default: 10)
      return try whole(value, base: base) ?? bound[0] ?? .integer(0)
    case "float":
      let fallback = try bind(arguments, of: name, to: ["default"])[0] ?? .real(0)
      if case .text(let text) = value {
        return Double(text.stripped().string).map { .real($0) } ?? fallback
      }
      return value.number.map { .real($0) } ?? fallback
    case "abs":
      _ = try bind(arguments, of: name, to: [])
      if let integer = value.integer, integer != .min { return .integer(abs(integer)) }
      guard case .real(let real) = value else { throw error(.type("measure \(value.kind)")) }
      return .real(abs(real))
    default: return try rounded(value, try bind(arguments, of: name, to: ["precision", "method"]))
    }
  }

  /// The integer that `value` is or spells; nil for none.
  private func whole(_ value: TemplateValue, base: Int) throws(TemplateError) -> TemplateValue? {
    if case .text(let text) = value {
      var digits = text.stripped().string.replacing("_", with: "")
      let prefixes = [16: "0x", 8: "0o", 2: "0b"]
      if let prefix = prefixes[base], digits.lowercased().hasPrefix(prefix) {
        digits = String(digits.dropFirst(2))
      }
      guard (2...36).contains(base) else { throw error(.unsupported("int to base \(base)")) }
      if let integer = Int(digits, radix: base) { return .integer(integer) }
      return Double(digits).flatMap { Int(exactly: $0.rounded(.towardZero)) }.map { .integer($0) }
    }
    if let integer = value.integer { return .integer(integer) }
    return value.number.flatMap { Int(exactly: $0.rounded(.towardZero)) }.map { .integer($0) }
  }

  /// As Python rounds: halves to even, and by the decimal digits of the exact number.
  private func rounded(
    _ value: TemplateValue, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    let precision = try integer(bound[0], "round", default: 0)
    let method = try text(bound[1], "round")?.string ?? "common"
    guard let number = value.number, (0...100).contains(precision) else {
      throw error(.type("round \(value.kind)"))
    }
    if method == "common" {
      if let integer = value.integer { return .integer(integer) }
      guard number.isFinite else { return value }
      return .real(Double(TemplateFormat.text(number, "f", precision)) ?? number)
    }
    var scale = 1.0
    for _ in 0..<precision { scale *= 10 }
    switch method {
    case "ceil": return .real((number * scale).rounded(.up) / scale)
    case "floor": return .real((number * scale).rounded(.down) / scale)
    default: throw error(.unsupported("round with \(method)"))
    }
  }

  // MARK: Texts

  private func json(
    _ value: TemplateValue, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    var json = TemplateJSON()
    json.isASCII = bound[0]?.isTrue ?? false
    switch bound[1] {
    case nil, .null: break
    case .text(let indent) where indent.count <= 16: json.indent = indent.string
    case let width?:
      let width = try integer(width, "tojson", default: 0)
      json.indent = String(repeating: " ", count: min(max(width, 0), 16))
    }
    if json.indent != nil { json.itemSeparator = "," }
    if let separators = bound[2], !separators.isNull {
      let parts = try elements(of: separators)
      guard parts.count == 2, let item = try text(parts[0], "tojson"),
        let key = try text(parts[1], "tojson"), item.count <= 16, key.count <= 16
      else { throw error(.type("separate with \(separators.kind)")) }
      (json.itemSeparator, json.keySeparator) = (item.string, key.string)
    }
    json.sortsKeys = bound[3]?.isTrue ?? false
    guard let written = json.text(of: value) else {
      throw error(.type("write \(value.kind) as JSON"))
    }
    return .text(try checked(written))
  }

  private func indented(
    _ text: TemplateText, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    var indent = TemplateText("", isControl: true)
    if case .text(let given) = bound[0] {
      indent = given
    } else {
      let width = try integer(bound[0], "indent", default: 4)
      guard width <= 1_000 else { throw error(.tooMuch("characters")) }
      indent = TemplateText(String(repeating: " ", count: max(0, width)), isControl: true)
    }
    let (first, blank) = (bound[1]?.isTrue ?? false, bound[2]?.isTrue ?? false)
    let newline = TemplateText("\n", isControl: true)
    // As Jinja does, so that a newline at the end stays.
    let lines = (text + newline).lines()
    guard lines.count <= Self.textLimit / max(1, indent.count) else {
      throw error(.tooMuch("characters"))
    }
    let rest = lines.enumerated().map { place, line in
      (place > 0 || first) && (blank || line.count > 0 || place == 0) ? indent + line : line
    }
    return .text(try checked(newline.joining(rest)))
  }

  private func truncated(
    _ text: TemplateText, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    let length = try integer(bound[0], "truncate", default: 255)
    let end = try self.text(bound[2], "truncate") ?? TemplateText("...", isControl: true)
    let leeway = try integer(bound[3], "truncate", default: 5)
    guard length >= end.count, leeway >= 0, leeway < Self.textLimit, length < Self.textLimit else {
      throw error(.type("cut a text to \(length) characters"))
    }
    guard text.count > length + leeway else { return .text(text) }
    var kept = TemplateText(text.characters.prefix(length - end.count))
    if !(bound[1]?.isTrue ?? false) {
      let space = TemplateText(" ", isControl: true)
      kept = kept.split(by: space, limit: 1, fromEnd: true)[0]
    }
    return .text(kept + end)
  }
}

extension TemplateValue {
  fileprivate var isNull: Bool { if case .null = self { true } else { false } }
}
