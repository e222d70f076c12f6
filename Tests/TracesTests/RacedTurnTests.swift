import Testing
import Traces

/// A recorded race as the base model's own turn.
struct RacedTurnTests {
  private func turn(steps: [String]?, reasoning: String, seconds: [Double]) throws -> TurnState {
    var telling = Telling()
    var race = RaceEnded(
      turn: 1, reasoning: reasoning, answer: "4", boxed: nil, stop: .answer, tokens: 9, seconds: 3,
      speedup: 2)
    race.steps = steps
    race.stepSeconds = seconds
    telling.tell(.raceEnded(race))
    return try #require(telling.run.turns.last?.racedTurn)
  }

  @Test func `a blank line inside a step of a race divides it no longer`() throws {
    let steps = ["So:\n```\na = 1\n\nb = 2\n```", "It is 4."]
    let raced = try turn(
      steps: steps, reasoning: steps.joined(separator: "\n\n"), seconds: [1, 2])
    #expect(raced.steps.compactMap { $0.committed?.text } == steps)
    #expect(raced.steps.map(\.moments.committed) == [1, 2])
  }

  @Test func `a race of an earlier version is divided at blank lines`() throws {
    let raced = try turn(steps: nil, reasoning: "One.\n\nTwo.", seconds: [1, 2])
    #expect(raced.steps.compactMap { $0.committed?.text } == ["One.", "Two."])
  }
}
