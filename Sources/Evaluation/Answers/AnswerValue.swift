/// The value of a formula: exact if it is a ratio of integers, else a complex double.
struct AnswerValue {
  /// Why a formula has no value to compare.
  enum Failure: Error {
    /// It is not defined, as 1/0 is not.
    case undefined
    /// It is too large to be computed.
    case tooLarge
  }

  /// The ratio where it fits in 64 bits.
  let fraction: Fraction?
  /// The ratio whatever its size; nil where the value is not known to be one.
  let exact: Residues?
  /// The value in double precision; infinite for an exact value beyond its range.
  let approximate: Complex
  /// The size of the largest number that was added on the way, by which rounding errors scale.
  let magnitude: Double

  init(_ approximate: Complex, magnitude: Double = 0) throws(Failure) {
    guard approximate.isFinite else { throw .tooLarge }
    fraction = nil
    exact = nil
    self.approximate = approximate
    self.magnitude = max(magnitude, approximate.modulus)
  }

  /// An exact value. `magnitude` matters only where there is no `fraction`: then `approximate` can
  /// have lost by cancellation.
  init(exact: Residues, fraction: Fraction?, approximate: Double, magnitude: Double = 0) {
    self.exact = exact
    self.fraction = fraction
    self.approximate = Complex(fraction?.approximation ?? approximate)
    let size = abs(self.approximate.real)
    self.magnitude = fraction == nil ? max(magnitude, size) : size
  }

  /// A whole number.
  init(_ value: Int) {
    self.init(exact: Residues(value), fraction: Fraction(value), approximate: Double(value))
  }

  /// A ratio.
  init(_ fraction: Fraction) throws(Failure) {
    guard let below = Residues(fraction.denominator).inverse else { throw .tooLarge }
    self.init(
      exact: Residues(fraction.numerator) * below, fraction: fraction,
      approximate: fraction.approximation)
  }

  /// The number that `text` spells: digits with at most one decimal point, a period of repeating
  /// decimals in brackets (`0.1(6)`), and a power of ten after `e`.
  init(decimal text: some StringProtocol) throws(Failure) {
    let parts = text.split(separator: "e", maxSplits: 1)
    guard let mantissa = parts.first else { throw .undefined }
    let pieces = mantissa.split(separator: "(", maxSplits: 1)
    let plain = pieces.first ?? ""
    let decimals = plain.firstIndex(of: ".").map { plain[$0...].dropFirst().utf8.count } ?? 0
    let digits = String(plain.filter(\.isNumber))
    let scale = try AnswerValue(10).power(AnswerValue(-decimals))
    var value = AnswerValue(
      exact: Residues(digits: digits), fraction: Int(digits).flatMap { Fraction($0) },
      approximate: Double(digits) ?? .infinity)
    value = try value * scale
    if pieces.count == 2 {
      let period = String(pieces[1].filter(\.isNumber))
      let nines = String(repeating: "9", count: period.count)
      value = try value + scale * AnswerValue(decimal: period) / AnswerValue(decimal: nines)
    }
    if parts.count == 2 {
      guard let exponent = Int(parts[1]) else { throw .tooLarge }
      value = try value * AnswerValue(10).power(AnswerValue(exponent))
    }
    self = value
  }

  /// The whole number that this is; nil where it is none, or beyond 64 bits.
  var integer: Int? { fraction.flatMap { $0.denominator == 1 ? $0.numerator : nil } }

  /// The number of its decimals; nil where they go on without end. A whole number beyond 64 bits has
  /// none.
  var decimals: Int? { fraction.map(\.decimals) ?? (exact == nil ? nil : 0) }

  /// The real number that this is; nil for a complex one.
  var real: Double? {
    let (value, rest) = (approximate, abs(approximate.imaginary))
    return rest <= 1e-12 * max(magnitude, 1e-300) ? value.real : nil
  }

  /// Whether two values are the same number.
  enum Likeness {
    case same, different
    /// Rounding errors are larger than what could tell.
    case unknown
  }

  /// Whether both are the same number: exactly, or to a relative 1e-10.
  func agrees(with other: AnswerValue) -> Bool { likeness(to: other) == .same }

  /// How this compares with `other`: exactly, or to a relative 1e-10.
  func likeness(to other: AnswerValue) -> Likeness {
    guard let exact, let otherExact = other.exact else { return nearness(to: other, 1e-10) }
    // The same remainders by design would still differ in size.
    guard exact == otherExact else { return .different }
    guard approximate.isFinite, other.approximate.isFinite else { return .same }
    return nearness(to: other, 1e-6) == .different ? .different : .same
  }

