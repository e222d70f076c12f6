/// How a judge's digit distribution becomes one score.
public enum ScoreMethod: String, Codable, Sendable, CaseIterable {
  /// The digit with the greatest probability.
  case greedy
  /// The mean of the digits under their normalised probabilities.
  case average

  /// The score of a readable judgement by this method; a likelihood has but its own `score`.
  func score(_ score: Double, greedy: Int?, average: Double?) -> Double {
    switch self {
    case .greedy: greedy.map(Double.init) ?? score
    case .average: average ?? score
    }
  }
}

/// What becomes of a drafted step whose judgement cannot be read.
public enum UnreadableRule: String, Codable, Sendable, CaseIterable {
  /// The base model writes the step.
  case reject
  /// The draft is kept.
  case accept
  /// The turn waits for a person's decision.
  case ask
}
