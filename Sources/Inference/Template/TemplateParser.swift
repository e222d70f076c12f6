/// Reads a template's statements.
struct TemplateParser {
  private var chunks: ArraySlice<TemplateChunk>
  private var depth = 0

  /// Statements and brackets within one another; bounds the work on a hostile template.
  static let depthLimit = 60

  private init(_ chunks: [TemplateChunk]) {
    self.chunks = chunks[...]
  }

  static func statements(of source: String) throws(TemplateError) -> [TemplateStatement] {
    var parser = TemplateParser(try TemplateLexer.chunks(of: source))
    let (statements, end) = try parser.body(until: [])
    if let end { throw end.error }
    return statements
  }

  /// Statements up to a block that begins with one of `ends`, and that block behind its name; nil
  /// at the end of the template.
  private mutating func body(
    until ends: Set<String>
  ) throws(TemplateError) -> ([TemplateStatement], end: TemplateTagReader?) {
    depth += 1
    defer { depth -= 1 }
    var statements: [TemplateStatement] = []
    while let chunk = chunks.popFirst() {
      switch chunk {
      case .text(let text): statements.append(.text(text))
      case .output(let lexemes):
        var tag = TemplateTagReader(lexemes)
        let line = tag.line
        let expression = try tag.tuple()
        try tag.end()
        statements.append(.output(expression, line: line))
      case .block(let lexemes):
        guard depth < Self.depthLimit else {
          throw TemplateError(line: lexemes.first?.line ?? 1, reason: .tooMuch("nested blocks"))
        }
        var tag = TemplateTagReader(lexemes)
        let name = try tag.name()
        if ends.contains(name) {
          tag.keyword = name
          return (statements, tag)
        }
        if let statement = try statement(name, &tag) { statements.append(statement) }
      }
    }
    return (statements, nil)
  }

  /// The same, where an end must come.
  private mutating func body(
    of opening: TemplateTagReader, until ends: Set<String>
  ) throws(TemplateError) -> ([TemplateStatement], end: TemplateTagReader) {
    let (statements, end) = try body(until: ends)
    guard let end else {
      throw TemplateError(line: opening.line, reason: .syntax("the end of the template"))
    }
    return (statements, end)
  }

  private mutating func statement(
    _ name: String, _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement? {
    switch name {
    case "if": return try conditional(&tag)
    case "for": return try loop(&tag)
    case "set": return try set(&tag)
    case "macro": return try macro(&tag)
    case "break", "continue":
      try tag.end()
      return name == "break" ? .leaveLoop : .nextRound
    // Marks what a training counts; nothing to a rendering.
    case "generation", "endgeneration":
      try tag.end()
      return nil
    case "elif", "else", "endif", "endfor", "endset", "endmacro":
      throw TemplateError(line: tag.line, reason: .syntax(name))
    default:
      throw TemplateError(line: tag.line, reason: .unsupported(name))
    }
  }

  private mutating func conditional(
    _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement {
    var branches: [TemplateBranch] = []
    while true {
      let line = tag.line
      let condition = try tag.tuple()
      try tag.end()
      let (body, end) = try body(of: tag, until: ["elif", "else", "endif"])
      branches.append(TemplateBranch(condition: condition, body: body, line: line))
      tag = end
      guard tag.keyword == "elif" else { break }
    }
    var otherwise: [TemplateStatement] = []
    if tag.keyword == "else" {
      try tag.end()
      (otherwise, tag) = try body(of: tag, until: ["endif"])
    }
    try tag.end()
    return .conditional(branches, otherwise: otherwise)
  }

  private mutating func loop(
    _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement {
    let line = tag.line
    let targets = try tag.targets()
    try tag.expect(name: "in")
    // A bare `if` is the loop's condition here, and no choice.
    let values = try tag.alternatives()
    var condition: TemplateExpression?
    if tag.takes(name: "if") { condition = try tag.expression() }
    try tag.end()
    let (body, last) = try body(of: tag, until: ["else", "endfor"])
    var end = last
    var otherwise: [TemplateStatement] = []
    if end.keyword == "else" {
      try end.end()
      (otherwise, end) = try self.body(of: tag, until: ["endfor"])
    }
    try end.end()
    return .loop(
      TemplateLoop(
        targets: targets, values: values, condition: condition, body: body, otherwise: otherwise,
        line: line))
  }

  private mutating func set(
    _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement {
    let line = tag.line
    let targets = try tag.targets()
    if tag.takes(symbol: "=") {
      let value = try tag.tuple()
      try tag.end()
      return .set(targets, value, line: line)
    }
    try tag.end()
    guard targets.count == 1 else { throw TemplateError(line: line, reason: .syntax(",")) }
    let (body, last) = try body(of: tag, until: ["endset"])
    var end = last
    try end.end()
    return .capture(targets[0], body, line: line)
  }

  private mutating func macro(
    _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement {
    let name = try tag.name()
    var parameters: [(name: String, standard: TemplateExpression?)] = []
    try tag.expect(symbol: "(")
    while !tag.takes(symbol: ")") {
      let parameter = try tag.name()
      let standard = tag.takes(symbol: "=") ? try tag.expression() : nil
      parameters.append((parameter, standard))
      if !tag.takes(symbol: ",") {
        try tag.expect(symbol: ")")
        break
      }
    }
    try tag.end()
    let (body, last) = try body(of: tag, until: ["endmacro"])
    var end = last
    if end.peeksName { _ = try end.name() }
    try end.end()
    return .macro(TemplateMacro(name: name, parameters: parameters, body: body))
  }
}
