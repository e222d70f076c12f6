import Inference

extension ChatTemplate {
  /// The chat turn that asks the judge's question after a prefix, and the opening of its answer.
  public func judgeTurn(
    question: String, opening: String
  ) throws(TemplateError) -> [Segment] {
    // The opening is the program's own text, and `<think>` in it is meant as the tag.
    try followUp(question) + [Segment(opening, isControl: true)]
  }
}
