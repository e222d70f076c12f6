/// Runs a template's statements.
///
/// No library serves: the template engines for Swift (Stencil, Mustache) have neither Jinja's
/// expressions nor Python's semantics, on which chat templates rely, and no engine remembers which
/// characters came from the template, so that special tokens in a person's text would count.
///
/// A template comes out of a file that anyone may have made: steps, depth and text are bounded.
struct TemplateRenderer {
  /// Names and their values, the innermost scope last.
  var scopes: [[String: TemplateValue]]
  private(set) var output = TemplateText("", isControl: true)
  /// The line of the statement that runs.
  private(set) var line = 1
  private var cost = 0
  private var depth = 0

  /// A long chat costs a hundredth of it.
  private static let costLimit = 2_000_000
  private static let depthLimit = 200
  private static let valueDepthLimit = 32
  /// Characters of all texts that one operation may make.
  static let textLimit = 4_000_000

  /// How a body ended.
  private enum Flow {
    case done, leaveLoop, nextRound
  }

  /// A renderer for a template that finds `variables`.
  init(variables: [String: TemplateValue]) {
    scopes = [variables]
  }

  mutating func render(_ statements: [TemplateStatement]) throws(TemplateError) {
    _ = try run(statements)
  }

  func error(_ reason: TemplateError.Reason) -> TemplateError {
    TemplateError(line: line, reason: reason)
  }

  /// Counts what is done within `work`, and how deep.
  mutating func deeper<T>(
    _ work: (inout TemplateRenderer) throws(TemplateError) -> T
  ) throws(TemplateError) -> T {
    cost += 4
    depth += 1
    defer { depth -= 1 }
    guard cost <= Self.costLimit else { throw error(.tooMuch("steps")) }
    guard depth <= Self.depthLimit else { throw error(.tooMuch("nested calls")) }
    return try work(&self)
  }

  /// Counts what an operation on `value` may cost, and how deep it is.
  mutating func charge(for value: TemplateValue, depth: Int = 0) throws(TemplateError) {
    cost += 1
    guard depth < Self.valueDepthLimit else { throw error(.tooMuch("nested values")) }
    guard cost <= Self.costLimit else { throw error(.tooMuch("steps")) }
    switch value {
    case .text(let text): cost += text.count / 64
    case .list(let elements), .tuple(let elements):
      for element in elements { try charge(for: element, depth: depth + 1) }
    case .position(let position):
      for element in position.elements { try charge(for: element, depth: depth + 1) }
      for element in position.memory.last ?? [] { try charge(for: element, depth: depth + 1) }
    case .cycle(let cycle):
      for element in cycle.elements { try charge(for: element, depth: depth + 1) }
    case .mapping(let mapping):
      for pair in mapping.pairs {
        try charge(for: pair.key, depth: depth + 1)
        try charge(for: pair.value, depth: depth + 1)
      }
    case .namespace(let namespace):
      try charge(for: .mapping(namespace.values), depth: depth + 1)
    case .method(_, let object): try charge(for: object, depth: depth + 1)
    case .macro(_, let scopes):
      for value in scopes.joined() { try charge(for: value.value, depth: depth + 1) }
    case .undefined, .null, .bool, .integer, .real, .function: break
    }
  }

  func checked(_ text: TemplateText) throws(TemplateError) -> TemplateText {
    guard text.count <= Self.textLimit else { throw error(.tooMuch("characters")) }
    return text
  }

  private mutating func append(_ text: TemplateText) throws(TemplateError) {
    output.characters += text.characters
    guard output.count <= Self.textLimit else { throw error(.tooMuch("characters")) }
  }

  // MARK: Statements

  private mutating func run(_ statements: [TemplateStatement]) throws(TemplateError) -> Flow {
    for statement in statements {
      let flow = try deeper { renderer throws(TemplateError) in try renderer.run(statement) }
      if flow != .done { return flow }
    }
    return .done
  }

