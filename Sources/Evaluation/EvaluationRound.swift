import Traces

/// One problem solved with one seed by each configuration in turn.
public struct EvaluationRound: Codable, Sendable, Equatable {
  /// How one configuration solved the problem once.
  public struct Solution: Codable, Sendable, Equatable {
    /// The configuration that solved it.
    public var configuration: EvaluationConfiguration
    /// The sample's number, counted from 1.
    public var sample: Int
    /// The answer that counts: the content of the last `\boxed{…}` that is not empty, or without a
    /// box what the text says the answer is; nil when there is neither.
    public var answer: String?
    /// Whether the answer stood in a box; nil when there is no answer, and in results of version 0.2.
    public var boxed: Bool?
    /// Whether the answer is right.
    public var right: Bool
    /// How the answer was compared; nil when there is no answer, and in results of version 0.2.
    public var compared: AnswerChecker.Comparison.Way?
    /// Why the turn ended.
    public var stop: StopReason
    /// The turn's wall time in seconds.
    public var seconds: Double
    /// The turn's tokens by purpose.
    public var tokens: TokenCounts
    /// The number of drafted steps that were accepted.
    public var accepted: Int
    /// The number of drafted steps that were rejected.
    public var rejected: Int
  }

  /// The problem's place in its set, counted from 1.
  public var problem: Int
  /// The seed of all its solutions.
  public var seed: UInt64
  /// The solutions in the order in which they were made.
  public var solutions: [Solution]

  /// The solutions of problem `problem` with `seed`.
  public init(problem: Int, seed: UInt64, solutions: [Solution]) {
    self.problem = problem
    self.seed = seed
    self.solutions = solutions
  }
}

extension EvaluationRound.Solution {
  /// The solution that the events of one turn tell; nil when the turn did not end.
  init?(
    _ configuration: EvaluationConfiguration, sample: Int, events: [Event],
    expecting expected: String
  ) {
    let run = events.reduce(into: RunState()) { $0.apply($1) }
    guard let turn = run.turns.last, let end = turn.ended else { return nil }
    let answer = turn.answer.flatMap { GivenAnswer($0) }
    let comparison = answer.map { AnswerChecker.compare($0.text, expected) }
    self.init(
      configuration: configuration, sample: sample, answer: answer?.text, boxed: answer?.isBoxed,
      right: comparison?.equal ?? false, compared: comparison?.way, stop: end.stop,
      seconds: end.seconds, tokens: end.tokens, accepted: end.accepted, rejected: end.rejected)
  }
}
