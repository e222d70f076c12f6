import Inference
import Reasoning
import Traces

/// A step or an answer while a server writes it, piece by piece and perhaps by several requests.
struct RemoteText: Sendable {
  private var written: WrittenText
  /// The text as it came, which a further request continues.
  private(set) var raw = ""

  /// Nothing yet; what follows `prefix` is a step until its reasoning is closed.
  init(after prefix: Prefix, marks: ReasoningMarks) {
    written = WrittenText(after: prefix, closedBy: prefix.thinking == .off ? nil : marks.end)
  }

  /// Whether it is a step.
  var isStep: Bool { written.isStep }

  /// The text so far, without its end mark.
  var text: String { written.text }

  /// Why the text itself stops; nil if it does not.
  var stop: Generation.Stop? { written.stop }

  /// Adds a piece, and gives each of its tokens; text comes with the last of them.
  mutating func append(_ piece: CompletionPiece, _ onToken: (GeneratedToken) -> Void) {
    let certain = add(piece.text)
    guard !piece.tokens.isEmpty || !piece.text.isEmpty else { return }
    for token in piece.tokens.dropLast() {
      onToken(GeneratedToken(text: "", id: token.id, logprob: token.logprob))
    }
    let last = piece.tokens.last
    onToken(GeneratedToken(text: certain, id: last?.id, logprob: last?.logprob))
  }

  /// Adds what the server left out of its text: the stop text that ended it.
  mutating func append(stopText: String, _ onToken: (GeneratedToken) -> Void) {
    let certain = add(stopText)
    if !certain.isEmpty { onToken(GeneratedToken(text: certain)) }
  }

  /// Ends the text; what was held back comes as a last token.
  mutating func finish(_ onToken: (GeneratedToken) -> Void) {
    let rest = written.finish()
    if !rest.isEmpty { onToken(GeneratedToken(text: rest)) }
  }

  private mutating func add(_ piece: String) -> String {
    raw += piece
    return written.append(piece)
  }
}
