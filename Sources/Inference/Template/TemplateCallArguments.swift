/// The arguments of a call, evaluated.
struct TemplateCallArguments {
  var positional: [TemplateValue] = []
  /// In their order.
  var named: [(name: String, value: TemplateValue)] = []

  /// Those after the first `count`, named ones included.
  func dropFirst(_ count: Int) -> TemplateCallArguments {
    TemplateCallArguments(positional: Array(positional.dropFirst(count)), named: named)
  }
}

extension TemplateRenderer {
  /// The arguments of `callee` by its parameters' names, of which the first `required` must be there.
  ///
  /// Throws for an argument that `callee` does not have: none is passed over.
  func bind(
    _ arguments: TemplateCallArguments, of callee: String, to parameters: [String],
    required: Int = 0
  ) throws(TemplateError) -> [TemplateValue?] {
    guard arguments.positional.count <= parameters.count else {
      let count = arguments.positional.count
      throw error(.unsupported("\(callee) with \(count) argument\(count == 1 ? "" : "s")"))
    }
    var bound: [TemplateValue?] = arguments.positional
    bound += Array(repeating: nil, count: parameters.count - bound.count)
    for (name, value) in arguments.named {
      guard let place = parameters.firstIndex(of: name), bound[place] == nil else {
        throw error(.unsupported("\(callee) with \(name)=…"))
      }
      bound[place] = value
    }
    for place in 0..<required where bound[place] == nil {
      throw error(.type("call \(callee.debugDescription) without \(parameters[place])"))
    }
    return bound
  }

  /// An argument that must be a text; nil for an absent one or none.
  func text(_ value: TemplateValue?, _ callee: String) throws(TemplateError) -> TemplateText? {
    switch value {
    case nil, .some(.null): return nil
    case .some(.text(let text)): return text
    case let other?: throw error(.type("call \(callee.debugDescription) with \(other.kind)"))
    }
  }

  /// An argument that must be an integer; `fallback` for an absent one or none.
  func integer(
    _ value: TemplateValue?, _ callee: String, default fallback: Int
  ) throws(TemplateError) -> Int {
    switch value {
    case nil, .some(.null): return fallback
    case let value?:
      guard let integer = value.integer else {
        throw error(.type("call \(callee.debugDescription) with \(value.kind)"))
      }
      return integer
    }
  }
}
