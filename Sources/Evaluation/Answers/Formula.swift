/// A formula as it is written, with letters in it.
indirect enum Formula {
  case number(AnswerValue)
  case symbol(String)
  case sum([Formula])
  case product([Formula])
  case negative(Formula)
  case quotient(Formula, Formula)
  case power(Formula, Formula)
  case root(Formula, degree: Formula)
  /// A function of ``AnswerValue/function(_:)`` and its arguments.
  case function(String, [Formula])

  /// The symbol of infinity, and that of the real numbers.
  static let infinity = "\\infty"
  static let realNumbers = "\\mathbb{R}"

  /// The letters in it.
  var symbols: Set<String> {
    switch self {
    case .number: []
    case .symbol(let name): [name]
    case .sum(let parts), .product(let parts), .function(_, let parts):
      parts.reduce(into: []) { $0.formUnion($1.symbols) }
    case .negative(let part): part.symbols
    case .quotient(let left, let right), .power(let left, let right), .root(let left, let right):
      left.symbols.union(right.symbols)
    }
  }

  /// Its value in `trial`; throws ``AnswerValue/Failure``.
  func value(in trial: Int) throws -> AnswerValue {
    switch self {
    case .number(let value): return value
    case .symbol(let name): return try AnswerValue(Complex(Self.value(of: name, in: trial)))
    case .sum(let parts): return try parts.reduce(AnswerValue(0)) { try $0 + $1.value(in: trial) }
    case .product(let parts):
      return try parts.reduce(AnswerValue(1)) { try $0 * $1.value(in: trial) }
    case .negative(let part): return try part.value(in: trial).negated
    case .quotient(let above, let below):
      return try above.value(in: trial) / below.value(in: trial)
    case .power(let base, let exponent):
      return try base.value(in: trial).power(exponent.value(in: trial))
    case .root(let part, let degree):
      return try part.value(in: trial).root(degree.value(in: trial))
    case .function(let name, let arguments):
      guard let function = AnswerValue.function(name) else { throw AnswerValue.Failure.undefined }
      return try function(arguments.map { try $0.value(in: trial) })
    }
  }

  /// This as a number where it has no letters and a value.
  var computed: Formula {
    symbols.isEmpty ? (try? value(in: 0)).map(Formula.number) ?? self : self
  }

  /// The number of trials that tell formulas apart: letters are small, negative, large, and mixed.
  static let trials = 5

  /// The value of a letter, which depends on its name and the trial alone, so that equal formulas
  /// agree in every trial and others do not.
  private static func value(of name: String, in trial: Int) -> Double {
    let hash = StableHash.of(name, seed: trial)
    let share = Double(hash >> 11) * 0x1p-53
    return switch trial {
    case 0: 0.5 + share
    case 1: -0.5 - 2 * share
    case 2: 4 + 16 * share
    case 3: (hash & 1 == 0 ? 1 : -1) * (1.5 + 3 * share)
    default: -4 - 16 * share
    }
  }
}
