/// Why a session could not go on.
public enum SessionError: Error, Equatable, CustomStringConvertible {
  /// There are more tokens than positions in the context.
  case contextFull(limit: Int)
  /// There is nothing to compute logits from.
  case noTokens
  /// A token that the model's vocabulary does not have.
  case unknownToken(Token, vocabularySize: Int)
  /// The model's file cannot be read any more.
  case unreadable(GGUFError)
  /// The weights lead to infinities or to no number at all.
  case notFinite(model: String)

  /// One sentence for a person.
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
