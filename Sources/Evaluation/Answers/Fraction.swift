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

  /// Reads digits with at most one decimal point, such as `3.50` or `.5`.
  init?(decimal text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = parts.first else { return nil }
    let decimals = parts.count == 2 ? parts[1] : ""
    guard decimals.utf8.count <= 18, let value = Int(String(whole) + decimals) else { return nil }
    self.init(value, over: decimals.reduce(1) { scale, _ in scale * 10 })
  }

  /// The nearest double.
  var approximation: Double { Double(numerator) / Double(denominator) }

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
    guard abs(exponent) <= 64 else { return nil }
    var power = Fraction(1)
    for _ in 0..<abs(exponent) {
      power = power.flatMap { $0 * self }
    }
    guard exponent < 0 else { return power }
    return power.flatMap { Fraction($0.denominator, over: $0.numerator) }
  }

  /// The square root, if it is a fraction.
  var squareRoot: Fraction? {
    guard let above = Self.exactRoot(numerator), let below = Self.exactRoot(denominator) else {
      return nil
    }
    return Fraction(above, over: below)
  }

  private static func exactRoot(_ value: Int) -> Int? {
    guard value >= 0 else { return nil }
    let root = Int(Double(value).squareRoot())
    return product(root, root) == value ? root : nil
  }

  private static func product(_ a: Int, _ b: Int) -> Int? {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
