#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A complex number in double precision; many-valued functions have their principal values.
struct Complex {
  var real: Double
  var imaginary: Double

  init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  static let i = Complex(0, 1)

  var isFinite: Bool { real.isFinite && imaginary.isFinite }
  var isReal: Bool { imaginary == 0 }
  var modulus: Double { hypot(real, imaginary) }

  static func + (a: Complex, b: Complex) -> Complex {
    Complex(a.real + b.real, a.imaginary + b.imaginary)
  }

  static prefix func - (a: Complex) -> Complex { Complex(-a.real, -a.imaginary) }

  static func - (a: Complex, b: Complex) -> Complex { a + -b }

  static func * (a: Complex, b: Complex) -> Complex {
    // Without a test 0 × ∞ would spoil products of real numbers.
    if a.isReal && b.isReal { return Complex(a.real * b.real) }
    return Complex(
      a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  static func / (a: Complex, b: Complex) -> Complex {
    if a.isReal && b.isReal { return Complex(a.real / b.real) }
    let scale = b.real * b.real + b.imaginary * b.imaginary
    let product = a * Complex(b.real, -b.imaginary)
    return Complex(product.real / scale, product.imaginary / scale)
  }

  var exponential: Complex {
    if isReal { return Complex(exp(real)) }
    return Complex(exp(real) * cos(imaginary), exp(real) * sin(imaginary))
  }

  var logarithm: Complex {
    if isReal && real > 0 { return Complex(log(real)) }
    return Complex(log(modulus), atan2(imaginary + 0, real))
  }

  var squareRoot: Complex {
    if isReal {
      return real >= 0 ? Complex(real.squareRoot()) : Complex(0, (-real).squareRoot())
    }
    return power(Complex(0.5))
  }

  func power(_ exponent: Complex) -> Complex {
    if isReal && exponent.isReal && (real >= 0 || exponent.real.rounded() == exponent.real) {
      return Complex(pow(real, exponent.real))
    }
    return (exponent * logarithm).exponential
  }

  /// sin z = (eⁱᶻ − e⁻ⁱᶻ) / 2i.
  var sine: Complex {
    if isReal { return Complex(sin(real)) }
    let turned = (self * .i).exponential
    return (turned - Complex(1) / turned) / Complex(0, 2)
  }

  /// cos z = (eⁱᶻ + e⁻ⁱᶻ) / 2.
  var cosine: Complex {
    if isReal { return Complex(cos(real)) }
    let turned = (self * .i).exponential
    return (turned + Complex(1) / turned) / Complex(2)
  }

  /// arcsin z = −i ln(iz + √(1 − z²)).
  var arcSine: Complex {
    if isReal && abs(real) <= 1 { return Complex(asin(real)) }
    return -(.i * (.i * self + (Complex(1) - self * self).squareRoot).logarithm)
  }

  /// arctan z = (i/2) ln((i + z) / (i − z)).
  var arcTangent: Complex {
    if isReal { return Complex(atan(real)) }
    return Complex(0, 0.5) * ((.i + self) / (.i - self)).logarithm
  }

  /// sinh z = (eᶻ − e⁻ᶻ) / 2.
  var hyperbolicSine: Complex {
    if isReal { return Complex(sinh(real)) }
    return (exponential - (-self).exponential) / Complex(2)
  }

  /// cosh z = (eᶻ + e⁻ᶻ) / 2.
  var hyperbolicCosine: Complex {
    if isReal { return Complex(cosh(real)) }
    return (exponential + (-self).exponential) / Complex(2)
  }
}
