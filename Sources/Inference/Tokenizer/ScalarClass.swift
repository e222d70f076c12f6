/// The classes of characters that pre-tokenizers tell apart.
enum ScalarClass: UInt8 {
  /// General category L: `\p{L}`.
  case letter
  /// General category N: `\p{N}`.
  case number
  /// The property White_Space: `\s`.
  case space
  /// Everything else: punctuation, symbols, marks, controls, unassigned.
  case other

  /// The class of `scalar`.
  init(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      self = Self.ascii[Int(scalar.value)]
    } else {
      self.init(properties: scalar.properties)
    }
  }

  private init(properties: Unicode.Scalar.Properties) {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      self = .letter
    case .decimalNumber, .letterNumber, .otherNumber:
      self = .number
    default:
      self = properties.isWhitespace ? .space : .other
    }
  }

  private static let ascii: [ScalarClass] = (0..<0x80).map {
    ScalarClass(properties: Unicode.Scalar(UInt8($0)).properties)
  }
}
