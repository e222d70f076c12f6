import Reasoning

/// A step, which ends at a blank line or where the reasoning does, or an answer, which goes on to the end
/// of the text; piece by piece, whoever writes it.
struct WrittenText: Sendable {
  private var splitter: StepSplitter?
  private var answer = ""

  /// Nothing yet; what follows `prefix` is a step until its reasoning is closed.
  ///
  /// - Parameter tag: The text that closes the reasoning; nil where no text does.
  init(after prefix: Prefix, closedBy tag: String?) {
    splitter = prefix.thinkingClosed ? nil : StepSplitter(after: prefix.steps, closedBy: tag)
  }

  /// Whether it is a step.
  var isStep: Bool { splitter != nil }

  /// The text so far, without its end mark.
  var text: String { splitter?.text ?? answer }

  /// Why the text itself stops; nil if it does not.
  var stop: Generation.Stop? {
    switch splitter?.end {
    case .blankLine: .stepEnd
    case .thinkingTag: .thinkingEnd
    case nil: nil
    }
  }

  /// Adds a piece, and returns the text that is now complete.
  mutating func append(_ piece: String) -> String {
    guard splitter == nil else { return splitter?.append(piece) ?? "" }
    // The blank line after the reasoning belongs to neither.
    let kept = answer.isEmpty ? String(piece.drop { $0.isNewline }) : piece
    answer += kept
    return kept
  }

  /// Closes the reasoning, and returns what was held back.
  mutating func close() -> String { splitter?.close() ?? "" }

  /// Ends the text, and returns what was held back.
  mutating func finish() -> String { splitter?.finish() ?? "" }
}
