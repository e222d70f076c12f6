import Inference
import Reasoning

extension LocalModel {
  /// A drafter that proposes this model's tokens to another model, which continues `prefix`; nil
  /// where the prefix fills this model's context.
  func drafter(continuing prefix: Prefix) throws -> Drafter? {
    let tokens = try tokens(of: prefix)
    guard tokens.count < session.contextLength else { return nil }
    let isStep = !prefix.thinkingClosed
    return Drafter(session, continuing: tokens) { [tokenizer] token in
      tokenizer.endOfText.contains(token) || isStep && tokenizer.endsStep(token)
    }
  }
}

extension Tokenizer {
  /// Whether `token` ends with a blank line, which ends a step.
  fileprivate func endsStep(_ token: Token) -> Bool {
    piece(of: token).suffix(2).elementsEqual("\n\n".utf8)
  }
}
