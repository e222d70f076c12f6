import Traces

extension PairDescription {
  /// Why the pair cannot work as `options` say: they need probabilities that one of the models does not
  /// tell; nil where it can.
  public func obstacle(to options: RunOptions) -> ReasoningError? {
    guard options.mode.judgesSteps else { return nil }
    if let likelihoodObstacle, options.judges.contains(where: \.isLikelihood) {
      return ReasoningError(.noLikelihood(likelihoodObstacle))
    }
    if let confidenceObstacle {
      if let judge = options.judges.first(where: \.isConfidence) {
        return ReasoningError(
          .noProbabilities(option: "the judge \(judge.rawValue)", why: confidenceObstacle))
      }
      if options.triggers?.perplexity != nil {
        return ReasoningError(
          .noProbabilities(option: "the trigger perplexity", why: confidenceObstacle))
      }
    }
    if let glimpseObstacle, options.glimpse != nil {
      return ReasoningError(.noProbabilities(option: "--glimpse", why: glimpseObstacle))
    }
    return nil
  }
}
