extension JudgeWording {
  /// The published script's wording, to the letter (`spec_reason.py` of ruipeterpan/specreason,
  /// commit 35f0977, function `get_score`).
  static let reference = JudgeWording(
    question: """
      Evaluate the last reasoning step solely based on factual correctness and logical validity. \
      Ignore style, phrasing, or overall usefulness—only judge whether the step is objectively \
      correct and logically follows from prior steps. Assign a score from 0 to 9.
      """,
    opening: "<think>I think the quality score is: ")
}
