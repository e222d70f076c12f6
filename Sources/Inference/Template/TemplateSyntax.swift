/// A statement of a chat template.
indirect enum TemplateStatement: Sendable {
  case text(String)
  case output(TemplateExpression, line: Int)
  case conditional([TemplateBranch], otherwise: [TemplateStatement])
  case loop(TemplateLoop)
  case set([TemplateTarget], TemplateExpression, line: Int)
  /// `{% set name | filters %}…{% endset %}`
  case capture(TemplateTarget, [TemplateFilter], [TemplateStatement], line: Int)
  /// `{% filter filters %}…{% endfilter %}`
  case filter([TemplateFilter], [TemplateStatement], line: Int)
  /// `{% with names = values %}…{% endwith %}`, and a block, which has no values.
  case scope(
    [(target: TemplateTarget, value: TemplateExpression)], [TemplateStatement], line: Int)
  case macro(TemplateMacro)
  /// `{% call(parameters) call %}…{% endcall %}`: the body is the macro `caller` to what is called.
  case call(TemplateMacro, TemplateExpression, line: Int)
  case leaveLoop
  case nextRound
  /// A statement that is not known here; an error where it is reached.
  case unknown(String, line: Int)
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
  /// Whether `loop` can be called with further elements.
  var isRecursive: Bool
  var body: [TemplateStatement]
  var otherwise: [TemplateStatement]
  var line: Int
}

/// `{% macro name(parameters) %}body{% endmacro %}`
struct TemplateMacro: Sendable {
  var name: String
  var parameters: [(name: String, standard: TemplateExpression?)]
  var body: [TemplateStatement]
  /// Which of `varargs`, `kwargs` and `caller` the body speaks of: only those it takes.
  var extras: Set<String> = []
}

/// Where a value goes: a name, an attribute of a namespace, or several of these, which share out
/// its elements.
indirect enum TemplateTarget: Sendable {
  case name(String)
  case attribute(of: String, String)
  case several([TemplateTarget])
}

/// `name(arguments)` behind a `|`.
struct TemplateFilter: Sendable {
  var name: String
  var arguments: TemplateArguments
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
  case tuple([TemplateExpression])
  case mapping([(key: TemplateExpression, value: TemplateExpression)])
  case attribute(TemplateExpression, String)
  case element(TemplateExpression, TemplateExpression)
  case slice(
    TemplateExpression, from: TemplateExpression?, to: TemplateExpression?,
    step: TemplateExpression?)
  case call(TemplateExpression, TemplateArguments)
  case filter(TemplateExpression, TemplateFilter)
  case test(TemplateExpression, String, TemplateArguments)
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
  /// `*list`
  var list: TemplateExpression?
  /// `**mapping`
  var mapping: TemplateExpression?
}
