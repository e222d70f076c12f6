/// An exact ratio of integers of any size, known by its remainders modulo two primes.
///
/// Arithmetic takes the same short time however long the numbers are: `2^{100000} - 1` has a value
/// and no digits. Different ratios have the same remainders by chance once in 2¹²⁴.
struct Residues: Equatable {
  /// The largest primes below 2⁶¹ and 2⁶³.
  private static let primes: [UInt64] = [(1 << 61) - 1, (1 << 63) - 25]

  private let first: UInt64
  private let second: UInt64

  private init(_ each: (_ prime: UInt64) -> UInt64) {
    first = each(Self.primes[0])
    second = each(Self.primes[1])
  }

  private func map(_ other: Residues? = nil, _ each: (UInt64, UInt64, UInt64) -> UInt64) -> Residues
  {
    let other = other ?? self
    return Residues {
      $0 == Self.primes[0] ? each(first, other.first, $0) : each(second, other.second, $0)
    }
  }

  /// The remainders of `value`.
  init(_ value: Int) {
    self.init { prime in
      let rest = value.magnitude % UInt(prime)
      return value < 0 && rest != 0 ? prime - UInt64(rest) : UInt64(rest)
    }
  }

  /// The remainders of the number that `digits` spell.
  init(digits: some StringProtocol) {
    self.init { prime in
      digits.utf8.reduce(0) { Self.product($0, 10, prime) &+ UInt64($1 &- 48) } % prime
    }
  }

  /// Whether it is 0.
  var isZero: Bool { first == 0 && second == 0 }

  static func + (a: Residues, b: Residues) -> Residues {
    a.map(b) { left, right, prime in
      left >= prime - right ? left - (prime - right) : left + right
    }
  }

  static func * (a: Residues, b: Residues) -> Residues { a.map(b, product) }

  /// 1 / this; nil for 0.
  var inverse: Residues? {
    guard first != 0, second != 0 else { return nil }
    return map { value, _, prime in Self.power(value, prime - 2, prime) }
  }

  /// This to the power of `exponent`; nil for a negative power of 0.
  func power(_ exponent: Int) -> Residues? {
    let power = map { value, _, prime in Self.power(value, UInt64(exponent.magnitude), prime) }
    return exponent < 0 ? power.inverse : power
  }

  private static func product(_ a: UInt64, _ b: UInt64, _ prime: UInt64) -> UInt64 {
    prime.dividingFullWidth(a.multipliedFullWidth(by: b)).remainder
  }

  private static func power(_ base: UInt64, _ exponent: UInt64, _ prime: UInt64) -> UInt64 {
    var (power, square, rest) = (1 as UInt64, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { power = product(power, square, prime) }
      square = product(square, square, prime)
      rest >>= 1
    }
    return power
  }
}
