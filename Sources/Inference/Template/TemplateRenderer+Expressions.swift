extension TemplateRenderer {
  mutating func value(of expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
    let value = try deeper { renderer throws(TemplateError) in
      try renderer.evaluate(expression)
    }
    try charge(for: value)
    return value
  }

  private mutating func evaluate(
    _ expression: TemplateExpression
  ) throws(TemplateError) -> TemplateValue {
    switch expression {
    case .text(let text): return .own(text)
    case .integer(let value): return .integer(value)
    case .real(let value): return .real(value)
    case .bool(let value): return .bool(value)
    case .null: return .null
    case .name(let name): return variable(name)
    case .list(let elements): return .list(try values(of: elements))
    case .tuple(let elements): return .tuple(try values(of: elements))
    case .mapping(let pairs): return try mapping(pairs)
    case .attribute(let base, let name): return try attribute(name, of: try value(of: base))
    case .element(let base, let index):
      return try element(try value(of: index), of: try value(of: base))
    case .slice(let base, let from, let to, let step):
      return try slice(base, from: from, to: to, step: step)
    case .call(let callee, let arguments): return try call(callee, arguments)
    case .filter(let base, let filter):
      return try filtered(
        try value(of: base), filter.name, try arguments(filter.arguments))
    case .test(let base, let name, let arguments):
      return .bool(try test(try value(of: base), name, try self.arguments(arguments)))
    case .not(let operand): return .bool(!(try value(of: operand).isTrue))
    case .negative(let operand): return try negative(try value(of: operand))
    case .arithmetic(let first, let others): return try arithmetic(first, others)
    case .comparison(let first, let others): return try comparison(first, others)
    case .and(let operands): return try firstOperand(operands, where: false)
    case .or(let operands): return try firstOperand(operands, where: true)
    case .choice(let chosen, let condition, let otherwise):
      if try value(of: condition).isTrue { return try value(of: chosen) }
      return try otherwise.map { other throws(TemplateError) in try value(of: other) }
        ?? .undefined("")
    }
  }

  private mutating func values(
    of expressions: [TemplateExpression]
  ) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try value(of: expression)) }
    return values
  }

  private mutating func mapping(
    _ pairs: [(key: TemplateExpression, value: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var mapping = TemplateMapping()
    for pair in pairs {
      let key = try value(of: pair.key)
      guard mapping.set(key, to: try value(of: pair.value)) else {
        throw error(.type("have \(key.kind) as a key"))
      }
    }
    return .mapping(mapping)
  }

  /// The first operand that is or is not true, or the last one.
  private mutating func firstOperand(
    _ operands: [TemplateExpression], where isTrue: Bool
  ) throws(TemplateError) -> TemplateValue {
    var last = TemplateValue.null
    for operand in operands {
      last = try value(of: operand)
      if last.isTrue == isTrue { return last }
    }
    return last
  }

  // MARK: Parts of values

  /// `base.name`: a method before an element of that name.
  func attribute(
    _ name: String, of base: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    if TemplateMethods.have(name, base) { return .method(name, of: base) }
    switch base {
    case .mapping(let mapping): return mapping[name] ?? .undefined(name)
    case .namespace(let namespace): return namespace.values[name] ?? .undefined(name)
    case .position(let position): return position.attribute(name)
    case .cycle(let cycle) where name == "current" && !cycle.isJoiner:
      return cycle.elements[cycle.index]
    case .macro(let macro, _) where name == "name": return .own(macro.name)
    // What `groupby` gives has names for its parts.
    case .tuple(let pair) where pair.count == 2 && name == "grouper": return pair[0]
    case .tuple(let pair) where pair.count == 2 && name == "list": return pair[1]
    case .undefined: throw error(.type("take \(name.debugDescription) of \(base.kind)"))
    default: return .undefined(name)
    }
  }

  /// `base[index]`: an element before a method of that name.
  func element(
    _ index: TemplateValue, of base: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    switch (base, index) {
    case (.undefined, _): throw error(.type("take an element of \(base.kind)"))
    case (.mapping(let mapping), _):
      if let value = mapping.value(of: index) { return value }
      guard case .text(let key) = index else { return .undefined("[\(index.kind)]") }
      return try attribute(key.string, of: base)
    case (_, .text(let key)): return try attribute(key.string, of: base)
    case (.list(let elements), _), (.tuple(let elements), _):
      guard let index = index.integer else { return .undefined("[\(index.kind)]") }
      let place = index < 0 ? index + elements.count : index
      return elements.indices.contains(place) ? elements[place] : .undefined("[\(index)]")
    case (.text(let text), _):
      guard let index = index.integer else { return .undefined("[\(index.kind)]") }
      let place = index < 0 ? index + text.count : index
      return text.characters.indices.contains(place)
        ? .text(TemplateText([text.characters[place]])) : .undefined("[\(index)]")
    default: return .undefined("[\(index.kind)]")
    }
  }

  private mutating func slice(
    _ base: TemplateExpression, from: TemplateExpression?, to: TemplateExpression?,
    step: TemplateExpression?
  ) throws(TemplateError) -> TemplateValue {
    let sliced = try value(of: base)
    let from = try bound(from)
    let to = try bound(to)
    let step = try bound(step) ?? 1
    guard step != 0 else { throw error(.type("slice in steps of 0")) }
    switch sliced {
    case .list(let elements):
      return .list(Self.places(from, to, step, count: elements.count).map { elements[$0] })
    case .tuple(let elements):
      return .tuple(Self.places(from, to, step, count: elements.count).map { elements[$0] })
    case .text(let text):
      return .text(
        TemplateText(
          Self.places(from, to, step, count: text.count).map { text.characters[$0] }))
    default: throw error(.type("slice \(sliced.kind)"))
    }
  }

  private mutating func bound(_ expression: TemplateExpression?) throws(TemplateError) -> Int? {
    guard let expression else { return nil }
    switch try value(of: expression) {
    case .integer(let bound): return bound
    case .null: return nil
    case let other: throw error(.type("slice at \(other.kind)"))
    }
  }

  /// As Python's `slice.indices`.
  static func places(_ from: Int?, _ to: Int?, _ step: Int, count: Int) -> [Int] {
    let lowest = step > 0 ? 0 : -1
    let highest = step > 0 ? count : count - 1
    func clamped(_ bound: Int?, _ standard: Int) -> Int {
      guard let bound else { return standard }
      return min(max(bound < 0 ? bound + count : bound, lowest), highest)
    }
    let start = clamped(from, step > 0 ? lowest : highest)
    let stop = clamped(to, step > 0 ? highest : lowest)
    // Steps beyond the count are one step.
    return Array(stride(from: start, to: stop, by: min(max(step, -count - 1), count + 1)))
  }

  // MARK: Calls

  mutating func arguments(
    _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateCallArguments {
    var evaluated = TemplateCallArguments(positional: try values(of: arguments.positional))
    for argument in arguments.named {
      evaluated.named.append((argument.name, try value(of: argument.value)))
    }
    if let list = arguments.list {
      evaluated.positional += try elements(of: try value(of: list))
    }
    if let mapping = arguments.mapping {
      let given = try value(of: mapping)
      guard case .mapping(let mapping) = given else {
        throw error(.type("name arguments by \(given.kind)"))
      }
      evaluated.named += mapping.pairs.map { ($0.key.text.string, $0.value) }
    }
    return evaluated
  }

  /// The value of a call that a `call` block makes; `caller` is the block's body.
  mutating func value(
    of expression: TemplateExpression, caller: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    guard case .call(let callee, let arguments) = expression else {
      throw error(.type("call what is no call"))
    }
    return try deeper { renderer throws(TemplateError) in
      try renderer.call(callee, arguments, caller: caller)
    }
  }

  private mutating func call(
    _ callee: TemplateExpression, _ arguments: TemplateArguments, caller: TemplateValue? = nil
  ) throws(TemplateError) -> TemplateValue {
    let function = try value(of: callee)
    let arguments = try self.arguments(arguments)
    if case .macro(let macro, let scopes) = function {
      return try call(macro, in: scopes, arguments, caller: caller)
    }
    guard caller == nil else { throw error(.unsupported("a call block of \(function.kind)")) }
    switch function {
    case .function(let name): return try self.function(name, arguments)
    case .method(let name, let object): return try method(name, of: object, arguments)
    case .position(let position): return try call(position, arguments)
    case .cycle(let cycle): return try call(cycle, nil, arguments)
    case .undefined(let name): throw error(.unsupported(name))
    default: throw error(.type("call \(function.kind)"))
    }
  }
}

extension TemplatePosition {
  /// What `loop` says of the round it is in.
  fileprivate func attribute(_ name: String) -> TemplateValue {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "revindex": .integer(elements.count - index)
    case "revindex0": .integer(elements.count - index - 1)
    case "first": .bool(index == 0)
    case "last": .bool(index == elements.count - 1)
    case "length": .integer(elements.count)
    case "depth": .integer(depth + 1)
    case "depth0": .integer(depth)
    case "previtem" where index > 0: elements[index - 1]
    case "nextitem" where index + 1 < elements.count: elements[index + 1]
    default: .undefined(name)
    }
  }
}
