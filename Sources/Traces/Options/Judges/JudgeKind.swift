/// How the base model is asked for its opinion of a step.
///
/// The table of judges: each has a case here, and a file of its own that says what it asks.
public enum JudgeKind: String, Codable, Sendable, CaseIterable {
  /// The wording of the published script (arXiv 2504.07891), about 60 tokens.
  case reference
  /// A short wording, about 20 tokens.
  case short
  /// A rubric that stands once before the chat, so that a step needs only a few tokens.
  case prefix
  /// No wording: the base model's own probabilities of the step's tokens.
  case likelihood
  /// A wording of your own, which `run.started` records.
  case own

  /// What the judge asks; `own` is the wording of ``own``.
  public func prompt(own: JudgeWording) -> JudgePrompt {
    switch self {
    case .reference: .wording(.reference)
    case .short: .wording(.short)
    case .prefix: .prefixRubric
    case .likelihood: .likelihood
    case .own: .wording(own)
    }
  }
}

/// What a judge asks the base model.
public enum JudgePrompt: Sendable, Equatable {
  /// A question after each step.
  case wording(JudgeWording)
  /// A rubric once before the chat; the reasoning then continues with `opening` and one digit.
  case continuation(opening: String, rubric: String)
  /// Nothing: the probabilities of the step's own tokens are the judgement.
  case likelihood
}

/// What a judge says to the base model after a step.
public struct JudgeWording: Codable, Sendable, Equatable {
  /// The user turn after a step; it asks for one digit from 0 to 9.
  public var question: String
  /// How the assistant turn begins that the digit completes.
  public var opening: String

  /// A wording that asks `question`.
  public init(question: String, opening: String = "Score: ") {
    self.question = question
    self.opening = opening
  }
}
