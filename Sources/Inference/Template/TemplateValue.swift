/// A value in a chat template, as Python has them.
indirect enum TemplateValue {
  /// What was asked for under this name and is not there.
  case undefined(String)
  case null
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case text(TemplateText)
  case list([TemplateValue])
  case tuple([TemplateValue])
  case mapping(TemplateMapping)
  case namespace(TemplateNamespace)
  /// What `loop` stands for.
  case position(TemplatePosition)
  /// A macro; the body of a `call` block is one that sees the names around it.
  case macro(TemplateMacro, scopes: [[String: TemplateValue]])
  /// A function of this name that every template can call.
  case function(String)
  /// A value's method of this name.
  case method(String, of: TemplateValue)
  /// What `joiner` or `cycler` gives.
  case cycle(TemplateCycle)

  /// `text` as the template's own.
  static func own(_ text: String) -> TemplateValue { .text(TemplateText(text, isControl: true)) }
}

/// What `namespace()` gives: variables that a loop can change for what follows it.
final class TemplateNamespace {
  var values = TemplateMapping()
}

/// Where a loop is.
final class TemplatePosition {
  let index: Int
  let elements: [TemplateValue]
  /// How many recursive loops this one is in.
  let depth: Int
  /// The loop itself, where it can be called with further elements.
  let loop: TemplateLoop?
  /// What `changed` was asked of last; rounds share it.
  let memory: Memory

  final class Memory {
    var last: [TemplateValue]?
  }

  init(_ index: Int, _ elements: [TemplateValue], depth: Int, loop: TemplateLoop?, _ memory: Memory)
  {
    self.index = index
    self.elements = elements
    self.depth = depth
    self.loop = loop
    self.memory = memory
  }
}

/// Values that take turns.
final class TemplateCycle {
  let elements: [TemplateValue]
  /// Whether it is a joiner: a call gives nothing the first time, and its one element then.
  let isJoiner: Bool
  var index = 0

  init(_ elements: [TemplateValue], isJoiner: Bool) {
    self.elements = elements
    self.isJoiner = isJoiner
  }
}

extension TemplateValue {
  var isUndefined: Bool { if case .undefined = self { true } else { false } }

  var isTrue: Bool {
    switch self {
    case .undefined, .null: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .real(let value): value != 0
    case .text(let text): text.count > 0
    case .list(let elements), .tuple(let elements): !elements.isEmpty
    case .mapping(let mapping): !mapping.keys.isEmpty
    case .namespace, .position, .macro, .function, .method, .cycle: true
    }
  }

  /// The integer, bools as 0 and 1; nil for what is none.
  var integer: Int? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }

  /// The number, bools as 0 and 1; nil for what is none.
  var number: Double? {
    if case .real(let value) = self { value } else { integer.map(Double.init) }
  }

  /// What kind of value it is, in words.
  var kind: String {
    switch self {
    case .undefined(let name): "the undefined \(name.debugDescription)"
    case .null: "none"
    case .bool: "a bool"
    case .integer, .real: "a number"
    case .text: "a text"
    case .list: "a list"
    case .tuple: "a tuple"
    case .mapping: "a mapping"
    case .namespace: "a namespace"
    case .position: "a loop"
    case .macro, .function, .method: "a function"
    case .cycle: "a cycle"
    }
  }

  /// Whether two values are equal as Python has it: numbers and bools by value, others by kind too.
  func equals(_ other: TemplateValue) -> Bool {
    switch (self, other) {
    case (.undefined, .undefined), (.null, .null): true
    case (.text(let one), .text(let two)): one == two
    case (.list(let one), .list(let two)), (.tuple(let one), .tuple(let two)):
      one.count == two.count && zip(one, two).allSatisfy { $0.equals($1) }
    case (.mapping(let one), .mapping(let two)):
      one.keys.count == two.keys.count
        && one.pairs.allSatisfy { two.value(of: $0.key)?.equals($0.value) ?? false }
    case (.namespace(let one), .namespace(let two)): one === two
    case (.integer(let one), .integer(let two)): one == two
    default: if let one = number, let two = other.number { one == two } else { false }
    }
  }

  /// Whether it comes before `other`, as Python orders numbers, texts and lists; nil where there is
  /// no order between them.
  func precedes(_ other: TemplateValue) -> Bool? {
    switch (self, other) {
    case (.text(let one), .text(let two)):
      return one.characters.lexicographicallyPrecedes(two.characters) { $0.scalar < $1.scalar }
    case (.list(let one), .list(let two)), (.tuple(let one), .tuple(let two)):
      for (left, right) in zip(one, two) where !left.equals(right) { return left.precedes(right) }
      return one.count < two.count
    default:
      guard let one = number, let two = other.number else { return nil }
      return one < two
    }
  }
}
