import Glibc

/// A number or text laid out as Python's `%` and `format` lay out: `[[fill]align][sign][0][width]
/// [,][.precision][type]`.
struct TemplateFormat {
  var fill: Unicode.Scalar = " "
  /// `<`, `>`, `^`, or `=` for padding behind the sign; nil for the kind's own.
  var alignment: Unicode.Scalar?
  /// What stands before a number that is not negative.
  var sign = ""
  var width = 0
  var groups = false
  var precision: Int?
  var type: Unicode.Scalar?

  /// Wider fields are a mistake or an attack.
  private static let widthLimit = 10_000

  /// `value` as it says; nil where a value of its kind cannot be laid out so.
  func text(of value: TemplateValue) -> TemplateText? {
    guard width <= Self.widthLimit, precision ?? 0 <= 100 else { return nil }
    switch (type, value) {
    case (nil, .text), ("s", _):
      let text = value.text
      return padded(text, number: false, precision.map { TemplateText(text.characters.prefix($0)) })
    case (nil, .integer), (nil, .bool), ("d", _), ("i", _), ("u", _):
      let real = value.number ?? .nan
      guard let integer = value.integer ?? Int(exactly: real.rounded(.towardZero)) else {
        return nil
      }
      return padded(digits: String(integer.magnitude), isNegative: integer < 0)
    case ("x", _), ("X", _), ("o", _), ("b", _):
      guard let integer = value.integer else { return nil }
      let radix = type == "o" ? 8 : type == "b" ? 2 : 16
      let digits = String(integer.magnitude, radix: radix, uppercase: type == "X")
      return padded(digits: digits, isNegative: integer < 0)
    case ("f", _), ("F", _), ("e", _), ("E", _), ("g", _), ("G", _), ("%", _):
      guard let number = value.number else { return nil }
      let percent = type == "%"
      let conversion = percent ? "f" : type.map { String($0) } ?? "f"
      let text = Self.text(abs(number) * (percent ? 100 : 1), conversion, precision ?? 6)
      return padded(digits: text + (percent ? "%" : ""), isNegative: number < 0)
    case (nil, .real(let real)):
      let text =
        precision.map { Self.text(abs(real), "g", $0) } ?? abs(real).pythonRepresentation
      return padded(digits: text, isNegative: real.sign == .minus)
    case (nil, _): return padded(value.text, number: false)
    default: return nil
    }
  }

