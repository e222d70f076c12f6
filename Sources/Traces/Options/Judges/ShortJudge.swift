extension JudgeWording {
  /// The wording of the `short` judge: about a third of the reference's tokens, for machines where
  /// prefill is expensive. Its opening ends in a space.
  public static let short = JudgeWording(
    question: "Score the last step, 0 to 9.", opening: "Score: ")
}
