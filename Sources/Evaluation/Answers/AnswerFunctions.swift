#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The functions that answers use, by their LaTeX names.
extension AnswerValue {
  typealias Function = ([AnswerValue]) throws(Failure) -> AnswerValue

  /// Counts above this are not computed step by step.
  private static let longestProduct = 2500

  /// The function called `name`; nil for a name that answers do not use.
  static func function(_ name: String) -> Function? {
    if let smooth = smooth(name) {
      return { values throws(Failure) in
        let result = smooth(try only(values).approximate)
        guard result.isFinite else { throw .undefined }
        let isExponential = ["exp", "sinh", "cosh"].contains(name)
        return try AnswerValue(result, magnitude: isExponential ? 0 : 1)
      }
    }
    return switch name {
    case "log": { values throws(Failure) in try logarithm(values) }
    case "abs": { values throws(Failure) in try only(values).absolute }
    case "floor", "ceil": { values throws(Failure) in try rounded(only(values), name == "ceil") }
    case "factorial": { values throws(Failure) in try factorial(only(values)) }
    case "binom": { values throws(Failure) in try binomial(values) }
    case "perm":
      { values throws(Failure) in
        guard values.count == 2 else { throw .undefined }
        return try binomial(values) * factorial(values[1])
      }
    case "gcd", "lcm", "bmod": { values throws(Failure) in try divisor(name, values) }
    case "max", "min": { values throws(Failure) in try extreme(values, largest: name == "max") }
    default: nil
    }
  }

  private static func smooth(_ name: String) -> ((Complex) -> Complex)? {
    let one = Complex(1)
    let quarter = Complex(.pi / 2)
    return switch name {
    case "sin": { $0.sine }
    case "cos": { $0.cosine }
    case "tan", "tg": { $0.sine / $0.cosine }
    case "cot", "ctg": { $0.cosine / $0.sine }
    case "sec": { one / $0.cosine }
    case "csc": { one / $0.sine }
    case "arcsin", "asin": { $0.arcSine }
    case "arccos", "acos": { quarter - $0.arcSine }
    case "arctan", "atan": { $0.arcTangent }
    case "arccot": { quarter - $0.arcTangent }
    case "arcsec": { quarter - (one / $0).arcSine }
    case "arccsc": { (one / $0).arcSine }
    case "sinh": { $0.hyperbolicSine }
    case "cosh": { $0.hyperbolicCosine }
    case "tanh": { $0.hyperbolicSine / $0.hyperbolicCosine }
    case "coth": { $0.hyperbolicCosine / $0.hyperbolicSine }
    case "sech": { one / $0.hyperbolicCosine }
    case "csch": { one / $0.hyperbolicSine }
    case "exp": { $0.exponential }
    case "ln": { $0.logarithm }
    default: nil
    }
  }

  /// The functions of an angle, in whose arguments degrees are angles.
  static let angular: Set<String> = ["sin", "cos", "tan", "tg", "cot", "ctg", "sec", "csc"]

  /// The name of the inverse that `\sin^{-1}` means; nil for other functions.
  static func inverse(of name: String) -> String? {
    ["sin", "cos", "tan", "cot", "sec", "csc"].contains(name) ? "arc" + name : nil
  }

  private static func only(_ values: [AnswerValue]) throws(Failure) -> AnswerValue {
    guard let value = values.first, values.count == 1 else { throw .undefined }
    return value
  }

  /// The logarithm of the last value to the base of the first; without a base, to base 10.
  private static func logarithm(_ values: [AnswerValue]) throws(Failure) -> AnswerValue {
    guard let value = values.last, values.count <= 2, !value.isZero else { throw .undefined }
    let base = values.count == 2 ? values[0] : AnswerValue(10)
    guard !base.isZero else { throw .undefined }
    let quotient =
      try AnswerValue(value.approximate.logarithm, magnitude: 1)
      / AnswerValue(base.approximate.logarithm, magnitude: 1)
    // Whole logarithms are exact: log₂ 8 is 3 and may be an exponent.
    if let real = quotient.real, abs(real) < 1e6, value.exact != nil, base.exact != nil {
      let whole = AnswerValue(Int(real.rounded()))
      if try base.power(whole).agrees(with: value) { return whole }
    }
    return quotient
  }

