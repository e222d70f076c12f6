/// Why the local engine cannot work.
public enum LocalEngineError: Error, Equatable, CustomStringConvertible {
  /// The tokenizer has more tokens than the weights have rows.
  case vocabularyMismatch(path: String, tokens: Int, rows: Int)
  /// The draft model was asked for, and there is none.
  case noDraftModel
  /// The base model's tokenizer has no single token for some digit.
  case noDigitTokens(model: String)

  /// One sentence: what happened, and what to do.
  public var description: String {
    switch self {
    case .vocabularyMismatch(let path, let tokens, let rows):
      "\(path): the tokenizer has \(tokens) tokens and the weights have \(rows); the file is "
        + "damaged or was converted wrongly, so convert or download it again."
    case .noDraftModel:
      "There is no draft model: add one with --draft, or use mode base."
    case .noDigitTokens(let model):
      "\(model) has no tokens for the digits 0 to 9, so it cannot give a score; "
        + "use --judge likelihood."
    }
  }
}
