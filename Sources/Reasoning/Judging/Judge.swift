import Traces

/// Turns a model's judgement into a judge score.
public enum Judge {
  /// The judgement of step `step` by `kind`, with its score by `method`.
  ///
  /// Digits: the deciding score is the most probable digit (`greedy`), or the mean of the digits
  /// under their normalised probabilities (`average`). It is nil, unreadable, when the model's
  /// most probable answer is no digit, or the probabilities are not ten numbers with a mass.
  ///
  /// Probabilities of the step's own tokens: see ``ProbabilityMeasure``; `method` does not matter.
  public static func judged(
    step: Int, _ judgement: Judgement, by kind: JudgeKind, method: ScoreMethod
  ) -> StepJudged {
    var judged = StepJudged(
      step: step, score: nil, greedy: nil, average: nil, probabilities: [], readable: false,
      promptTokens: judgement.promptTokens, seconds: judgement.seconds)
    judged.stepTokens = judgement.stepTokens
    judged.unseen = judgement.unseen.map { ($0 * 1e6).rounded() / 1e6 }
    judged.passes = judgement.passes
    judged.by = kind.asksBase ? nil : .draft
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
      judged.score =
        switch kind.prompt(own: .short) {
        case .likelihood(let measure): measure.score(tokens: tokens, best: best)
        case .confidence(let measure): measure.score(tokens: tokens, best: nil)
        case .wording, .continuation, .itself, .nobody: nil
        }
      judged.readable = judged.score != nil
    }
    return judged
  }

  private static func normalised(_ probabilities: [Double]) -> [Double]? {
    let mass = probabilities.reduce(0, +)
    guard probabilities.count == 10, probabilities.allSatisfy({ $0 >= 0 }), mass.isFinite, mass > 0
    else { return nil }
    return probabilities.map { $0 / mass }
  }
}
