/// Why the local engine cannot work.
public enum LocalEngineError: Error, Equatable, CustomStringConvertible {
  /// The draft model was asked for, and there is none.
  case noDraftModel
  /// The base model's tokenizer has no single token for some digit.
  case noDigitTokens(model: String)

  /// One sentence: what happened, and what to do.
  public var description: String {
    switch self {
    case .noDraftModel:
      "There is no draft model: add one with --draft, or use mode base."
    case .noDigitTokens(let model):
      "\(model) has no tokens for the digits 0 to 9, so it cannot give a score; "
        + "use --judge likelihood."
    }
  }
}
