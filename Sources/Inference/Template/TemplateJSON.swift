/// How JSON is written, as Python's `json.dumps` can be told.
struct TemplateJSON {
  /// What stands before each member, once a level; nil for all on one line.
  var indent: String?
  var itemSeparator = ", "
  var keySeparator = ": "
  var sortsKeys = false
  var isASCII = false

  /// `value` as JSON; nil for what has none.
  func text(of value: TemplateValue, depth: Int = 0) -> TemplateText? {
    switch value {
    case .null: return own("null")
    case .bool(let value): return own(value ? "true" : "false")
    case .integer: return value.text
    case .real(let real):
      return own(
        real.isNaN
          ? "NaN"
          : real.isInfinite
            ? (real < 0 ? "-Infinity" : "Infinity")
            : real.pythonRepresentation)
    case .text(let text): return quoted(text)
    case .list(let elements), .tuple(let elements):
      return bracketed(elements.map { text(of: $0, depth: depth + 1) }, "[", "]", depth)
    case .mapping(let mapping):
      var pairs = mapping.pairs
      if sortsKeys { pairs.sort { $0.key.precedes($1.key) ?? false } }
      let members = pairs.map { pair -> TemplateText? in
        guard let key = key(pair.key), let value = text(of: pair.value, depth: depth + 1) else {
          return nil
        }
        return key + own(keySeparator) + value
      }
      return bracketed(members, "{", "}", depth)
    case .undefined, .namespace, .position, .macro, .function, .method, .cycle: return nil
    }
  }

  private func own(_ text: String) -> TemplateText { TemplateText(text, isControl: true) }

  private func key(_ key: TemplateValue) -> TemplateText? {
    switch key {
    case .text(let text): quoted(text)
    case .null, .bool, .integer, .real: text(of: key).map { own("\"") + $0 + own("\"") }
    default: nil
    }
  }

  private func bracketed(
    _ members: [TemplateText?], _ open: String, _ close: String, _ depth: Int
  ) -> TemplateText? {
    let present = members.compactMap(\.self)
    guard present.count == members.count else { return nil }
    guard let indent, !present.isEmpty else {
      return own(open) + own(itemSeparator).joining(present) + own(close)
    }
    let line = "\n" + String(repeating: indent, count: depth + 1)
    let last = "\n" + String(repeating: indent, count: depth)
    return own(open + line) + own(itemSeparator + line).joining(present) + own(last + close)
  }

  private func quoted(_ text: TemplateText) -> TemplateText {
    let quote = own("\"")
    let escaped = text.mapped { scalar in
      switch scalar {
      case "\"": return "\\\""
      case "\\": return "\\\\"
      case "\n": return "\\n"
      case "\r": return "\\r"
      case "\t": return "\\t"
      case "\u{8}": return "\\b"
      case "\u{C}": return "\\f"
      case "\0"..<" ": return Self.escaped(UInt16(scalar.value))
      case "\u{7F}"... where isASCII: return String(scalar).utf16.map(Self.escaped).joined()
      default: return String(scalar)
      }
    }
    return quote + escaped + quote
  }

  private static func escaped(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
