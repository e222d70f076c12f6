import Traces

/// The wordings by which the base model is asked for its opinion of a step.
///
/// The person's own text has no wording around it: the user turn is the text as it stands.
public enum Prompts {
  /// How `kind` asks; one's own judge by `own`.
  public static func judge(
    _ kind: JudgeKind, own: JudgeWording = short
  ) -> JudgeRequest.Judge {
    switch kind {
    case .reference: reference
    case .short: .wording(question: short.question, opening: short.opening)
    case .own: .wording(question: own.question, opening: own.opening)
    case .prefix: .continuation(opening: "Score: ")
    case .likelihood: .likelihood
    }
  }

  /// What the base model is told once where one of `kinds` asks by a continuation.
  public static func rubric(for kinds: [JudgeKind?]) -> String? {
    guard kinds.contains(.prefix) else { return nil }
    return """
      A line that begins with "Score:" may be put after one of your reasoning steps. Complete it \
      with one digit from 0 to 9 that says how factually correct the step is and how well it \
      follows from the steps before. Never begin such a line yourself.
      """
  }

  /// The published script's wording, to the letter (`spec_reason.py` of ruipeterpan/specreason,
  /// commit 35f0977, function `get_score`).
  static let reference = JudgeRequest.Judge.wording(
    question: """
      Evaluate the last reasoning step solely based on factual correctness and logical validity. \
      Ignore style, phrasing, or overall usefulness—only judge whether the step is objectively \
      correct and logically follows from prior steps. Assign a score from 0 to 9.
      """,
    opening: "<think>I think the quality score is: ")

  /// About a third of the tokens, for machines where prefill is dear; its opening ends in a space.
  public static let short = JudgeWording(
    question: "Score the last step, 0 to 9.", opening: "Score: ")
}
