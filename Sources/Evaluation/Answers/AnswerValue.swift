#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The value of a formula: exact if it is a fraction, else a double.
///
/// A letter's value depends on its name and the trial alone, so that equal formulas agree in every
/// trial and others do not.
struct AnswerValue: Equatable {
  /// Why a formula has no value to compare.
  enum Failure: Error {
    /// Overflow of exact arithmetic, division by zero, or the root of a negative number.
    case noValue
  }

  private let exact: Fraction?
  private let approximate: Double

  private init(_ exact: Fraction?) throws(Failure) {
    // A whole number that does not fit must not be compared by its leading digits.
    guard let exact else { throw .noValue }
    self.exact = exact
    approximate = exact.approximation
  }

  private init(approximate: Double) throws(Failure) {
    guard approximate.isFinite else { throw .noValue }
    exact = nil
    self.approximate = approximate
  }

  /// The number that `digits` spell.
  init(decimal digits: some StringProtocol) throws(Failure) {
    try self.init(Fraction(decimal: digits))
  }

  /// The value of the letter or name in `trial`, between 0.5 and 1.5.
  init(symbol name: String, trial: Int) throws(Failure) {
    // FNV-1a, then the finaliser of SplitMix64, so that similar names are not similar numbers.
    var hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: trial)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    try self.init(approximate: 0.5 + Double(hash >> 11) * 0x1p-53)
  }

  /// π.
  static func pi() throws(Failure) -> AnswerValue {
    try AnswerValue(approximate: .pi)
  }

  /// Whether both are the same number: exactly, or to a relative 1e-10.
  func agrees(with other: AnswerValue) -> Bool {
    if let exact, let otherExact = other.exact { return exact == otherExact }
    let scale = max(abs(approximate), abs(other.approximate))
    return abs(approximate - other.approximate) <= 1e-10 * scale
  }

  static func + (a: AnswerValue, b: AnswerValue) throws(Failure) -> AnswerValue {
    if let left = a.exact, let right = b.exact { return try AnswerValue(left + right) }
    return try AnswerValue(approximate: a.approximate + b.approximate)
  }

  static func * (a: AnswerValue, b: AnswerValue) throws(Failure) -> AnswerValue {
    if let left = a.exact, let right = b.exact { return try AnswerValue(left * right) }
    return try AnswerValue(approximate: a.approximate * b.approximate)
  }

  static func / (a: AnswerValue, b: AnswerValue) throws(Failure) -> AnswerValue {
    if let left = a.exact, let right = b.exact { return try AnswerValue(left / right) }
    return try AnswerValue(approximate: a.approximate / b.approximate)
  }

  func negated() throws(Failure) -> AnswerValue {
    try AnswerValue(Fraction(-1)) * self
  }

  func hundredth() throws(Failure) -> AnswerValue {
    try self * AnswerValue(Fraction(1, over: 100))
  }

  func power(_ exponent: AnswerValue) throws(Failure) -> AnswerValue {
    if let exact, let power = exponent.exact, power.denominator == 1 {
      return try AnswerValue(exact.power(power.numerator))
    }
    return try AnswerValue(approximate: pow(approximate, exponent.approximate))
  }

  func root(_ degree: AnswerValue) throws(Failure) -> AnswerValue {
    if degree.exact == Fraction(2) {
      if let root = exact?.squareRoot { return try AnswerValue(root) }
      return try AnswerValue(approximate: approximate.squareRoot())
    }
    return try AnswerValue(approximate: pow(approximate, 1 / degree.approximate))
  }

  /// The function called `name`; nil for a name that answers do not use.
  static func function(_ name: String) -> ((AnswerValue) throws(Failure) -> AnswerValue)? {
    let compute: (Double) -> Double
    switch name {
    case "sin": compute = sin
    case "cos": compute = cos
    case "tan": compute = tan
    case "cot": compute = { 1 / tan($0) }
    case "sec": compute = { 1 / cos($0) }
    case "csc": compute = { 1 / sin($0) }
    case "arcsin": compute = asin
    case "arccos": compute = acos
    case "arctan": compute = atan
    case "ln": compute = log
    case "log": compute = log10
    case "exp": compute = exp
    default: return nil
    }
    return { argument throws(Failure) in
      try AnswerValue(approximate: compute(argument.approximate))
    }
  }
}