  private var absolute: AnswerValue {
    get throws(Failure) {
      guard exact != nil else { return try AnswerValue(Complex(approximate.modulus)) }
      return approximate.real < 0 ? try negated : self
    }
  }

  private static func rounded(_ value: AnswerValue, _ up: Bool) throws(Failure) -> AnswerValue {
    if let fraction = value.fraction {
      let whole = fraction.floor
      return AnswerValue(up && fraction.denominator != 1 ? whole + 1 : whole)
    }
    guard let real = value.real, abs(real) < 1e15 else { throw .tooLarge }
    return AnswerValue(Int(up ? real.rounded(.up) : real.rounded(.down)))
  }

  private static func factorial(_ value: AnswerValue) throws(Failure) -> AnswerValue {
    if let whole = value.integer {
      guard whole >= 0 else { throw .undefined }
      guard whole <= longestProduct else { throw .tooLarge }
      var product = AnswerValue(1)
      for factor in stride(from: 2, through: whole, by: 1) {
        product = try product * AnswerValue(factor)
      }
      return product
    }
    guard let real = value.real else { throw .undefined }
    return try AnswerValue(Complex(tgamma(real + 1)))
  }

  private static func binomial(_ values: [AnswerValue]) throws(Failure) -> AnswerValue {
    guard values.count == 2 else { throw .undefined }
    let (above, below) = (values[0], values[1])
    guard let count = below.integer else {
      let rest = try above + below.negated
      return try factorial(above) / (factorial(below) * factorial(rest))
    }
    guard count >= 0 else { return AnswerValue(0) }
    // C(n, k) is C(n, n − k), whichever is shorter.
    let others = above.integer.map { $0.subtractingReportingOverflow(count) }
    let isMostOf = others.map { !$0.overflow && (0..<count).contains($0.partialValue) } ?? false
    let factors = isMostOf ? others?.partialValue ?? count : count
    guard factors <= longestProduct else { throw .tooLarge }
    if let exact = try exactBinomial(above, factors) { return exact }
    var product = AnswerValue(1)
    for step in 0..<factors {
      product = try product * (above + AnswerValue(-step)) / AnswerValue(step + 1)
    }
    return product
  }

  /// The exact value of n (n − 1) … (n − k + 1) / k! with one division; nil where n is not exact.
  private static func exactBinomial(
    _ above: AnswerValue, _ count: Int
  ) throws(Failure) -> AnswerValue? {
    guard above.exact != nil else { return nil }
    var (over, under) = (Residues(1), Residues(1))
    var fraction = Fraction(1)
    var approximate = 1.0
    for step in 0..<count {
      let factor = try above + AnswerValue(-step)
      guard let exact = factor.exact else { return nil }
      over = over * exact
      under = under * Residues(step + 1)
      fraction = fraction.flatMap { before in
        factor.fraction.flatMap { before * $0 }.flatMap { next in
          Fraction(step + 1).flatMap { next / $0 }
        }
      }
      approximate *= factor.approximate.real / Double(step + 1)
    }
    return under.inverse.map {
      AnswerValue(exact: over * $0, fraction: fraction, approximate: approximate)
    }
  }

  private static func divisor(
    _ name: String, _ values: [AnswerValue]
  ) throws(Failure) -> AnswerValue {
    var result: Int?
    for value in values {
      guard let next = value.integer, next != .min else { throw .undefined }
      guard let before = result else {
        result = name == "bmod" ? next : abs(next)
        continue
      }
      if name == "bmod" {
        guard next != 0 else { throw .undefined }
        let rest = before % next
        result = rest < 0 ? rest + abs(next) : rest
        continue
      }
      let common = Fraction.greatestCommonDivisor(before, abs(next))
      guard name == "lcm", common != 0 else {
        result = common
        continue
      }
      let (multiple, overflow) = (before / common).multipliedReportingOverflow(by: abs(next))
      guard !overflow else { throw .tooLarge }
      result = multiple
    }
    guard let result else { throw .undefined }
    return AnswerValue(result)
  }

  private static func extreme(
    _ values: [AnswerValue], largest: Bool
  ) throws(Failure) -> AnswerValue {
    guard var best = values.first else { throw .undefined }
    for value in values.dropFirst() {
      guard let new = value.real, let old = best.real else { throw .undefined }
      if largest ? new > old : new < old { best = value }
    }
    return best
  }
}
