import Inference
import Reasoning

/// The text of a generation, token by token.
struct StepText {
  private var decoder: StreamingDecoder
  private var written: WrittenText
  /// The token that closes the reasoning; nil where it is over, or where text closes it.
  private let closingToken: Token?

  /// Nothing yet; what follows `prefix` is a step until its reasoning is closed. A mark that is a
  /// token is not looked for in text.
  init(after prefix: Prefix, tokenizer: Tokenizer, marks: ReasoningMarks) {
    decoder = StreamingDecoder(tokenizer)
    let isReasoning = !prefix.thinkingClosed && prefix.thinking != .off
    closingToken = isReasoning ? tokenizer.specialToken(marks.end) : nil
    let tag = isReasoning && closingToken == nil ? marks.end : nil
    written = WrittenText(after: prefix, closedBy: tag)
  }

  /// Whether `token` closes the reasoning.
  func isClosed(by token: Token) -> Bool { token == closingToken }

  /// The text so far, without its end mark.
  var text: String { written.text }

  /// Why the text itself stops; nil if it does not.
  var stop: Generation.Stop? { written.stop }

  /// Adds a token, and returns the text that is now complete.
  mutating func append(_ token: Token) -> String {
    guard isClosed(by: token) else { return written.append(decoder.append(token)) }
    return written.append(decoder.finish()) + written.close()
  }

  /// Ends the text, and returns what was held back.
  mutating func finish() -> String {
    written.append(decoder.finish()) + written.finish()
  }
}
