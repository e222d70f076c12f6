import Foundation
import Reasoning
import Traces

/// What came of a request, with the time that it took.
protocol TimedAnswer: Sendable {
  /// Seconds of wall time.
  var seconds: Double { get }

  /// The same with a part of its time.
  func scaled(by share: Double) -> Self
}

extension TimedAnswer {
  /// The answers to `questions`, asked side by side, in order; of their times so much counts that the sum
  /// is what all took together.
  static func sideBySide<Question: Sendable>(
    _ questions: [Question], _ ask: @escaping @Sendable (Int, Question) async throws -> Self
  ) async throws -> [Self] {
    let clock = ContinuousClock()
    let begun = clock.now
    let answers = try await withThrowingTaskGroup(of: (Int, Self).self) { group -> [Self] in
      for (place, question) in questions.enumerated() {
        group.addTask { (place, try await ask(place, question)) }
      }
      var answers: [Int: Self] = [:]
      for try await (place, answer) in group { answers[place] = answer }
      return questions.indices.compactMap { answers[$0] }
    }
    let sum = answers.reduce(0) { $0 + $1.seconds }
    let share = sum > 0 ? min(1, (clock.now - begun) / .seconds(1) / sum) : 1
    return answers.map { $0.scaled(by: share) }
  }
}

extension Generation: TimedAnswer {
  func scaled(by share: Double) -> Generation {
    var part = self
    part.seconds *= share
    part.decodeSeconds *= share
    part.passes = passes?.scaled(by: share)
    return part
  }
}

extension Judgement: TimedAnswer {
  func scaled(by share: Double) -> Judgement {
    var part = self
    part.seconds *= share
    part.passes = passes?.scaled(by: share)
    return part
  }
}
