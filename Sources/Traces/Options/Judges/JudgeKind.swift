/// Who is asked for an opinion of a drafted step, and how.
///
/// The table of judges: each has a case here, and a file beside this one that says what it asks.
public enum JudgeKind: String, Codable, Sendable, CaseIterable {
  /// The wording of the published script (arXiv 2504.07891), about 60 tokens.
  case reference
  /// A short wording, about 20 tokens.
  case short
  /// A rubric that stands once before the chat, so that a step needs only a few tokens.
  case prefix
  /// No wording: the base model's own probabilities of the step's tokens, by the worst of them.
  case likelihood
  /// The same probabilities, by their mean.
  case likelihoodMean = "likelihood-mean"
  /// The same probabilities, by the share of tokens that were the base model's first choice.
  case likelihoodShare = "likelihood-share"
  /// The same probabilities, by the length-normalised likelihood of the step.
  case likelihoodNormalised = "likelihood-normalised"
  /// The draft model's own probabilities of its step's tokens, by the lowest; costs nothing.
  case confidence
  /// The same probabilities, by their mean.
  case confidenceMean = "confidence-mean"
  /// The same probabilities, by the share of tokens that were as good as certain.
  case confidenceShare = "confidence-share"
  /// The draft model answers the judge's question about its own step.
  case draftItself = "self"
  /// Nobody is asked: every draft is kept that no rule rejects.
  case nobody
  /// A wording of your own, which `run.started` records.
  case own

  /// What the judge asks; `own` is the wording of ``own``.
  public func prompt(own: JudgeWording) -> JudgePrompt {
    switch self {
    case .reference: .wording(.reference)
    case .short: .wording(.short)
    case .prefix: .prefixRubric
    case .likelihood: .likelihood(.lowest)
    case .likelihoodMean: .likelihood(.mean)
    case .likelihoodShare: .likelihood(.share)
    case .likelihoodNormalised: .likelihood(.normalised)
    case .confidence: .confidence(.lowest)
    case .confidenceMean: .confidence(.mean)
    case .confidenceShare: .confidence(.share)
    case .draftItself: .itself(own)
    case .nobody: .nobody
    case .own: .wording(own)
    }
  }

  /// Whether the base model computes the step to give an opinion of it.
  public var asksBase: Bool {
    switch prompt(own: .short) {
    case .wording, .continuation, .likelihood: true
    case .confidence, .itself, .nobody: false
    }
  }

  /// Whether it goes by the base model's probabilities of the step, and asks nothing.
  public var isLikelihood: Bool {
    if case .likelihood = prompt(own: .short) { true } else { false }
  }

  /// Whether it goes by the draft model's own probabilities of the step.
  public var isConfidence: Bool {
    if case .confidence = prompt(own: .short) { true } else { false }
  }

  /// Whether it answers with a digit, so that the score method matters.
  public var hasDigits: Bool {
    switch prompt(own: .short) {
    case .wording, .continuation, .itself: true
    case .likelihood, .confidence, .nobody: false
    }
  }

  /// Judges of the base model, one of each cost: what is compared where nobody names others.
  public static let compared: [JudgeKind] = [.reference, .short, .prefix, .likelihood]

  /// Judges that ask a model, so that they can be asked beside another one.
  public static let asking = allCases.filter { kind in
    switch kind.prompt(own: .short) {
    case .wording, .continuation, .likelihood, .itself: true
    case .confidence, .nobody: false
    }
  }
}

/// What a judge asks, and whom.
public enum JudgePrompt: Sendable, Equatable {
  /// The base model, a question after each step.
  case wording(JudgeWording)
  /// The base model, with a rubric once before the chat; the reasoning then continues with `opening`
  /// and one digit.
  case continuation(opening: String, rubric: String)
  /// Nothing: the base model's probabilities of the step's own tokens are the judgement.
  case likelihood(ProbabilityMeasure)
  /// Nothing: the draft model's probabilities of the step's own tokens, as it wrote them.
  case confidence(ProbabilityMeasure)
  /// The draft model, a question after each step.
  case itself(JudgeWording)
  /// Nothing and nobody.
  case nobody
}

/// What a judge says to a model after a step.
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
