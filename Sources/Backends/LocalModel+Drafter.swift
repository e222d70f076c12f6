import Inference
import Reasoning

extension LocalModel {
  /// This model as the one that proposes tokens to another, which continues `prefix`.
  func drafter(continuing prefix: Prefix) throws -> Drafter? {
    var prefix = prefix
    prefix.rubric = nil
    let tokens = try tokens(of: prefix)
    guard tokens.count < session.contextLength else { return nil }
    let isStep = !prefix.thinkingClosed
    return Drafter(session, continuing: tokens) { [tokenizer] token in
      tokenizer.endOfText.contains(token) || isStep && tokenizer.endsStep(token)
    }
  }
}

extension Tokenizer {
  /// Whether `token` holds a blank line as far as it goes, after which a step has no text.
  fileprivate func endsStep(_ token: Token) -> Bool {
    piece(of: token).suffix(2).elementsEqual("\n\n".utf8)
  }
}
