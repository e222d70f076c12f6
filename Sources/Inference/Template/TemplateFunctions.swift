/// Functions that every chat template can call.
enum TemplateFunctions {
  static let names: Set<String> = [
    "range", "namespace", "dict", "raise_exception", "strftime_now",
  ]

  /// The day that templates are told, so that a prompt is the same every day; it is the one that
  /// Llama 3's templates fall back to.
  static let day = (day: 26, month: 7, year: 2024, weekday: 5)

  /// `format` as C's `strftime` has it, for midnight of `day`; nil where it asks for what is not
  /// known here.
  static func date(_ format: String) -> String? {
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    let weekdays = [
      "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var date = ""
    var isField = false
    for character in format {
      guard isField else {
        if character == "%" { isField = true } else { date.append(character) }
        continue
      }
      isField = false
      switch character {
      case "d": date += padded(day.day)
      case "m": date += padded(day.month)
      case "Y": date += "\(day.year)"
      case "y": date += padded(day.year % 100)
      case "B": date += months[day.month - 1]
      case "b": date += months[day.month - 1].prefix(3)
      case "A": date += weekdays[day.weekday]
      case "a": date += weekdays[day.weekday].prefix(3)
      case "H", "M", "S": date += "00"
      case "%": date += "%"
      default: return nil
      }
    }
    return date
  }
}

extension TemplateRenderer {
  func function(
    _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "namespace":
      let namespace = TemplateNamespace()
      namespace.values = mapping(arguments)
      return .namespace(namespace)
    case "dict": return .mapping(mapping(arguments))
    case "raise_exception": throw error(.refused(arguments.positional.first?.text.string ?? ""))
    case "range": return try range(arguments.positional)
    case "strftime_now":
      guard let format = arguments.positional.first?.text.string,
        let date = TemplateFunctions.date(format)
      else { throw error(.unsupported(arguments.positional.first?.text.string ?? name)) }
      return .own(date)
    default: throw error(.unsupported(name))
    }
  }

  private func mapping(_ arguments: TemplateCallArguments) -> TemplateMapping {
    var mapping = TemplateMapping()
    if case .mapping(let given) = arguments.positional.first { mapping = given }
    for (name, value) in arguments.named.sorted(by: { $0.key < $1.key }) { mapping[name] = value }
    return mapping
  }

  private func range(_ bounds: [TemplateValue]) throws(TemplateError) -> TemplateValue {
    var numbers: [Int] = []
    for bound in bounds {
      guard case .integer(let number) = bound, Self.rangeLimits.contains(number) else {
        throw error(.type("count to \(bound.kind)"))
      }
      numbers.append(number)
    }
    let step = numbers.count == 3 ? numbers[2] : 1
    guard (1...3).contains(numbers.count), step != 0 else {
      throw error(.type("count with \(bounds.count) bounds"))
    }
    let start = numbers.count > 1 ? numbers[0] : 0
    let stop = numbers.count > 1 ? numbers[1] : numbers[0]
    return .list(stride(from: start, to: stop, by: step).map { .integer($0) })
  }

  private static var rangeLimits: ClosedRange<Int> { -100_000...100_000 }

  // MARK: Methods

  /// The result of a value's method; nil where it has none of that name.
  func method(
    _ name: String, of object: TemplateValue, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue? {
    switch object {
    case .text(let text): return try method(name, of: text, arguments)
    case .mapping(let mapping):
      switch name {
      case "items": return .list(mapping.items)
      case "keys": return .list(mapping.keys.map(TemplateValue.own))
      case "values": return .list(mapping.keys.compactMap { mapping[$0] })
      case "get":
        let key = arguments.positional.first?.text.string ?? ""
        return mapping[key] ?? arguments.value(1, "default") ?? TemplateValue.null
      default: return nil
      }
    case .undefined: throw error(.type("call \(name.debugDescription) of \(object.kind)"))
    default: return nil
    }
  }

  private func method(
    _ name: String, of text: TemplateText, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue? {
    func argument(_ index: Int) throws(TemplateError) -> TemplateText {
      guard index < arguments.positional.count, case .text(let text) = arguments.positional[index]
      else { throw error(.type("call \(name.debugDescription) without a text")) }
      return text
    }
    func set() throws(TemplateError) -> TemplateText? {
      switch arguments.positional.first {
      case nil, .some(.null): nil
      default: try argument(0)
      }
    }
    switch name {
    case "strip": return .text(text.stripped(of: try set()))
    case "lstrip": return .text(text.stripped(of: try set(), right: false))
    case "rstrip": return .text(text.stripped(of: try set(), left: false))
    case "split", "rsplit":
      guard let separator = try set() else {
        return .list(text.splitAtWhiteSpace().map { .text($0) })
      }
      guard separator.count > 0 else { throw error(.type("split at an empty text")) }
      var limit = Int.max
      if case .integer(let count) = arguments.value(1, "maxsplit"), count >= 0 { limit = count }
      return .list(
        text.split(by: separator, limit: limit, fromEnd: name == "rsplit").map { .text($0) })
    case "splitlines": return .list(text.lines().map { .text($0) })
    case "startswith", "endswith":
      var candidates = arguments.positional.prefix(1)
      if case .list(let several) = candidates.first { candidates = several[...] }
      return .bool(
        candidates.contains { candidate in
          guard case .text(let part) = candidate else { return false }
          return name == "startswith" ? text.hasPrefix(part) : text.hasSuffix(part)
        })
    case "replace":
      var limit = Int.max
      if case .integer(let count) = arguments.value(2, "count"), count >= 0 { limit = count }
      return .text(try replaced(text, try argument(0), try argument(1), limit))
    case "find": return .integer(text.firstIndex(of: try argument(0)) ?? -1)
    case "count": return .integer(text.split(by: try argument(0)).count - 1)
    case "join":
      return try joined(arguments.positional.first ?? .undefined("join"), with: text)
    case "upper": return .text(text.mapped { $0.properties.uppercaseMapping })
    case "lower": return .text(text.mapped { $0.properties.lowercaseMapping })
    case "title": return .text(titled(text))
    case "capitalize": return .text(capitalised(text))
    case "isdigit":
      return .bool(
        text.count > 0 && text.characters.allSatisfy { $0.scalar.properties.numericType != nil })
    default: return nil
    }
  }

  func replaced(
    _ text: TemplateText, _ part: TemplateText, _ other: TemplateText, _ limit: Int
  ) throws(TemplateError) -> TemplateText {
    guard part.count > 0 else { throw error(.type("replace an empty text")) }
    let parts = text.split(by: part, limit: limit)
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

  func capitalised(_ text: TemplateText) -> TemplateText {
    TemplateText(text.characters.prefix(1)).mapped { $0.properties.titlecaseMapping }
      + TemplateText(text.characters.dropFirst()).mapped { $0.properties.lowercaseMapping }
  }

  func titled(_ text: TemplateText) -> TemplateText {
    var isInWord = false
    return text.mapped { scalar in
      defer { isInWord = scalar.properties.isAlphabetic }
      return isInWord
        ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
    }
  }
}

extension TemplateMapping {
  /// Pairs of keys and values.
  var items: [TemplateValue] {
    keys.map { key in .list([.own(key), self[key] ?? .null]) }
  }
}
