/// A value in a chat template, as Python has them.
indirect enum TemplateValue {
  /// What was asked for under this name and is not there.
  case undefined(String)
  case null
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case text(TemplateText)
  case list([TemplateValue])
  case mapping(TemplateMapping)
  case namespace(TemplateNamespace)
  /// Which of its elements a loop is at: what `loop` stands for.
  case position(Int, [TemplateValue])
  case macro(TemplateMacro)
  /// A function of this name that every template can call.
  case function(String)

  /// `text` as the template's own.
  static func own(_ text: String) -> TemplateValue { .text(TemplateText(text, isControl: true)) }
}

/// A dictionary that keeps its order.
struct TemplateMapping {
  private(set) var keys: [String] = []
  private var values: [String: TemplateValue] = [:]

  init() {}

  init(_ pairs: KeyValuePairs<String, TemplateValue>) {
    for (key, value) in pairs { self[key] = value }
  }

  subscript(key: String) -> TemplateValue? {
    get { values[key] }
    set {
      if values[key] == nil { keys.append(key) }
      values[key] = newValue
    }
  }
}

/// What `namespace()` gives: variables that a loop can change for what follows it.
final class TemplateNamespace {
  var values = TemplateMapping()
}

extension TemplateValue {
  var isUndefined: Bool { if case .undefined = self { true } else { false } }

  var isTrue: Bool {
    switch self {
    case .undefined, .null: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .real(let value): value != 0
    case .text(let text): text.count > 0
    case .list(let elements): !elements.isEmpty
    case .mapping(let mapping): !mapping.keys.isEmpty
    case .namespace, .position, .macro, .function: true
    }
  }

  /// The number, bools as 0 and 1; nil for what is none.
  var number: Double? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  /// What kind of value it is, in words.
  var kind: String {
    switch self {
    case .undefined(let name): "the undefined \(name.debugDescription)"
    case .null: "none"
    case .bool: "a bool"
    case .integer, .real: "a number"
    case .text: "a text"
    case .list: "a list"
    case .mapping: "a mapping"
    case .namespace: "a namespace"
    case .position: "a loop"
    case .macro, .function: "a function"
    }
  }

  /// What the value becomes where it is put out.
  var text: TemplateText {
    switch self {
    case .undefined: TemplateText("", isControl: true)
    case .text(let text): text
    case .list, .mapping: representation
    case .null: TemplateText("None", isControl: true)
    case .bool(let value): TemplateText(value ? "True" : "False", isControl: true)
    case .integer(let value): TemplateText("\(value)", isControl: true)
    case .real(let value): TemplateText("\(value)", isControl: true)
    case .namespace, .position, .macro, .function: TemplateText("<\(kind)>", isControl: true)
    }
  }

  /// As Python's `repr`.
  private var representation: TemplateText {
    func own(_ text: String) -> TemplateText { TemplateText(text, isControl: true) }
    switch self {
    case .text(let text):
      let quote = own(text.firstIndex(of: own("'")) == nil ? "'" : "\"")
      let escaped = text.mapped { scalar in
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        case "\\": "\\\\"
        default: String(scalar)
        }
      }
      return quote + escaped + quote
    case .list(let elements):
      return own("[") + own(", ").joining(elements.map(\.representation)) + own("]")
    case .mapping(let mapping):
      let pairs = mapping.keys.map { key in
        own("'\(key)': ") + (mapping[key] ?? .null).representation
      }
      return own("{") + own(", ").joining(pairs) + own("}")
    default: return text
    }
  }

  /// As JSON; nil for what has none. With an indent, members stand on lines of their own.
  func json(indent: Int?, depth: Int = 0) -> TemplateText? {
    func own(_ text: String) -> TemplateText { TemplateText(text, isControl: true) }
    func bracketed(_ members: [TemplateText], _ open: String, _ close: String) -> TemplateText {
      guard let indent, !members.isEmpty else {
        return own(open) + own(", ").joining(members) + own(close)
      }
      let line = "\n" + String(repeating: " ", count: indent * (depth + 1))
      let last = "\n" + String(repeating: " ", count: indent * depth)
      return own(open + line) + own("," + line).joining(members) + own(last + close)
    }
    switch self {
    case .null: return own("null")
    case .bool(let value): return own(value ? "true" : "false")
    case .text(let text): return Self.json(text)
    case .list(let elements):
      let members = elements.compactMap { $0.json(indent: indent, depth: depth + 1) }
      return members.count == elements.count ? bracketed(members, "[", "]") : nil
    case .mapping(let mapping):
      let members = mapping.keys.compactMap { key -> TemplateText? in
        guard let value = mapping[key]?.json(indent: indent, depth: depth + 1) else { return nil }
        return Self.json(TemplateText(key, isControl: true)) + own(": ") + value
      }
      return members.count == mapping.keys.count ? bracketed(members, "{", "}") : nil
    case .integer, .real: return text
    case .undefined, .namespace, .position, .macro, .function: return nil
    }
  }

  private static func json(_ text: TemplateText) -> TemplateText {
    let quote = TemplateText("\"", isControl: true)
    let escaped = text.mapped { scalar in
      switch scalar {
      case "\"": return "\\\""
      case "\\": return "\\\\"
      case "\n": return "\\n"
      case "\r": return "\\r"
      case "\t": return "\\t"
      case "\u{8}": return "\\b"
      case "\u{C}": return "\\f"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: return String(scalar)
      }
    }
    return quote + escaped + quote
  }

  /// Whether two values are equal as Python has it: numbers and bools by value, others by kind too.
  func equals(_ other: TemplateValue) -> Bool {
    switch (self, other) {
    case (.undefined, .undefined), (.null, .null): true
    case (.text(let one), .text(let two)): one == two
    case (.list(let one), .list(let two)):
      one.count == two.count && zip(one, two).allSatisfy { $0.equals($1) }
    case (.mapping(let one), .mapping(let two)):
      Set(one.keys) == Set(two.keys)
        && one.keys.allSatisfy { (one[$0] ?? .null).equals(two[$0] ?? .null) }
    case (.namespace(let one), .namespace(let two)): one === two
    default: if let one = number, let two = other.number { one == two } else { false }
    }
  }
}
