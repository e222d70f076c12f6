/// `step.scored`: a step that the base model wrote got the judge score that a draft would have got.
///
/// It decides nothing about the step; a threshold that is a share is measured by these scores.
public struct StepScored: Codable, Sendable, Equatable {
  /// Counted from 1 in its turn.
  public var step: Int
  /// The judge that gave it.
  public var judge: JudgeKind
  /// The score, 0 to 9, by the run's score method; nil when unreadable.
  public var score: Double?
  /// The digit with the greatest probability; nil for a judge without digits.
  public var greedy: Int?
  /// Mean digit under the normalised probabilities; nil for a judge without digits.
  public var average: Double?
  /// Tokens prefilled for it; 0 where the pass that wrote the step gave it.
  public var promptTokens: Int
  /// Wall time of it; 0 where the pass that wrote the step gave it.
  public var seconds: Double
  /// The passes that were computed for it; nil where unknown, and where there were none.
  public var passes: [PassGroup]?

  /// The score in `judged`, given by `judge`.
  public init(_ judged: StepJudged, by judge: JudgeKind) {
    step = judged.step
    self.judge = judge
    score = judged.score
    greedy = judged.greedy
    average = judged.average
    promptTokens = judged.promptTokens
    seconds = judged.seconds
    passes = judged.passes
  }

  /// The score that a judgement by `judge` and `method` would have; nil where this is of another
  /// judge, or unreadable.
  public func score(by judge: JudgeKind, _ method: ScoreMethod) -> Double? {
    guard judge == self.judge, let score else { return nil }
    return method.score(score, greedy: greedy, average: average)
  }
}
