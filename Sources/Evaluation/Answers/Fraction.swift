/// An exact ratio of two integers in lowest terms, with a positive denominator.
///
/// Results that do not fit in 64 bits are nil, never wrong.
struct Fraction: Equatable {
  let numerator: Int
  let denominator: Int

  /// `numerator` / `denominator`; nil for a zero denominator and on overflow.
  init?(_ numerator: Int, over denominator: Int = 1) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    let divisor = Self.greatestCommonDivisor(abs(numerator), abs(denominator))
    self.numerator = denominator < 0 ? -numerator / divisor : numerator / divisor
    self.denominator = abs(denominator) / divisor
  }

  /// The nearest double.
  var approximation: Double { Double(numerator) / Double(denominator) }

  /// The largest whole number that is not above it.
  var floor: Int {
    let whole = numerator / denominator
    return numerator < 0 && whole * denominator != numerator ? whole - 1 : whole
  }

  /// The number of its decimals; nil where they go on without end.
  var decimals: Int? {
    var rest = denominator
    var (twos, fives) = (0, 0)
    while rest % 2 == 0 { (rest, twos) = (rest / 2, twos + 1) }
    while rest % 5 == 0 { (rest, fives) = (rest / 5, fives + 1) }
    return rest == 1 ? max(twos, fives) : nil
  }

  static func + (a: Fraction, b: Fraction) -> Fraction? {
    guard let left = product(a.numerator, b.denominator),
      let right = product(b.numerator, a.denominator),
      let below = product(a.denominator, b.denominator)
    else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : Fraction(sum, over: below)
  }

  static func * (a: Fraction, b: Fraction) -> Fraction? {
    guard let above = product(a.numerator, b.numerator),
      let below = product(a.denominator, b.denominator)
    else { return nil }
    return Fraction(above, over: below)
  }

  static func / (a: Fraction, b: Fraction) -> Fraction? {
    guard let inverse = Fraction(b.denominator, over: b.numerator) else { return nil }
    return a * inverse
  }

  /// This fraction to the power of `exponent`, at most ±64.
  func power(_ exponent: Int) -> Fraction? {
    guard exponent.magnitude <= 64 else { return nil }
    var power = Fraction(1)
    for _ in 0..<exponent.magnitude {
      power = power.flatMap { $0 * self }
    }
    guard exponent < 0 else { return power }
    return power.flatMap { Fraction($0.denominator, over: $0.numerator) }
  }

  /// The root of `degree` 1 to 62, if it is a fraction; of a negative number where the degree is odd.
  func root(_ degree: Int) -> Fraction? {
    guard let above = Self.exactRoot(numerator, degree),
      let below = Self.exactRoot(denominator, degree)
    else { return nil }
    return Fraction(above, over: below)
  }

  private static func exactRoot(_ value: Int, _ degree: Int) -> Int? {
    guard (1...62).contains(degree), value >= 0 || degree % 2 == 1 else { return nil }
    let sign = value < 0 ? -1 : 1
    // The root is at most 2³² for a square; doubling the candidate's bits finds it in few steps.
    var root = 0
    for bit in stride(from: 63 / degree, through: 0, by: -1) {
      let candidate = root | (1 << min(bit, 61))
      if let power = power(candidate, degree), power <= value.magnitude { root = candidate }
    }
    return power(root, degree) == value.magnitude ? sign * root : nil
  }

  private static func power(_ base: Int, _ exponent: Int) -> UInt? {
    var power: UInt = 1
    for _ in 0..<exponent {
      let (product, overflow) = power.multipliedReportingOverflow(by: base.magnitude)
      if overflow { return nil }
      power = product
    }
    return power
  }

  private static func product(_ a: Int, _ b: Int) -> Int? {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }

  /// The greatest common divisor of two numbers that are not negative; 0 of two zeros.
  static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
