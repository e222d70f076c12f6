import Traces

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns a judgement of the base model into a judge score.
public enum Judge {
  /// The judgement of step `step`, with its score by `method`.
  ///
  /// Digits: the deciding score is the most probable digit (`greedy`), or the mean of the digits
  /// under their normalised probabilities (`average`). It is nil, unreadable, when the model's
  /// most probable answer is no digit, or the probabilities are not ten numbers with a mass.
  ///
  /// Likelihood: see ``likelihoodScore(tokens:best:)``; `method` does not matter.
  public static func judged(
    step: Int, _ judgement: Judgement, method: ScoreMethod
  ) -> StepJudged {
    var judged = StepJudged(
      step: step, score: nil, greedy: nil, average: nil, probabilities: [], readable: false,
      promptTokens: judgement.promptTokens, seconds: judgement.seconds)
    judged.stepTokens = judgement.stepTokens
    judged.unseen = judgement.unseen.map { ($0 * 1e6).rounded() / 1e6 }
    judged.passes = judgement.passes
    switch judgement.opinion {
    case .digits(let probabilities, let readable):
      guard let normalised = normalised(probabilities),
        let best = normalised.indices.max(by: { normalised[$0] < normalised[$1] })
      else { return judged }
      let mean = normalised.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
      judged.greedy = best
      judged.average = mean
      judged.probabilities = normalised
      judged.readable = readable
      judged.score = readable ? (method == .greedy ? Double(best) : mean) : nil
    case .likelihood(let tokens, let best):
      judged.score = likelihoodScore(tokens: tokens, best: best)
      judged.readable = judged.score != nil
    }
    return judged
  }

  /// 9 + 3 · log₁₀ of the smallest ratio p(token) / p(best token) in the step, within 0 to 9: a
  /// step of which every token was the base model's first choice scores 9, and each factor of
  /// ten that its least likely token lies behind costs three points.
  ///
  /// - Parameters:
  ///   - tokens: Natural logarithms of the probabilities of the step's tokens.
  ///   - best: The same for the most probable token at each place.
  /// - Returns: Nil when the two do not match, are empty, or are not numbers.
  static func likelihoodScore(tokens: [Double], best: [Double]) -> Double? {
    guard tokens.count == best.count, !tokens.isEmpty else { return nil }
    let ratios = zip(tokens, best).map { $0 - $1 }
    guard !ratios.contains(where: \.isNaN), let worst = ratios.min() else { return nil }
    return min(9, max(0, 9 + 3 * worst / log(10)))
  }

  private static func normalised(_ probabilities: [Double]) -> [Double]? {
    let mass = probabilities.reduce(0, +)
    guard probabilities.count == 10, probabilities.allSatisfy({ $0 >= 0 }), mass.isFinite, mass > 0
    else { return nil }
    return probabilities.map { $0 / mass }
  }
}
