/// A set of the classes of characters that pre-tokenizers tell apart; every character is in one
/// class or in none.
struct ScalarClass: OptionSet, Sendable {
  let rawValue: UInt8

  /// General categories Lu and Lt.
  static let upper = Self(rawValue: 1 << 0)
  /// General category Ll.
  static let lower = Self(rawValue: 1 << 1)
  /// General categories Lm and Lo.
  static let uncased = Self(rawValue: 1 << 2)
  /// General category M: `\p{M}`.
  static let mark = Self(rawValue: 1 << 3)
  /// General category N: `\p{N}`.
  static let number = Self(rawValue: 1 << 4)
  /// General category P: `\p{P}`.
  static let punctuation = Self(rawValue: 1 << 5)
  /// General category S: `\p{S}`.
  static let symbol = Self(rawValue: 1 << 6)
  /// The property White_Space: `\s`.
  static let space = Self(rawValue: 1 << 7)
  /// `\p{L}`.
  static let letter: Self = [.upper, .lower, .uncased]

  init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The class of `scalar`; empty for controls that are no white space, formats, unassigned ones.
  init(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      self = Self.ascii[Int(scalar.value)]
    } else {
      self.init(properties: scalar.properties)
    }
  }

  private init(properties: Unicode.Scalar.Properties) {
    self =
      switch properties.generalCategory {
      case .uppercaseLetter, .titlecaseLetter: .upper
      case .lowercaseLetter: .lower
      case .modifierLetter, .otherLetter: .uncased
      case .nonspacingMark, .spacingMark, .enclosingMark: .mark
      case .decimalNumber, .letterNumber, .otherNumber: .number
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation:
        .punctuation
      case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: .symbol
      default: properties.isWhitespace ? .space : []
      }
  }

  /// The classes of ASCII.
  static let ascii: [ScalarClass] = (0..<0x80).map {
    ScalarClass(properties: Unicode.Scalar(UInt8($0)).properties)
  }
}
