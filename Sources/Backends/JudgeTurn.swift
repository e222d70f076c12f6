import Inference

extension ChatTemplate {
  /// The turn that asks the judge's question after a prefix, and the opening of its answer.
  public func judgeTurn(question: String, opening: String) -> [Segment] {
    // The opening is the program's own text, and `<think>` in it is meant as the tag.
    [assistantEnd] + turn(Message(.user, question)) + [
      assistantStart, Segment(opening, isControl: true),
    ]
  }
}