  /// The part of a magnitude that rounding may have spoilt.
  private static let noise = 1e-13
  /// Rounding errors beyond this part of a value leave nothing that could be compared.
  private static let mostNoise = 1e-6

  private func nearness(to other: AnswerValue, _ tolerance: Double) -> Likeness {
    let difference = (approximate - other.approximate).modulus
    let size = max(approximate.modulus, other.approximate.modulus)
    let noise = Self.noise * max(magnitude, other.magnitude)
    if difference <= max(tolerance * size, min(noise, Self.mostNoise * size)) { return .same }
    if isZero && other.isZero { return .same }
    return difference <= noise ? .unknown : .different
  }

  /// Whether this is 0 as far as can be told.
  var isZero: Bool {
    exact?.isZero ?? (approximate.modulus <= Self.noise * magnitude)
  }
}

extension AnswerValue {
  static func + (a: AnswerValue, b: AnswerValue) throws(Failure) -> AnswerValue {
    let sum = a.approximate + b.approximate
    if let left = a.exact, let right = b.exact {
      return AnswerValue(
        exact: left + right, fraction: both(a, b, +), approximate: sum.real,
        magnitude: max(a.magnitude, b.magnitude))
    }
    return try AnswerValue(sum, magnitude: max(a.magnitude, b.magnitude))
  }

  static func * (a: AnswerValue, b: AnswerValue) throws(Failure) -> AnswerValue {
    let product = a.approximate * b.approximate
    if let left = a.exact, let right = b.exact {
      return AnswerValue(
        exact: left * right, fraction: both(a, b, *), approximate: product.real,
        magnitude: a.magnitude * b.magnitude)
    }
    return try AnswerValue(product, magnitude: a.magnitude * b.magnitude)
  }

  static func / (a: AnswerValue, b: AnswerValue) throws(Failure) -> AnswerValue {
    guard !b.isZero else { throw .undefined }
    if let left = a.exact, let right = b.exact?.inverse {
      let ratio = a.approximate.real / b.approximate.real
      return AnswerValue(
        exact: left * right, fraction: both(a, b, /), approximate: ratio,
        magnitude: a.magnitude / abs(b.approximate.real))
    }
    return try AnswerValue(
      a.approximate / b.approximate, magnitude: a.magnitude / b.approximate.modulus)
  }

  private static func both(
    _ a: AnswerValue, _ b: AnswerValue, _ combine: (Fraction, Fraction) -> Fraction?
  ) -> Fraction? {
    guard let left = a.fraction, let right = b.fraction else { return nil }
    return combine(left, right)
  }

  var negated: AnswerValue {
    get throws(Failure) { try AnswerValue(-1) * self }
  }

  /// This to the power of `exponent`: of negative numbers the real power where its root is odd
  /// (`(-8)^{1/3}` is −2), else the principal one.
  func power(_ exponent: AnswerValue) throws(Failure) -> AnswerValue {
    if let whole = exponent.integer {
      if whole < 0 && isZero { throw .undefined }
      let power = approximate.power(Complex(Double(whole)))
      if let exact = exact?.power(whole) {
        return AnswerValue(
          exact: exact, fraction: fraction?.power(whole), approximate: power.real)
      }
      return try AnswerValue(power)
    }
    guard !isZero else {
      guard let real = exponent.real, real > 0 else { throw .undefined }
      return AnswerValue(0)
    }
    guard let ratio = exponent.fraction else {
      return try AnswerValue(approximate.power(exponent.approximate))
    }
    if let root = fraction?.root(ratio.denominator) {
      return try AnswerValue(root).power(AnswerValue(ratio.numerator))
    }
    if let real, real < 0, ratio.denominator % 2 == 1 {
      let power = Complex(-real).power(exponent.approximate)
      return try AnswerValue(ratio.numerator % 2 == 0 ? power : -power)
    }
    return try AnswerValue(approximate.power(exponent.approximate))
  }

  func root(_ degree: AnswerValue) throws(Failure) -> AnswerValue {
    if degree.integer == 2, fraction?.root(2) == nil {
      return try AnswerValue(approximate.squareRoot)
    }
    return try power(AnswerValue(1) / degree)
  }
}
