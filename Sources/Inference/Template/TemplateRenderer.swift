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
    case .list(let elements), .position(_, let elements):
      for element in elements { try charge(for: element, depth: depth + 1) }
    case .mapping(let mapping):
      for key in mapping.keys { try charge(for: mapping[key] ?? .null, depth: depth + 1) }
    case .namespace(let namespace):
      try charge(for: .mapping(namespace.values), depth: depth + 1)
    case .undefined, .null, .bool, .integer, .real, .macro, .function: break
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
    case .capture(let target, let body, let line):
      self.line = line
      try assign(.text(try captured(body)), to: [target])
    case .macro(let macro): scopes[scopes.count - 1][macro.name] = .macro(macro)
    case .leaveLoop: return .leaveLoop
    case .nextRound: return .nextRound
    }
    return .done
  }

  /// What `body` puts out.
  private mutating func captured(
    _ body: [TemplateStatement]
  ) throws(TemplateError) -> TemplateText {
    let outer = output
    output = TemplateText("", isControl: true)
    _ = try run(body)
    defer { output = outer }
    return output
  }

  private mutating func run(_ loop: TemplateLoop) throws(TemplateError) {
    line = loop.line
    var elements = try self.elements(of: try value(of: loop.values))
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
    for index in elements.indices {
      scopes.append(["loop": .position(index, elements)])
      defer { scopes.removeLast() }
      try assign(elements[index], to: loop.targets)
      // A round counts even where its body is empty.
      let flow = try deeper { renderer throws(TemplateError) in try renderer.run(loop.body) }
      if flow == .leaveLoop { return }
    }
  }

  /// What a loop over `value` meets.
  func elements(of value: TemplateValue) throws(TemplateError) -> [TemplateValue] {
    switch value {
    case .list(let elements): elements
    case .mapping(let mapping): mapping.keys.map(TemplateValue.own)
    case .text(let text): text.characters.map { .text(TemplateText([$0])) }
    case .undefined: []
    default: throw error(.type("loop over \(value.kind)"))
    }
  }

  private mutating func assign(
    _ value: TemplateValue, to targets: [TemplateTarget]
  ) throws(TemplateError) {
    if targets.count == 1 { return try assign(value, to: targets[0]) }
    let parts = try elements(of: value)
    guard parts.count == targets.count else {
      throw error(.type("give \(parts.count) values to \(targets.count) names"))
    }
    for (target, part) in zip(targets, parts) { try assign(part, to: target) }
  }

  private mutating func assign(
    _ value: TemplateValue, to target: TemplateTarget
  ) throws(TemplateError) {
    switch target {
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

  mutating func call(
    _ macro: TemplateMacro, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    var scope: [String: TemplateValue] = [:]
    for (index, parameter) in macro.parameters.enumerated() {
      if index < arguments.positional.count {
        scope[parameter.name] = arguments.positional[index]
      } else if let value = arguments.named[parameter.name] {
        scope[parameter.name] = value
      } else if let standard = parameter.standard {
        scope[parameter.name] = try value(of: standard)
      } else {
        scope[parameter.name] = .undefined(parameter.name)
      }
    }
    let outer = scopes
    scopes = [outer[0], scope]
    defer { scopes = outer }
    return .text(try captured(macro.body))
  }
}

/// The arguments of a call, evaluated.
struct TemplateCallArguments {
  var positional: [TemplateValue] = []
  var named: [String: TemplateValue] = [:]

  /// The argument at `index`, or of that name.
  func value(_ index: Int, _ name: String) -> TemplateValue? {
    index < positional.count ? positional[index] : named[name]
  }
}
