import Reasoning
import Traces

/// One problem with one seed, solved by every configuration in turn.
public struct EvaluationRound: Codable, Sendable, Equatable {
  /// How one configuration solved the problem once.
  public struct Solution: Codable, Sendable, Equatable {
    /// The configuration that solved it.
    public var configuration: EvaluationConfiguration
    /// Counts from 1.
    public var sample: Int
    /// Content of the answer's last `\boxed{…}`; nil where there was none.
    public var answer: String?
    /// Whether the answer is the right one.
    public var right: Bool
    /// Why the turn ended.
    public var stop: StopReason
    /// Wall time of the turn.
    public var seconds: Double
    /// Tokens by purpose.
    public var tokens: TokenCounts
    /// Drafted steps that were accepted.
    public var accepted: Int
    /// Drafted steps that were rejected.
    public var rejected: Int
  }

  /// The problem's place in its set, counted from 1.
  public var problem: Int
  /// The seed of all its solutions.
  public var seed: UInt64
  /// In the order in which they were made.
  public var solutions: [Solution]

  /// The solutions of problem `problem` with `seed`.
  public init(problem: Int, seed: UInt64, solutions: [Solution]) {
    self.problem = problem
    self.seed = seed
    self.solutions = solutions
  }
}

extension EvaluationPlan {
  /// Lets `backend` solve a problem by every configuration in turn, so that all of them meet the
  /// same state of the machine; nothing computed for one is kept for the next.
  ///
  /// - Parameters:
  ///   - number: The problem's place in its set, counted from 1.
  ///   - index: How many rounds came before; it turns the order.
  ///   - onTrace: Takes the events of each solution when it is made.
  /// - Throws: `CancellationError`, and what starting a run throws. An error during a turn is an
  ///   event of its trace.
  public func round(
    _ index: Int, problem: Problem, number: Int, seed: UInt64, on backend: any Backend,
    version: String,
    onTrace: (EvaluationConfiguration, _ sample: Int, [Event]) throws -> Void = { _, _, _ in }
  ) async throws -> EvaluationRound {
    var round = EvaluationRound(problem: number, seed: seed, solutions: [])
    for sample in 1...max(1, samples) {
      for configuration in order(ofRound: index).map({ configurations[$0] }) {
        try Task.checkCancellation()
        await backend.forget()
        let reasoner = Reasoner(
          backend: backend,
          options: options(for: configuration, seed: seed, sample: sample), version: version)
        try await reasoner.start()
        await reasoner.run(prompt: problem.problem)
        await reasoner.finish()
        var events: [Event] = []
        for await event in reasoner.events { events.append(event) }
        // A cancelled turn is no solution.
        try Task.checkCancellation()
        try onTrace(configuration, sample, events)
        if let solution = EvaluationRound.Solution(
          configuration, sample: sample, events: events, expecting: problem.answer)
        {
          round.solutions.append(solution)
        }
      }
    }
    return round
  }
}

extension EvaluationRound.Solution {
  /// What the events of one turn say; nil where it has no end.
  init?(
    _ configuration: EvaluationConfiguration, sample: Int, events: [Event],
    expecting expected: String
  ) {
    let run = events.reduce(into: RunState()) { $0.apply($1) }
    guard let turn = run.turns.last, let end = turn.ended else { return nil }
    let boxed = turn.answer?.boxed
    self.init(
      configuration: configuration, sample: sample, answer: boxed,
      right: boxed.map { AnswerChecker.agree($0, expected) } ?? false, stop: end.stop,
      seconds: end.seconds, tokens: end.tokens, accepted: end.accepted, rejected: end.rejected)
  }
}
