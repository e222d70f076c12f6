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
    case "call": return try call(&tag)
    case "filter":
      let line = tag.line
      let filters = try tag.filters()
      try tag.end()
      return .filter(filters, try body(of: tag, endedBy: "endfilter"), line: line)
    case "with": return try with(&tag)
    case "block":
      let line = tag.line
      _ = try tag.name()
      while tag.skip(name: "scoped") || tag.skip(name: "required") {}
      try tag.end()
      return .scope([], try body(of: tag, endedBy: "endblock"), line: line)
    case "break", "continue":
      try tag.end()
      return name == "break" ? .leaveLoop : .nextRound
    // Marks what a training counts; nothing to a rendering.
    case "generation", "endgeneration":
      try tag.end()
      return nil
    case "elif", "else", "endif", "endfor", "endset", "endmacro", "endcall", "endfilter",
      "endwith", "endblock":
      throw TemplateError(line: tag.line, reason: .syntax(name))
    default:
      // Where it is never reached, it does not matter.
      return .unknown(name, line: tag.line)
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
    let values = try tag.tuple(hasChoices: false)
    var condition: TemplateExpression?
    if tag.skip(name: "if") { condition = try tag.expression() }
    let isRecursive = tag.skip(name: "recursive")
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
        targets: targets, values: values, condition: condition, isRecursive: isRecursive,
        body: body, otherwise: otherwise, line: line))
  }

  private mutating func set(
    _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement {
    let line = tag.line
    let targets = try tag.targets()
    if tag.skip(symbol: "=") {
      let value = try tag.tuple()
      try tag.end()
      return .set(targets, value, line: line)
    }
    guard targets.count == 1 else { throw TemplateError(line: line, reason: .syntax(",")) }
    let filters = tag.skip(symbol: "|") ? try tag.filters() : []
    try tag.end()
    return .capture(targets[0], filters, try body(of: tag, endedBy: "endset"), line: line)
  }

  private mutating func with(
    _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement {
    let line = tag.line
    var values: [(target: TemplateTarget, value: TemplateExpression)] = []
    while tag.peeksName {
      let target = try tag.target()
      try tag.expect(symbol: "=")
      values.append((target, try tag.expression()))
      if !tag.skip(symbol: ",") { break }
    }
    try tag.end()
    return .scope(values, try body(of: tag, endedBy: "endwith"), line: line)
  }

  private mutating func macro(
    _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement {
    let name = try tag.name()
    try tag.expect(symbol: "(")
    let parameters = try tag.parameters()
    try tag.end()
    return .macro(try macro(name, parameters, of: tag, endedBy: "endmacro"))
  }

  private mutating func call(
    _ tag: inout TemplateTagReader
  ) throws(TemplateError) -> TemplateStatement {
    let line = tag.line
    let parameters = tag.skip(symbol: "(") ? try tag.parameters() : []
    let call = try tag.expression()
    guard case .call = call else { throw tag.error }
    try tag.end()
    let caller = try macro("caller", parameters, of: tag, endedBy: "endcall")
    return .call(caller, call, line: line)
  }

  private mutating func macro(
    _ name: String, _ parameters: [(name: String, standard: TemplateExpression?)],
    of tag: TemplateTagReader, endedBy end: String
  ) throws(TemplateError) -> TemplateMacro {
    let rest = chunks
    let body = try body(of: tag, endedBy: end)
    var macro = TemplateMacro(name: name, parameters: parameters, body: body)
    for chunk in rest.prefix(rest.count - chunks.count) {
      guard let lexemes = chunk.lexemes else { continue }
      for case .name(let name) in lexemes.lazy.map(\.kind)
      where ["varargs", "kwargs", "caller"].contains(name) {
        macro.extras.insert(name)
      }
    }
    return macro
  }

  /// Statements up to `end`, behind which a name may stand.
  private mutating func body(
    of opening: TemplateTagReader, endedBy end: String
  ) throws(TemplateError) -> [TemplateStatement] {
    let (body, last) = try body(of: opening, until: [end])
    var tag = last
    if tag.peeksName { _ = try tag.name() }
    try tag.end()
    return body
  }
}
