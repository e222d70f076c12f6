/// How probable a token of a given text was to a model, as natural logarithms.
public struct TokenScore: Sendable, Equatable {
  /// The log-probability of the token itself.
  public var logProbability: Double
  /// The log-probability of the token that the model found most probable in its place.
  public var bestLogProbability: Double

  /// Two log-probabilities of the same place.
  public init(logProbability: Double, bestLogProbability: Double) {
    self.logProbability = logProbability
    self.bestLogProbability = bestLogProbability
  }
}