  /// `number` as C's `printf` writes it.
  static func text(_ number: Double, _ conversion: String, _ precision: Int) -> String {
    withVaList([Int32(precision), number]) { arguments in
      let size = 512
      var buffer = [CChar](repeating: 0, count: size)
      vsnprintf(&buffer, size, "%.*" + conversion, arguments)
      return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  private func padded(digits: String, isNegative: Bool) -> TemplateText? {
    var digits = digits
    if groups {
      let whole = digits.prefix { $0.isNumber }
      var grouped = ""
      for (place, digit) in whole.enumerated() {
        if place > 0, (whole.count - place) % 3 == 0 { grouped.append(",") }
        grouped.append(digit)
      }
      digits = grouped + digits.dropFirst(whole.count)
    }
    let sign = isNegative ? "-" : sign
    if alignment == "=" {
      let count = max(0, width - sign.count - digits.count)
      digits = String(repeating: Character(fill), count: count) + digits
    }
    return padded(TemplateText(sign + digits, isControl: true), number: true)
  }

  private func padded(
    _ text: TemplateText, number: Bool, _ cut: TemplateText? = nil
  ) -> TemplateText? {
    let text = cut ?? text
    let room = max(0, width - text.count)
    let left =
      switch alignment ?? (number ? ">" : "<") {
      case "<": 0
      case "^": room / 2
      default: room
      }
    func filling(_ count: Int) -> TemplateText {
      TemplateText(String(repeating: Character(fill), count: count), isControl: true)
    }
    return filling(left) + text + filling(room - left)
  }
}

extension TemplateFormat {
  /// What stands behind the colon of a field of `format`; nil where it cannot be read.
  init?(specification: String) {
    self.init()
    var rest = Array(specification.unicodeScalars)[...]
    let alignments: Set<Unicode.Scalar> = ["<", ">", "^", "="]
    if rest.count > 1, alignments.contains(rest[rest.startIndex + 1]) {
      fill = rest.removeFirst()
      alignment = rest.removeFirst()
    } else if let first = rest.first, alignments.contains(first) {
      alignment = rest.removeFirst()
    }
    if let first = rest.first, first == "+" || first == "-" || first == " " {
      sign = first == "-" ? "" : String(first)
      rest.removeFirst()
    }
    if rest.first == "0" {
      rest.removeFirst()
      if alignment == nil { (fill, alignment) = ("0", "=") }
    }
    guard let width = Self.number(&rest) else { return nil }
    self.width = width
    if rest.first == "," {
      groups = true
      rest.removeFirst()
    }
    if rest.first == "." {
      rest.removeFirst()
      guard rest.first?.properties.numericType == .decimal else { return nil }
      precision = Self.number(&rest)
    }
    type = rest.popFirst()
    guard rest.isEmpty else { return nil }
  }

  /// The flags, width, precision and type behind a `%`, taken off `rest`; nil where they cannot be
  /// read.
  init?(percent rest: inout ArraySlice<TemplateText.Character>) {
    self.init()
    var scalars = rest.prefix(32).map(\.scalar)[...]
    let count = scalars.count
    loop: while let flag = scalars.first {
      switch flag {
      case "-": alignment = "<"
      case "0": if alignment == nil { (fill, alignment) = ("0", "=") }
      case "+", " ": sign = String(flag)
      default: break loop
      }
      scalars.removeFirst()
    }
    guard let width = Self.number(&scalars) else { return nil }
    self.width = width
    alignment = alignment ?? ">"
    if scalars.first == "." {
      scalars.removeFirst()
      precision = Self.number(&scalars)
    }
    type = scalars.popFirst()
    rest = rest.dropFirst(count - scalars.count)
  }

  /// The number that `rest` begins with, 0 for none; nil where it is absurd.
  private static func number(_ rest: inout ArraySlice<Unicode.Scalar>) -> Int? {
    var number = 0
    while let scalar = rest.first, ("0"..."9").contains(scalar) {
      number = number * 10 + Int(scalar.value - 48)
      guard number <= widthLimit else { return nil }
      rest.removeFirst()
    }
    return number
  }
}

extension TemplateRenderer {
  /// `text % values`
  func percentFormatted(
    _ text: TemplateText, _ values: TemplateValue
  ) throws(TemplateError) -> TemplateText {
    var arguments = [values][...]
    if case .tuple(let elements) = values { arguments = elements[...] }
    var result = TemplateText("", isControl: true)
    var rest = text.characters[...]
    while let character = rest.popFirst() {
      guard character.scalar == "%" else {
        result.characters.append(character)
        continue
      }
      var value: TemplateValue?
      if rest.first?.scalar == "(" {
        let key = TemplateText(rest.dropFirst().prefix { $0.scalar != ")" })
        rest = rest.dropFirst(key.count + 2)
        guard case .mapping(let mapping) = values, let found = mapping[key.string] else {
          throw error(.type("find \(key.string.debugDescription) in \(values.kind)"))
        }
        value = found
      }
      guard let format = TemplateFormat(percent: &rest), let type = format.type else {
        throw error(.type("read a format"))
      }
      if type == "%" {
        result = result + TemplateText("%", isControl: true)
        continue
      }
      guard let argument = value ?? arguments.popFirst() else {
        throw error(.type("fill a format of more values"))
      }
      result = result + (try formatted(argument, format))
      _ = try checked(result)
    }
    if case .mapping = values { return result }
    guard arguments.isEmpty else { throw error(.type("fill a format of fewer values")) }
    return result
  }

  private func formatted(
    _ value: TemplateValue, _ format: TemplateFormat
  ) throws(TemplateError) -> TemplateText {
    var (value, format) = (value, format)
    if format.type == "r" {
      value = .text(value.representation)
      format.type = "s"
    }
    guard let text = format.text(of: value) else {
      throw error(.type("write \(value.kind) in this format"))
    }
    return text
  }

  /// `text.format(arguments)`
  func formatted(
    _ text: TemplateText, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateText {
    var result = TemplateText("", isControl: true)
    var rest = text.characters[...]
    var next = 0
    while let character = rest.popFirst() {
      let scalar = character.scalar
      guard scalar == "{" || scalar == "}" else {
        result.characters.append(character)
        continue
      }
      if rest.first?.scalar == scalar {
        result.characters.append(rest.removeFirst())
        continue
      }
      let field = TemplateText(rest.prefix { $0.scalar != "}" }).string
      guard scalar == "{", !field.contains("{"), rest.count > field.unicodeScalars.count else {
        throw error(.type("read a format"))
      }
      rest = rest.dropFirst(field.unicodeScalars.count + 1)
      result = result + (try self.field(field, arguments, &next))
      _ = try checked(result)
    }
    return result
  }

  /// What a field of `format` gives: `name.attribute[key]!r:specification`.
  private func field(
    _ field: String, _ arguments: TemplateCallArguments, _ next: inout Int
  ) throws(TemplateError) -> TemplateText {
    let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: "!", omittingEmptySubsequences: false)
    let names = path[0].split(omittingEmptySubsequences: false) { ".[".contains($0) }
    var found: TemplateValue?
    if names[0].isEmpty {
      found = next < arguments.positional.count ? arguments.positional[next] : nil
      next += 1
    } else if let place = Int(names[0]) {
      found = arguments.positional.indices.contains(place) ? arguments.positional[place] : nil
    } else {
      found = arguments.named.first { $0.name == names[0] }?.value
    }
    guard var value = found else { throw error(.type("fill a format of more values")) }
    for name in names.dropFirst() {
      let name = name.hasSuffix("]") ? name.dropLast() : name
      value = try element(Int(name).map { .integer($0) } ?? .own(String(name)), of: value)
    }
    switch path.dropFirst().first {
    case nil: break
    case "r": value = .text(value.representation)
    case "s": value = .text(value.text)
    default: throw error(.unsupported("!" + String(path[1])))
    }
    guard let format = TemplateFormat(specification: parts.count > 1 ? String(parts[1]) : "") else {
      throw error(.unsupported(String(parts[1])))
    }
    return try formatted(value, format)
  }
}
