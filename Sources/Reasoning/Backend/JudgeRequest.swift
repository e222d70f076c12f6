/// Asks a model to judge the last steps of a prefix.
public struct JudgeRequest: Sendable {
  /// The reasoning; `prefix.steps` ends with the steps to be judged.
  public var prefix: Prefix
  /// How many of the last steps to judge. More than one requires a judge that asks nothing.
  public var steps: Int
  /// Other texts for the last step, judged beside it in the same passes. Requires `steps` to be 1.
  public var alternatives: [String]
  /// How the model is asked.
  public var judge: Judge
  /// The model that judges.
  public var role: Role

  /// The texts to be judged: the last steps, or the last step and its alternatives.
  public var texts: [String] { prefix.steps.suffix(steps) + alternatives }

  /// How a model is asked.
  public enum Judge: Sendable, Equatable {
    /// A user message asks `question`, and the assistant's reply, which begins with `opening`, is
    /// completed by one token.
    case wording(question: String, opening: String)
    /// The reasoning continues with `opening`, which the prefix's rubric explains, and is completed
    /// by one token.
    case continuation(opening: String)
    /// Nothing is asked: the model's probabilities of the step's own tokens are the judgement.
    case likelihood
  }

  /// Has `role` judge the last `steps` steps of `prefix`.
  public init(
    prefix: Prefix, steps: Int = 1, alternatives: [String] = [], judge: Judge, by role: Role = .base
  ) {
    self.prefix = prefix
    self.steps = steps
    self.alternatives = alternatives
    self.judge = judge
    self.role = role
  }
}
