/// Why a session could not go on.
public enum SessionError: Error, Equatable, CustomStringConvertible {
  /// The tokens exceed the context.
  case contextFull(limit: Int)
  /// There are no tokens to continue.
  case noTokens
  /// A token is not in the model's vocabulary.
  case unknownToken(Token, vocabularySize: Int)
  /// The model's file cannot be read any more.
  case unreadable(GGUFError)
  /// The logits are not finite.
  case notFinite(model: String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .contextFull(let limit): "The model's context of \(limit) tokens is full."
    case .noTokens: "There is no text for the model to continue."
    case .unknownToken(let token, let size):
      "Token \(token) is not in the model's vocabulary of \(size)."
    case .unreadable(let error): error.description
    case .notFinite(let model):
      "The weights of \(model) give no finite numbers; its file may be damaged. Download it again."
    }
  }
}
