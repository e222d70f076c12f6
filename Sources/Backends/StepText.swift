import Inference
import Reasoning

/// The text of a generation, token by token: a step, which ends at a blank line or where the
/// reasoning does, or an answer, which goes on to the end of the text.
struct StepText {
  private var decoder: StreamingDecoder
  private var splitter: StepSplitter?
  private var answer = ""
  /// The token that closes the reasoning; nil where it is over, or where text closes it.
  private let closingToken: Token?

  /// Nothing yet; what follows `prefix` is a step until its reasoning is closed. A mark that is a
  /// token is not looked for in text.
  init(after prefix: Prefix, tokenizer: Tokenizer, marks: ReasoningMarks) {
    decoder = StreamingDecoder(tokenizer)
    let isReasoning = !prefix.thinkingClosed && prefix.thinking != .off
    closingToken = isReasoning ? tokenizer.specialToken(marks.end) : nil
    let tag = isReasoning && closingToken == nil ? marks.end : nil
    splitter = prefix.thinkingClosed ? nil : StepSplitter(after: prefix.steps, closedBy: tag)
  }

  /// Whether `token` closes the reasoning.
  func isClosed(by token: Token) -> Bool { token == closingToken }

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

  /// Adds a token, and returns the text that is now complete.
  mutating func append(_ token: Token) -> String {
    guard isClosed(by: token) else { return add(decoder.append(token)) }
    let rest = add(decoder.finish())
    return rest + (splitter?.close() ?? "")
  }

  /// Ends the text, and returns what was held back.
  mutating func finish() -> String {
    let rest = add(decoder.finish())
    return rest + (splitter?.finish() ?? "")
  }

  private mutating func add(_ piece: String) -> String {
    guard splitter == nil else { return splitter?.append(piece) ?? "" }
    // The blank line after the reasoning belongs to neither.
    let kept = answer.isEmpty ? String(piece.drop { $0.isNewline }) : piece
    answer += kept
    return kept
  }
}
