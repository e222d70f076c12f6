#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the probabilities of a step's tokens become one score, 0 to 9.
///
/// Below, p is the probability of a token and q that of the most probable token in its place. A
/// judge of the base model compares the two; the draft model's own step is measured by p alone (q
/// counts as 1), because what it samples mostly is its first choice.
public enum ProbabilityMeasure: Sendable {
  /// 9 + 3 · log₁₀ of the smallest p / q, within 0 to 9: a step of first choices scores 9, and each
  /// factor of ten that its least likely token lies behind costs three points. A rule of this program.
  case lowest
  /// 9 · the mean of p / q.
  case mean
  /// 9 · the share of tokens that were the first choice (p = q); of the draft model's own step, of
  /// those with p of at least ``certain``, which are first choices, too. The acceptance rule of greedy
  /// speculative decoding (arXiv 2211.17192), as a share.
  case share
  /// 9 · the geometric mean of p, which is 9 ÷ perplexity: the length-normalised likelihood of a
  /// text (Malinin and Gales, arXiv 2002.07650).
  case normalised

  /// The probability from which on a token counts as certain: no other can have more.
  public static let certain = 0.5

  /// The score of a step.
  ///
  /// - Parameters:
  ///   - tokens: Natural logarithms of p, one for each token.
  ///   - best: The same of q; nil for the draft model's own step.
  /// - Returns: Nil when the two do not match, are empty, or are not numbers.
  public func score(tokens: [Double], best: [Double]?) -> Double? {
    guard !tokens.isEmpty, best.map({ $0.count == tokens.count }) ?? true else { return nil }
    let ratios = best.map { zip(tokens, $0).map { $0 - $1 } } ?? tokens
    guard !ratios.contains(where: \.isNaN), !tokens.contains(where: \.isNaN),
      let worst = ratios.min()
    else { return nil }
    let count = Double(tokens.count)
    let score =
      switch self {
      case .lowest: 9 + 3 * worst / log(10)
      case .mean: 9 * ratios.reduce(0) { $0 + exp($1) } / count
      case .share:
        9 * Double(ratios.count { $0 >= (best == nil ? log(Self.certain) : 0) }) / count
      case .normalised: 9 * exp(tokens.reduce(0, +) / count)
      }
    return min(9, max(0, score))
  }
}
