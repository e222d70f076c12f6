extension JudgePrompt {
  /// The rubric of the `prefix` judge.
  static let prefixRubric = JudgePrompt.continuation(
    opening: "Score: ",
    rubric: """
      A line that begins with "Score:" may be put after one of your reasoning steps. Complete it \
      with one digit from 0 to 9 that says how factually correct the step is and how well it \
      follows from the steps before. Never begin such a line yourself.
      """)
}
