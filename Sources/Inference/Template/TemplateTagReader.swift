/// Reads the expressions in one tag.
struct TemplateTagReader {
  /// The name that the tag began with, where it ends a body.
  var keyword = ""
  let lexemes: [TemplateLexeme]
  var index = 0
  var depth = 0

  /// - Parameter lexemes: what stands in the tag, its end last.
  init(_ lexemes: [TemplateLexeme]) {
    self.lexemes = lexemes
  }

  var kind: TemplateLexeme.Kind {
    index < lexemes.count ? lexemes[index].kind : .end
  }

  /// The line of what comes next.
  var line: Int { lexemes.isEmpty ? 1 : lexemes[min(index, lexemes.count - 1)].line }

  /// That what comes next cannot stand here.
  var error: TemplateError {
    let found =
      switch kind {
      case .name(let name): name
      case .text(let text): text
      case .integer(let integer): "\(integer)"
      case .real(let real): "\(real)"
      case .symbol(let symbol): symbol
      case .end: keyword.isEmpty ? "the end of the tag" : keyword
      }
    return TemplateError(line: line, reason: .syntax(found))
  }

  // MARK: Words

  var peeksName: Bool { if case .name = kind { true } else { false } }

  mutating func name() throws(TemplateError) -> String {
    guard case .name(let name) = kind else { throw error }
    index += 1
    return name
  }

  mutating func skip(name: String) -> Bool {
    guard kind == .name(name) else { return false }
    index += 1
    return true
  }

  mutating func skip(symbol: String) -> Bool {
    guard kind == .symbol(symbol) else { return false }
    index += 1
    return true
  }

  mutating func expect(name: String) throws(TemplateError) {
    guard skip(name: name) else { throw error }
  }

  mutating func expect(symbol: String) throws(TemplateError) {
    guard skip(symbol: symbol) else { throw error }
  }

  mutating func end() throws(TemplateError) {
    guard kind == .end else { throw error }
  }

  /// The names that a `for` or `set` gives values to.
  mutating func targets() throws(TemplateError) -> [TemplateTarget] {
    var targets = [try target()]
    while skip(symbol: ","), kind != .name("in"), kind != .symbol("=") {
      targets.append(try target())
    }
    if targets.count == 1, case .several(let inner) = targets[0] { return inner }
    return targets
  }

  /// A name, an attribute, or several in parentheses.
  mutating func target() throws(TemplateError) -> TemplateTarget {
    depth += 1
    defer { depth -= 1 }
    guard depth < TemplateParser.depthLimit else {
      throw TemplateError(line: line, reason: .tooMuch("nested names"))
    }
    if skip(symbol: "(") {
      var targets: [TemplateTarget] = []
      while !skip(symbol: ")") {
        targets.append(try target())
        if !skip(symbol: ",") {
          try expect(symbol: ")")
          break
        }
      }
      return targets.count == 1 ? targets[0] : .several(targets)
    }
    let name = try name()
    return skip(symbol: ".") ? .attribute(of: name, try self.name()) : .name(name)
  }

  /// A macro's parameters behind an open parenthesis.
  mutating func parameters() throws(TemplateError) -> [(
    name: String, standard: TemplateExpression?
  )] {
    var parameters: [(name: String, standard: TemplateExpression?)] = []
    while !skip(symbol: ")") {
      let parameter = try name()
      parameters.append((parameter, skip(symbol: "=") ? try expression() : nil))
      if !skip(symbol: ",") {
        try expect(symbol: ")")
        break
      }
    }
    return parameters
  }

  /// Filters with `|` between them.
  mutating func filters() throws(TemplateError) -> [TemplateFilter] {
    var filters = [try filter()]
    while skip(symbol: "|") { filters.append(try filter()) }
    return filters
  }

  mutating func filter() throws(TemplateError) -> TemplateFilter {
    let name = try name()
    return TemplateFilter(
      name: name, arguments: skip(symbol: "(") ? try arguments() : TemplateArguments())
  }
}
