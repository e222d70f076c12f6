import Traces

/// What came of solutions, each counted once.
public struct Outcomes: Codable, Sendable, Equatable {
  /// The answer is right.
  public var right = 0
  /// The model ended with another answer.
  public var wrong = 0
  /// The model ended without an answer.
  public var withoutAnswer = 0
  /// The token budget or a full context ended the solution before it had a right answer.
  public var cut = 0
  /// The problem does not fit in the context: nothing was written.
  public var noRoom = 0
  /// An error ended the solution.
  public var failed = 0

  /// The outcomes of `solutions`.
  public init(_ solutions: [EvaluationRound.Solution]) {
    for solution in solutions { self[keyPath: Self.place(of: solution)] += 1 }
  }

  private static func place(
    of solution: EvaluationRound.Solution
  ) -> WritableKeyPath<Outcomes, Int> {
    if solution.right { return \.right }
    switch solution.stop {
    case .contextFull:
      let written = solution.tokens.draft + solution.tokens.base
      return written == 0 ? \.noRoom : \.cut
    case .budget, .workBudget: return \.cut
    case .error: return \.failed
    default: return solution.answer == nil ? \.withoutAnswer : \.wrong
    }
  }
}
