/// Tells whether an answer is the right one, however it is written.
///
/// Numbers are compared by value and exactly (`17`, `17.0`, `$17`, `\frac{34}{2}`, `1,234`);
/// everything else as text without LaTeX's trimmings, upper and lower case alike.
public enum AnswerChecker {
  /// Whether `given` says the same as `expected`.
  public static func agree(_ given: String, _ expected: String) -> Bool {
    let (given, expected) = (plain(given), plain(expected))
    if let left = Fraction(given), let right = Fraction(expected) { return left == right }
    return !expected.isEmpty && given.lowercased() == expected.lowercased()
  }

  /// The answer without marks that say nothing: dollar signs, spacing commands, `\text{…}`.
  private static func plain(_ answer: String) -> String {
    var text = answer
    text.replace(/\\(?:text|mathrm|mathbf)\s*\{([^{}]*)\}/) { $0.1 }
    text.replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/) { "\($0.1)/\($0.2)" }
    text.replace(/\\(?:left|right)(?![a-zA-Z])|\\[()\[\]!,;: ]|\\?[$%]/, with: "")
    // Commas that group thousands; other commas separate the parts of an answer.
    text.replace(/(^|[^\d.,])(\d{1,3}(?:,\d{3})+)(?![\d,])/) { match in
      match.1 + match.2.filter { $0 != "," }
    }
    text.removeAll(where: \.isWhitespace)
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

/// An exact ratio of two integers in lowest terms.
private struct Fraction: Equatable {
  private let numerator: Int
  private let denominator: Int

  /// Reads `-12`, `3.50` or `3/4`; nil for other text, a zero denominator, and numbers that do not
  /// fit in 64 bits.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let above = Self.decimal(parts[0]),
      let below = parts.count == 2 ? Self.decimal(parts[1]) : (1, 1)
    else { return nil }
    let (top, topOverflow) = above.value.multipliedReportingOverflow(by: below.scale)
    let (bottom, bottomOverflow) = below.value.multipliedReportingOverflow(by: above.scale)
    guard !topOverflow, !bottomOverflow, bottom != 0, top != .min, bottom != .min else {
      return nil
    }
    let divisor = Self.greatestCommonDivisor(abs(top), abs(bottom))
    numerator = bottom < 0 ? -top / divisor : top / divisor
    denominator = abs(bottom) / divisor
  }

  /// `3.50` as 350 over 100.
  private static func decimal(_ text: Substring) -> (value: Int, scale: Int)? {
    guard let match = text.wholeMatch(of: /([+-]?)(\d*)(?:\.(\d*))?/) else { return nil }
    let (sign, whole, decimals) = (match.1, match.2, match.3 ?? "")
    guard !(whole.isEmpty && decimals.isEmpty), decimals.count <= 17,
      let value = Int(sign + whole + decimals)
    else { return nil }
    return (value, decimals.reduce(1) { scale, _ in scale * 10 })
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
