import Traces

/// Judge scores of steps that the base model wrote before the run, by judge and score method.
public struct OwnScores: Codable, Sendable, Equatable {
  /// The judge that gave them.
  public var judge: JudgeKind
  /// How digits became scores.
  public var method: ScoreMethod
  /// The scores, 0 to 9.
  public var scores: [Double]

  /// `scores` given by `judge` and `method`.
  public init(judge: JudgeKind, method: ScoreMethod, scores: [Double]) {
    self.judge = judge
    self.method = method
    self.scores = scores
  }
}

extension [OwnScores] {
  /// The scores by `judge` and `method`; the method does not matter to a likelihood judge.
  func scores(by judge: JudgeKind, _ method: ScoreMethod) -> [Double] {
    filter { $0.judge == judge && (!judge.hasDigits || $0.method == method) }.flatMap(\.scores)
  }
}