  private mutating func run(_ statement: TemplateStatement) throws(TemplateError) -> Flow {
    switch statement {
    case .text(let text): try append(TemplateText(text, isControl: true))
    case .output(let expression, let line):
      self.line = line
      try append(try value(of: expression).text)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        line = branch.line
        if try value(of: branch.condition).isTrue { return try run(branch.body) }
      }
      return try run(otherwise)
    case .loop(let loop): try run(loop)
    case .set(let targets, let expression, let line):
      self.line = line
      try assign(try value(of: expression), to: targets)
    case .capture(let target, let filters, let body, let line):
      let text = try captured(body)
      self.line = line
      try assign(try filtered(.text(text), filters), to: target)
    case .filter(let filters, let body, let line):
      let text = try captured(body)
      self.line = line
      try append(try filtered(.text(text), filters).text)
    case .scope(let values, let body, let line):
      self.line = line
      let evaluated = try values.map { pair throws(TemplateError) in try value(of: pair.value) }
      scopes.append([:])
      defer { scopes.removeLast() }
      for (pair, value) in zip(values, evaluated) { try assign(value, to: pair.target) }
      return try run(body)
    case .macro(let macro): scopes[scopes.count - 1][macro.name] = .macro(macro, scopes: [])
    case .call(let caller, let call, let line):
      self.line = line
      let body = TemplateValue.macro(caller, scopes: Array(scopes.dropFirst()))
      try append(try value(of: call, caller: body).text)
    case .unknown(let name, let line): throw TemplateError(line: line, reason: .unsupported(name))
    case .leaveLoop: return .leaveLoop
    case .nextRound: return .nextRound
    }
    return .done
  }

  private mutating func filtered(
    _ value: TemplateValue, _ filters: [TemplateFilter]
  ) throws(TemplateError) -> TemplateValue {
    var value = value
    for filter in filters {
      value = try filtered(value, filter.name, try arguments(filter.arguments))
    }
    return value
  }

  /// What `body` puts out.
  private mutating func captured(
    _ body: [TemplateStatement]
  ) throws(TemplateError) -> TemplateText {
    try capturing { renderer throws(TemplateError) in _ = try renderer.run(body) }.text
  }

  /// What `work` puts out.
  private mutating func capturing(
    _ work: (inout TemplateRenderer) throws(TemplateError) -> Void
  ) throws(TemplateError) -> TemplateValue {
    let outer = output
    output = TemplateText("", isControl: true)
    defer { output = outer }
    try work(&self)
    return .text(output)
  }

  private mutating func run(_ loop: TemplateLoop) throws(TemplateError) {
    line = loop.line
    try run(loop, over: try value(of: loop.values), depth: 0)
  }

  /// Runs `loop`, which is `depth` calls of itself deep.
  private mutating func run(
    _ loop: TemplateLoop, over values: TemplateValue, depth: Int
  ) throws(TemplateError) {
    var elements = try self.elements(of: values)
    if let condition = loop.condition {
      var chosen: [TemplateValue] = []
      for element in elements {
        scopes.append([:])
        defer { scopes.removeLast() }
        try assign(element, to: loop.targets)
        if try value(of: condition).isTrue { chosen.append(element) }
      }
      elements = chosen
    }
    if elements.isEmpty { _ = try run(loop.otherwise) }
    let memory = TemplatePosition.Memory()
    for index in elements.indices {
      let position = TemplatePosition(
        index, elements, depth: depth, loop: loop.isRecursive ? loop : nil, memory)
      scopes.append(["loop": .position(position)])
      defer { scopes.removeLast() }
      try assign(elements[index], to: loop.targets)
      // A round counts even where its body is empty.
      let flow = try deeper { renderer throws(TemplateError) in try renderer.run(loop.body) }
      if flow == .leaveLoop { return }
    }
  }

  /// `loop(values)` in a recursive loop.
  mutating func call(
    _ position: TemplatePosition, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    let values = try bind(arguments, of: "loop", to: ["iterable"], required: 1)[0] ?? .null
    guard let loop = position.loop else { throw error(.type("call a loop that is not recursive")) }
    return try deeper { renderer throws(TemplateError) in
      try renderer.capturing { renderer throws(TemplateError) in
        try renderer.run(loop, over: values, depth: position.depth + 1)
      }
    }
  }

  /// What a loop over `value` meets.
  func elements(of value: TemplateValue) throws(TemplateError) -> [TemplateValue] {
    switch value {
    case .list(let elements), .tuple(let elements): elements
    case .mapping(let mapping): mapping.keys
    case .text(let text): text.characters.map { .text(TemplateText([$0])) }
    case .undefined: []
    default: throw error(.type("loop over \(value.kind)"))
    }
  }

  private mutating func assign(
    _ value: TemplateValue, to targets: [TemplateTarget]
  ) throws(TemplateError) {
    try assign(value, to: targets.count == 1 ? targets[0] : .several(targets))
  }

  private mutating func assign(
    _ value: TemplateValue, to target: TemplateTarget
  ) throws(TemplateError) {
    switch target {
    case .several(let targets):
      let parts = try elements(of: value)
      guard parts.count == targets.count else {
        throw error(.type("give \(parts.count) values to \(targets.count) names"))
      }
      for (target, part) in zip(targets, parts) { try assign(part, to: target) }
    case .name(let name): scopes[scopes.count - 1][name] = value
    case .attribute(let name, let attribute):
      let holder = variable(name)
      guard case .namespace(let namespace) = holder else {
        throw error(.type("set an attribute of \(holder.kind)"))
      }
      namespace.values[attribute] = value
    }
  }

  /// The value of `name` in the innermost scope that has it.
  func variable(_ name: String) -> TemplateValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return TemplateFunctions.names.contains(name) ? .function(name) : .undefined(name)
  }

  // MARK: Macros

  /// Calls `macro`, which sees `scopes` beside what every macro sees.
  mutating func call(
    _ macro: TemplateMacro, in scopes: [[String: TemplateValue]],
    _ arguments: TemplateCallArguments, caller: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    let names = macro.parameters.map(\.name)
    var (given, extras) = (arguments, TemplateCallArguments())
    if macro.extras.contains("varargs") {
      extras.positional = Array(given.positional.dropFirst(names.count))
      given.positional = Array(given.positional.prefix(names.count))
    }
    if macro.extras.contains("kwargs") {
      extras.named = given.named.filter { !names.contains($0.name) }
      given.named = given.named.filter { names.contains($0.name) }
    }
    guard caller == nil || macro.extras.contains("caller") || names.contains("caller") else {
      throw error(.unsupported("a call block of \(macro.name), which has no caller"))
    }
    if let caller, names.contains("caller") { given.named.append(("caller", caller)) }
    let bound = try bind(given, of: macro.name, to: names)
    let outer = self.scopes
    var scope: [String: TemplateValue] = [
      "varargs": .tuple(extras.positional), "caller": caller ?? .undefined("caller"),
    ]
    var kwargs = TemplateMapping()
    for (name, value) in extras.named { kwargs[name] = value }
    scope["kwargs"] = .mapping(kwargs)
    self.scopes = [outer[0]] + scopes + [scope]
    defer { self.scopes = outer }
    for (parameter, value) in zip(macro.parameters, bound) {
      var value = value
      if value == nil, let standard = parameter.standard { value = try self.value(of: standard) }
      self.scopes[self.scopes.count - 1][parameter.name] = value ?? .undefined(parameter.name)
    }
    return .text(try captured(macro.body))
  }
}
