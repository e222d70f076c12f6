import Reasoning
import Traces

extension EvaluationPlan {
  /// Has `backend` solve a problem by all configurations in turn, so that all of them meet the same
  /// state of the machine; nothing computed for one is kept for the next.
  ///
  /// - Parameters:
  ///   - index: The number of rounds before this one, which rotates the order.
  ///   - number: The problem's place in its set, counted from 1.
  ///   - onTrace: Called with the events of each solution.
  ///   - onStart: Called with each configuration before it begins.
  /// - Throws: `CancellationError`, what `onTrace` throws, and what starting a run throws. An error
  ///   during a turn is an event of its trace.
  public func round(
    _ index: Int, problem: Problem, number: Int, seed: UInt64, on backend: any Backend,
    version: String,
    onTrace: (EvaluationConfiguration, _ sample: Int, [Event]) throws -> Void = { _, _, _ in },
    onStart: (EvaluationConfiguration) -> Void = { _ in }
  ) async throws -> EvaluationRound {
    var round = EvaluationRound(problem: number, seed: seed, solutions: [])
    for sample in 1...max(1, samples) {
      for configuration in order(ofRound: index).map({ configurations[$0] }) {
        try Task.checkCancellation()
        onStart(configuration)
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
