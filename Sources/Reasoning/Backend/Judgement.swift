import Traces

/// A model's response to a judge request, before it becomes a judge score.
public struct Judgement: Sendable, Equatable {
  /// The response.
  public enum Opinion: Sendable, Equatable {
    /// The model's probabilities of the digits `0` to `9` (ten values with a sum of at most 1), and
    /// whether a digit was its most probable token.
    case digits(probabilities: [Double], readable: Bool)
    /// For each token of the step, the natural logarithm of its probability and of the probability
    /// of that model's most probable token at that position.
    case likelihood(tokens: [Double], best: [Double])
  }

  /// The response.
  public var opinion: Opinion
  /// Tokens prefilled for it.
  public var promptTokens: Int
  /// Wall time in seconds.
  public var seconds: Double
  /// The part of all probability of which the base model's server told nothing, 0 to 1; nil where all of
  /// it is known, or none.
  public var unseen: Double?
  /// Tokens of the step in the base model's vocabulary; nil if unknown.
  public var stepTokens: Int?
  /// The passes that were computed for it; those that several judgements share are told of the first.
  /// Nil if unknown.
  public var passes: [PassGroup]?

  /// Stands in for a judgement that a backend did not return; it is unreadable.
  static let missing = Judgement(
    opinion: .digits(probabilities: [], readable: false), promptTokens: 0, seconds: 0)

  /// A response and its cost.
  public init(opinion: Opinion, promptTokens: Int, seconds: Double) {
    self.opinion = opinion
    self.promptTokens = promptTokens
    self.seconds = seconds
  }
}
