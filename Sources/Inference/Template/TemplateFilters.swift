extension TemplateRenderer {
  /// `value | name(arguments)`
  mutating func filtered(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "trim": return .text(value.text.stripped(of: arguments.positional.first?.text))
    case "upper": return .text(value.text.mapped { $0.properties.uppercaseMapping })
    case "lower": return .text(value.text.mapped { $0.properties.lowercaseMapping })
    case "capitalize": return .text(capitalised(value.text))
    case "title": return .text(titled(value.text))
    case "string": return .text(value.text)
    case "safe": return value
    case "replace":
      return .text(
        try replaced(
          value.text, arguments.value(0, "old")?.text ?? TemplateText("", isControl: true),
          arguments.value(1, "new")?.text ?? TemplateText("", isControl: true), .max))
    case "default", "d":
      let replacesFalse = arguments.value(1, "boolean")?.isTrue ?? false
      let isMissing = value.isUndefined || replacesFalse && !value.isTrue
      return isMissing ? arguments.value(0, "default_value") ?? .own("") : value
    case "tojson":
      var indent: Int?
      if case .integer(let width) = arguments.value(0, "indent") { indent = min(max(width, 0), 16) }
      guard let json = value.json(indent: indent) else {
        throw error(.type("write \(value.kind) as JSON"))
      }
      return .text(try checked(json))
    case "int", "float", "abs", "round": return try number(value, name)
    case "items":
      guard case .mapping(let mapping) = value else { return .list([]) }
      return .list(mapping.items)
    case "dictsort":
      guard case .mapping(let mapping) = value else { throw error(.type("sort \(value.kind)")) }
      return .list(mapping.keys.sorted().map { .list([.own($0), mapping[$0] ?? .null]) })
    default: return try filteredList(value, name, arguments)
    }
  }

  private func number(_ value: TemplateValue, _ name: String) throws(TemplateError) -> TemplateValue
  {
    let number: Double? =
      if case .text(let text) = value { Double(text.stripped().string) } else { value.number }
    guard let number, number.isFinite, abs(number) < 1e15 else {
      if name == "int" { return .integer(0) }
      throw error(.type("make a number of \(value.kind)"))
    }
    switch (name, value) {
    case ("int", _): return .integer(Int(number))
    case ("abs", .integer(let integer)): return .integer(abs(integer))
    case ("abs", _): return .real(abs(number))
    case ("round", _): return .real(number.rounded())
    default: return .real(number)
    }
  }

  private mutating func filteredList(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "length", "count":
      if case .text(let text) = value { return .integer(text.count) }
      return .integer(try elements(of: value).count)
    case "first": return try elements(of: value).first ?? .undefined("first")
    case "last": return try elements(of: value).last ?? .undefined("last")
    case "list": return .list(try elements(of: value))
    case "reverse": return .list(try elements(of: value).reversed())
    case "unique":
      var found: [TemplateValue] = []
      for element in try elements(of: value) where !found.contains(where: { $0.equals(element) }) {
        guard found.count < 1_000 else { throw error(.tooMuch("elements")) }
        found.append(element)
      }
      return .list(found)
    case "join":
      var joined = value
      if let attribute = arguments.value(1, "attribute") {
        joined = .list(
          try elements(of: value).map { element throws(TemplateError) in
            try part(attribute, of: element)
          })
      }
      return try self.joined(
        joined, with: arguments.value(0, "d")?.text ?? TemplateText("", isControl: true))
    case "select", "reject":
      return .list(
        try chosen(
          try elementsOrNone(of: value), by: arguments.positional[...], keeps: name == "select"
        ) { element, _ in element })
    case "selectattr", "rejectattr":
      guard let attribute = arguments.positional.first else { throw error(.unsupported(name)) }
      return .list(
        try chosen(
          try elementsOrNone(of: value), by: arguments.positional.dropFirst(),
          keeps: name == "selectattr"
        ) { element, renderer throws(TemplateError) in try renderer.part(attribute, of: element) })
    case "map": return .list(try mapped(try elementsOrNone(of: value), arguments))
    default: throw error(.unsupported(name))
    }
  }

  /// The elements to choose from; what is false, such as none, has none, as in Jinja.
  private func elementsOrNone(
    of value: TemplateValue
  ) throws(TemplateError) -> [TemplateValue] {
    value.isTrue ? try elements(of: value) : []
  }

  /// Elements whose subject passes, or fails, the test that `test` names; being true is the test
  /// where it names none.
  private func chosen(
    _ elements: [TemplateValue], by test: ArraySlice<TemplateValue>, keeps: Bool,
    _ subject: (TemplateValue, TemplateRenderer) throws(TemplateError) -> TemplateValue
  ) throws(TemplateError) -> [TemplateValue] {
    var chosen: [TemplateValue] = []
    for element in elements {
      let subject = try subject(element, self)
      let passes =
        try test.first.map { name throws(TemplateError) in
          try self.test(subject, name.text.string, Array(test.dropFirst()))
        } ?? subject.isTrue
      if passes == keeps { chosen.append(element) }
    }
    return chosen
  }

  private mutating func mapped(
    _ elements: [TemplateValue], _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> [TemplateValue] {
    var mapped: [TemplateValue] = []
    for element in elements {
      if let attribute = arguments.named["attribute"] {
        let part = try part(attribute, of: element)
        mapped.append(part.isUndefined ? arguments.named["default"] ?? part : part)
      } else if let name = arguments.positional.first {
        let rest = TemplateCallArguments(positional: Array(arguments.positional.dropFirst()))
        mapped.append(
          try deeper { renderer throws(TemplateError) in
            try renderer.filtered(element, name.text.string, rest)
          })
      } else {
        throw error(.unsupported("map"))
      }
    }
    return mapped
  }

  /// The part of `element` that an attribute of the form `a.b` names.
  private func part(
    _ attribute: TemplateValue, of element: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    var part = element
    for name in attribute.text.string.split(separator: ".") {
      guard case .mapping(let mapping) = part else { return .undefined(String(name)) }
      part = mapping[String(name)] ?? .undefined(String(name))
    }
    return part
  }

  // MARK: Tests

  /// `value is name(arguments)`
  func test(
    _ value: TemplateValue, _ name: String, _ arguments: [TemplateValue]
  ) throws(TemplateError) -> Bool {
    let comparisons = [
      "eq": "==", "equalto": "==", "==": "==", "ne": "!=", "!=": "!=", "lt": "<", "lessthan": "<",
      "<": "<", "le": "<=", "<=": "<=", "gt": ">", "greaterthan": ">", ">": ">", "ge": ">=",
      ">=": ">=", "in": "in", "sameas": "==",
    ]
    if let operation = comparisons[name] {
      guard let other = arguments.first else { throw error(.unsupported(name)) }
      return try compare(value, operation, other)
    }
    switch (name, value) {
    case ("defined", _): return !value.isUndefined
    case ("undefined", _): return value.isUndefined
    case ("none", .null), ("string", .text), ("boolean", .bool), ("integer", .integer),
      ("float", .real), ("mapping", .mapping):
      return true
    case ("none", _), ("string", _), ("boolean", _), ("integer", _), ("float", _), ("mapping", _):
      return false
    case ("true", .bool(let isTrue)): return isTrue
    case ("false", .bool(let isTrue)): return !isTrue
    case ("true", _), ("false", _): return false
    case ("number", _): return value.number != nil
    case ("sequence", _), ("iterable", _):
      switch value {
      case .list, .text, .mapping: return true
      default: return false
      }
    case ("callable", _):
      switch value {
      case .macro, .function: return true
      default: return false
      }
    case ("odd", .integer(let number)): return number % 2 != 0
    case ("even", .integer(let number)): return number % 2 == 0
    case ("divisibleby", .integer(let number)):
      guard case .integer(let divisor) = arguments.first, divisor != 0, divisor != -1 else {
        throw error(.type("divide"))
      }
      return number % divisor == 0
    default: throw error(.unsupported(name))
    }
  }
}
