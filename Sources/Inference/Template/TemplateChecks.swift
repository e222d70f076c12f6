extension TemplateRenderer {
  private static let comparisons = [
    "eq": "==", "equalto": "==", "==": "==", "ne": "!=", "!=": "!=", "lt": "<", "lessthan": "<",
    "<": "<", "le": "<=", "<=": "<=", "gt": ">", "greaterthan": ">", ">": ">", "ge": ">=",
    ">=": ">=", "in": "in", "sameas": "==",
  ]
  static let filters: Set<String> = [
    "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e",
    "escape", "first", "float", "forceescape", "format", "groupby", "indent", "int", "items",
    "join",
    "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace",
    "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string", "sum", "title",
    "tojson", "trim", "truncate", "unique", "upper", "urlencode", "wordcount",
  ]
  private static let tests: Set<String> = [
    "defined", "undefined", "none", "string", "boolean", "integer", "float", "mapping", "true",
    "false", "number", "sequence", "iterable", "callable", "odd", "even", "divisibleby", "upper",
    "lower", "filter", "test", "escaped",
  ]

  /// `value is name(arguments)`
  func test(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> Bool {
    if let operation = Self.comparisons[name] {
      let other = try bind(arguments, of: name, to: ["other"], required: 1)[0] ?? .null
      return try compare(value, operation, other)
    }
    guard name == "divisibleby" else {
      _ = try bind(arguments, of: name, to: [])
      return try test(value, name)
    }
    let divisor = try bind(arguments, of: name, to: ["num"], required: 1)[0]?.integer ?? 0
    guard let number = value.integer, divisor != 0, divisor != -1 else {
      throw error(.type("divide"))
    }
    return number % divisor == 0
  }

  /// A test without arguments.
  private func test(_ value: TemplateValue, _ name: String) throws(TemplateError) -> Bool {
    switch (name, value) {
    case ("defined", _): return !value.isUndefined
    case ("undefined", _): return value.isUndefined
    case ("none", .null), ("string", .text), ("boolean", .bool), ("integer", .integer),
      ("float", .real), ("mapping", .mapping):
      return true
    case ("none", _), ("string", _), ("boolean", _), ("integer", _), ("float", _), ("mapping", _),
      ("escaped", _):
      return false
    case ("true", .bool(let isTrue)): return isTrue
    case ("false", .bool(let isTrue)): return !isTrue
    case ("true", _), ("false", _): return false
    case ("number", _): return value.number != nil
    case ("sequence", _), ("iterable", _):
      switch value {
      case .list, .tuple, .text, .mapping, .undefined: return true
      default: return false
      }
    case ("callable", _):
      switch value {
      case .macro, .function, .method: return true
      case .cycle(let cycle): return cycle.isJoiner
      case .position(let position): return position.loop != nil
      default: return false
      }
    case ("odd", _), ("even", _):
      guard let number = value.integer else { throw error(.type("divide \(value.kind)")) }
      return (number % 2 == 0) == (name == "even")
    case ("upper", _), ("lower", _):
      let result = try method("is" + name, of: .text(value.text), TemplateCallArguments())
      return result.isTrue
    case ("filter", .text(let text)): return Self.filters.contains(text.string)
    case ("test", .text(let text)):
      return Self.tests.contains(text.string) || Self.comparisons[text.string] != nil
    default: throw error(.unsupported(name))
    }
  }
}
