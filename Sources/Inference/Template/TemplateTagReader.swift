/// Reads the expressions in one tag.
struct TemplateTagReader {
  /// The name that the tag began with, where it ends a body.
  var keyword = ""
  let lexemes: [TemplateLexeme]
  /// The place of the next lexeme.
  var index = 0
  /// How deeply the expression at hand is nested.
  var depth = 0

  /// - Parameter lexemes: what stands in the tag, its end last.
  init(_ lexemes: [TemplateLexeme]) {
    self.lexemes = lexemes
  }

  /// The next lexeme.
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

  var peeksName: Bool { if case .name = kind { true } else { false } }

  mutating func name() throws(TemplateError) -> String {
    guard case .name(let name) = kind else { throw error }
    index += 1
    return name
  }

  mutating func takes(name: String) -> Bool {
    guard kind == .name(name) else { return false }
    index += 1
    return true
  }

  mutating func takes(symbol: String) -> Bool {
    guard kind == .symbol(symbol) else { return false }
    index += 1
    return true
  }

  mutating func expect(name: String) throws(TemplateError) {
    guard takes(name: name) else { throw error }
  }

  mutating func expect(symbol: String) throws(TemplateError) {
    guard takes(symbol: symbol) else { throw error }
  }

  mutating func end() throws(TemplateError) {
    guard kind == .end else { throw error }
  }

  /// The names that a `for` or `set` gives values to.
  mutating func targets() throws(TemplateError) -> [TemplateTarget] {
    let isBracketed = takes(symbol: "(")
    var targets: [TemplateTarget] = []
    repeat {
      let name = try name()
      targets.append(
        takes(symbol: ".") ? .attribute(of: name, try self.name()) : .name(name))
    } while takes(symbol: ",")
    if isBracketed { try expect(symbol: ")") }
    return targets
  }
}
