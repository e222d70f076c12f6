/// A statement of a chat template.
indirect enum TemplateStatement: Sendable {
  case text(String)
  case output(TemplateExpression, line: Int)
  case conditional([TemplateBranch], otherwise: [TemplateStatement])
  case loop(TemplateLoop)
  case set([TemplateTarget], TemplateExpression, line: Int)
  /// `{% set name %}…{% endset %}`
  case capture(TemplateTarget, [TemplateStatement], line: Int)
  case macro(TemplateMacro)
  case leaveLoop
  case nextRound
}

/// One `if` or `elif`.
struct TemplateBranch: Sendable {
  var condition: TemplateExpression
  var body: [TemplateStatement]
  var line: Int
}

/// `{% for targets in values if condition %}body{% else %}otherwise{% endfor %}`
struct TemplateLoop: Sendable {
  var targets: [TemplateTarget]
  var values: TemplateExpression
  var condition: TemplateExpression?
  var body: [TemplateStatement]
  var otherwise: [TemplateStatement]
  var line: Int
}

/// `{% macro name(parameters) %}body{% endmacro %}`
struct TemplateMacro: Sendable {
  var name: String
  var parameters: [(name: String, standard: TemplateExpression?)]
  var body: [TemplateStatement]
}

/// Where a value goes: a name, or an attribute of a namespace.
enum TemplateTarget: Sendable {
  case name(String)
  case attribute(of: String, String)
}

/// An expression of a chat template.
indirect enum TemplateExpression: Sendable {
  case text(String)
  case integer(Int)
  case real(Double)
  case bool(Bool)
  case null
  case name(String)
  case list([TemplateExpression])
  case mapping([(key: TemplateExpression, value: TemplateExpression)])
  case attribute(TemplateExpression, String)
  case element(TemplateExpression, TemplateExpression)
  case slice(
    TemplateExpression, from: TemplateExpression?, to: TemplateExpression?,
    step: TemplateExpression?)
  case call(TemplateExpression, TemplateArguments)
  case filter(TemplateExpression, String, TemplateArguments)
  case test(TemplateExpression, String, [TemplateExpression])
  case not(TemplateExpression)
  case negative(TemplateExpression)
  /// Operators of one rank, from left to right.
  case arithmetic(TemplateExpression, [(operation: String, operand: TemplateExpression)])
  /// As in Python, `a < b < c` holds where both do.
  case comparison(TemplateExpression, [(operation: String, operand: TemplateExpression)])
  case and([TemplateExpression])
  case or([TemplateExpression])
  case choice(TemplateExpression, condition: TemplateExpression, otherwise: TemplateExpression?)
}

/// What stands in a call's parentheses.
struct TemplateArguments: Sendable {
  var positional: [TemplateExpression] = []
  var named: [(name: String, value: TemplateExpression)] = []
}
