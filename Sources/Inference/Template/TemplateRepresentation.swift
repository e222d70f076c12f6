extension TemplateValue {
  /// What the value becomes where it is put out: Python's `str`.
  var text: TemplateText {
    switch self {
    case .undefined: TemplateText("", isControl: true)
    case .text(let text): text
    case .list, .tuple, .mapping: representation
    case .null: TemplateText("None", isControl: true)
    case .bool(let value): TemplateText(value ? "True" : "False", isControl: true)
    case .integer(let value): TemplateText("\(value)", isControl: true)
    case .real(let value): TemplateText(value.pythonRepresentation, isControl: true)
    case .namespace, .position, .macro, .function, .method, .cycle:
      TemplateText("<\(kind)>", isControl: true)
    }
  }

  /// As Python's `repr`.
  var representation: TemplateText {
    func own(_ text: String) -> TemplateText { TemplateText(text, isControl: true) }
    switch self {
    case .undefined: return own("Undefined")
    case .text(let text): return text.representation
    case .list(let elements):
      return own("[") + own(", ").joining(elements.map(\.representation)) + own("]")
    case .tuple(let elements):
      let end = elements.count == 1 ? ",)" : ")"
      return own("(") + own(", ").joining(elements.map(\.representation)) + own(end)
    case .mapping(let mapping):
      let pairs = mapping.pairs.map { $0.key.representation + own(": ") + $0.value.representation }
      return own("{") + own(", ").joining(pairs) + own("}")
    default: return text
    }
  }
}

extension TemplateText {
  /// As Python's `repr` of a string.
  fileprivate var representation: TemplateText {
    func has(_ text: String) -> Bool { firstIndex(of: TemplateText(text, isControl: true)) != nil }
    let quote: Unicode.Scalar = has("'") && !has("\"") ? "\"" : "'"
    let escaped = mapped { scalar in
      switch scalar {
      case "\n": return "\\n"
      case "\t": return "\\t"
      case "\r": return "\\r"
      case "\\": return "\\\\"
      case quote: return "\\" + String(scalar)
      case " ": return " "
      default: break
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator, .spaceSeparator:
        return scalar.escaped
      default: return String(scalar)
      }
    }
    let mark = TemplateText(String(quote), isControl: true)
    return mark + escaped + mark
  }
}

extension Unicode.Scalar {
  /// `\xNN`, `\uNNNN` or `\UNNNNNNNN`, the shortest that has room.
  fileprivate var escaped: String {
    let digits = String(value, radix: 16)
    let (letter, width) = value < 0x100 ? ("x", 2) : value < 0x10000 ? ("u", 4) : ("U", 8)
    return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
  }
}

extension Double {
  /// As Python's `repr`: the shortest decimal that reads back as this number.
  var pythonRepresentation: String {
    guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
    var text = description
    guard let mark = text.firstIndex(of: "e") else { return text }
    let exponent = Int(text[text.index(after: mark)...]) ?? 0
    // Python writes exponents from 16 on and below -4, with two digits at least.
    if exponent > 0, exponent < 16, let whole = Int(exactly: self) { return "\(whole).0" }
    var digits = String(text[..<mark])
    if digits.hasSuffix(".0") { digits.removeLast(2) }
    let number = String(abs(exponent))
    text = digits + "e" + (exponent < 0 ? "-" : "+") + (number.count < 2 ? "0" : "") + number
    return text
  }
}
