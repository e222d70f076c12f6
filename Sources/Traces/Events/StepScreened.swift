/// `step.screened`: the cheap judge of a cascade gave its opinion of a drafted step.
///
/// Where it is sure, `step.decided` follows by rule; else the deciding judge is asked.
public struct StepScreened: Codable, Sendable, Equatable {
  /// Counted from 1 in its turn.
  public var step: Int
  /// The cheap judge.
  public var judge: JudgeKind
  /// The model that judged, where it is the draft model; nil for the base model.
  public var by: Author?
  /// Its score, 0 to 9; nil when unreadable.
  public var score: Double?
  /// Below this score it rejects.
  public var low: Double
  /// Above this score it accepts.
  public var high: Double
  /// Tokens prefilled for it; 0 where the passes that wrote the step gave it.
  public var promptTokens: Int
  /// Wall time of it; 0 where the passes that wrote the step gave it.
  public var seconds: Double
  /// Tokens of the step in the base model's vocabulary; nil where unknown.
  public var stepTokens: Int?
  /// The passes that were computed for it; nil where unknown, and where there were none.
  public var passes: [PassGroup]?

  /// The opinion `judged`, which the cheap judge of `cascade` gave.
  public init(_ judged: StepJudged, in cascade: Cascade) {
    step = judged.step
    judge = cascade.judge
    by = judged.by
    score = judged.score
    (low, high) = (cascade.low, cascade.high)
    promptTokens = judged.promptTokens
    seconds = judged.seconds
    stepTokens = judged.stepTokens
    passes = judged.passes
  }
}
