import Foundation
import Traces

/// One step of the base model's own solution, the draft model's step from the same prefix, and what
/// every judge says of both.
public struct ObservedStep: Codable, Sendable, Equatable {
  /// The place of its problem in the set, counted from 1.
  public var problem: Int
  /// Counted from 1 in its problem.
  public var step: Int
  /// Tokens of the base model's step, and seconds of decoding them.
  public var own: Work
  /// The same of the draft; nil where the draft model wrote none that could be judged.
  public var draft: Work?
  /// Whether the last numbers of the two are the same; nil where one of them has none.
  public var saysSame: Bool?
  /// What the judges say of the base model's step.
  public var ownScores: [StepScored]
  /// What the judges say of the draft, with tokens and seconds of the judgement.
  public var draftScores: [StepScored]

  /// Whether two texts end in the same number; nil where one of them has none.
  static func saysSame(_ one: String, _ other: String) -> Bool? {
    if one == other { return true }
    guard let number = lastNumber(in: one), let second = lastNumber(in: other) else { return nil }
    return number == second
  }

  /// The last number in a text: digits, with commas between thousands and a decimal point.
  private static func lastNumber(in text: String) -> Double? {
    text.matches(of: /[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?/).last.flatMap {
      Double(String($0.output).replacing(",", with: ""))
    }
  }
}

/// A judge, and how its digits become a score.
public struct CalibratedJudge: Codable, Sendable, Hashable {
  /// How the base model is asked.
  public var judge: JudgeKind
  /// How digits become a score; does not matter to a judge without digits.
  public var method: ScoreMethod

  /// `judge` with scores by `method`.
  public init(_ judge: JudgeKind, _ method: ScoreMethod) {
    self.judge = judge
    self.method = method
  }

  /// Every judge of `kinds` with every score method that makes a difference to it.
  public static func all(of kinds: [JudgeKind]) -> [CalibratedJudge] {
    kinds.flatMap { kind in
      kind.hasDigits
        ? [ScoreMethod.average, .greedy].map { CalibratedJudge(kind, $0) }
        : [CalibratedJudge(kind, .average)]
    }
  }

  /// Such as `short, average`; of a judge without digits its name.
  public var name: String {
    judge.hasDigits ? "\(judge.rawValue), \(method.rawValue)" : judge.rawValue
  }

  /// This judge's score among `scores`; nil where there is none, or none that can be read.
  func score(in scores: [StepScored]) -> Double? {
    scores.lazy.compactMap { $0.score(by: judge, method) }.first
  }
}
