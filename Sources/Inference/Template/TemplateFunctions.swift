/// Functions that every chat template can call.
enum TemplateFunctions {
  static let names: Set<String> = [
    "range", "namespace", "dict", "joiner", "cycler", "raise_exception", "strftime_now",
  ]

  /// `format` as C's `strftime` has it for midnight of 26 July 2024; nil where it asks for what is
  /// not known here.
  ///
  /// The day is always the same, so that a prompt is the same every day; it is the one that Llama
  /// 3's templates fall back to. C's own function would write in the person's language.
  static func date(_ format: String) -> String? {
    var date = ""
    var rest = format[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        date.append(character)
        continue
      }
      var flag: Character?
      if let next = rest.first, "-_0^".contains(next) { flag = rest.removeFirst() }
      guard let name = rest.popFirst() else { return nil }
      if let (number, width, padding) = numbers[name] {
        let digits = String(number)
        let fill: Character = flag == "_" ? " " : flag == "0" ? "0" : padding
        let count = flag == "-" ? 0 : max(0, width - digits.count)
        date += String(repeating: fill, count: count) + digits
      } else if let text = texts[name] {
        date += flag == "^" ? text.uppercased() : text
      } else {
        return nil
      }
    }
    return date
  }

  /// What each letter stands for: number, width, and what fills it.
  private static let numbers: [Character: (Int, Int, Character)] = [
    "d": (26, 2, "0"), "e": (26, 2, " "), "m": (7, 2, "0"), "Y": (2024, 4, "0"), "y": (24, 2, "0"),
    "C": (20, 2, "0"), "j": (208, 3, "0"), "H": (0, 2, "0"), "k": (0, 2, " "), "I": (12, 2, "0"),
    "l": (12, 2, " "), "M": (0, 2, "0"), "S": (0, 2, "0"), "u": (5, 1, "0"), "w": (5, 1, "0"),
    "G": (2024, 4, "0"), "g": (24, 2, "0"), "V": (30, 2, "0"), "U": (29, 2, "0"), "W": (30, 2, "0"),
    "f": (0, 6, "0"),
  ]
  private static let texts: [Character: String] = [
    "A": "Friday", "a": "Fri", "B": "July", "b": "Jul", "h": "Jul", "p": "AM", "P": "am",
    "F": "2024-07-26", "D": "07/26/24", "x": "07/26/24", "T": "00:00:00", "X": "00:00:00",
    "R": "00:00", "r": "12:00:00 AM", "c": "Fri Jul 26 00:00:00 2024", "Z": "", "z": "", "n": "\n",
    "t": "\t", "%": "%",
  ]
}

extension TemplateRenderer {
  func function(
    _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "namespace":
      let namespace = TemplateNamespace()
      namespace.values = try mapping(name, arguments)
      return .namespace(namespace)
    case "dict": return .mapping(try mapping(name, arguments))
    case "range": return try range(try bind(arguments, of: name, to: ["start", "stop", "step"]))
    case "joiner":
      let separator = try bind(arguments, of: name, to: ["sep"])[0] ?? .own(", ")
      return .cycle(TemplateCycle([separator], isJoiner: true))
    case "cycler":
      guard !arguments.positional.isEmpty else { throw error(.type("take turns of nothing")) }
      _ = try bind(TemplateCallArguments(named: arguments.named), of: name, to: [])
      return .cycle(TemplateCycle(arguments.positional, isJoiner: false))
    case "raise_exception":
      let message = try bind(arguments, of: name, to: ["message"])[0]
      throw error(.refused(message?.text.string ?? ""))
    case "strftime_now":
      let argument = try bind(arguments, of: name, to: ["format"], required: 1)[0]
      let format = try text(argument, name)?.string ?? ""
      guard let date = TemplateFunctions.date(format) else { throw error(.unsupported(format)) }
      return .own(date)
    default: throw error(.unsupported(name))
    }
  }

  private func mapping(
    _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateMapping {
    var mapping = TemplateMapping()
    guard arguments.positional.count <= 1 else {
      throw error(.unsupported("\(name) with \(arguments.positional.count) arguments"))
    }
    switch arguments.positional.first {
    case nil: break
    case .mapping(let given): mapping = given
    case let pairs?:
      for pair in try elements(of: pairs) {
        let parts = try elements(of: pair)
        guard parts.count == 2, mapping.set(parts[0], to: parts[1]) else {
          throw error(.type("make a mapping of \(pairs.kind)"))
        }
      }
    }
    for (name, value) in arguments.named { mapping[name] = value }
    return mapping
  }

  private func range(_ bounds: [TemplateValue?]) throws(TemplateError) -> TemplateValue {
    var numbers: [Int] = []
    for bound in bounds.compactMap(\.self) {
      guard let number = bound.integer, Self.rangeLimits.contains(number) else {
        throw error(.type("count to \(bound.kind)"))
      }
      numbers.append(number)
    }
    let step = numbers.count == 3 ? numbers[2] : 1
    guard (1...3).contains(numbers.count), step != 0 else {
      throw error(.type("count with \(numbers.count) bounds"))
    }
    let start = numbers.count > 1 ? numbers[0] : 0
    let stop = numbers.count > 1 ? numbers[1] : numbers[0]
    return .list(stride(from: start, to: stop, by: step).map { .integer($0) })
  }

  private static var rangeLimits: ClosedRange<Int> { -100_000...100_000 }

  /// Calls what `cycler` or `joiner` gave, or a method of it.
  func call(
    _ cycle: TemplateCycle, _ method: String?, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    _ = try bind(arguments, of: method ?? "the joiner", to: [])
    switch (method, cycle.isJoiner) {
    case (nil, true):
      defer { cycle.index = 1 }
      return cycle.index == 0 ? .own("") : cycle.elements[0]
    case ("next", false):
      defer { cycle.index = (cycle.index + 1) % cycle.elements.count }
      return cycle.elements[cycle.index]
    case ("reset", false):
      cycle.index = 0
      return .null
    default: throw error(.unsupported(method ?? "a call of cycler"))
    }
  }
}
