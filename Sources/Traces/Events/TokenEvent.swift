/// A token as a model generates it.
public struct GeneratedToken: Codable, Sendable, Equatable {
  /// Whole characters only; empty while a character is incomplete.
  public var text: String
  /// Its id in its author's vocabulary; nil if the backend does not know it.
  public var id: Int?
  /// Natural logarithm of its probability before temperature and filters; nil if unknown.
  public var logprob: Double?
  /// The draft model, where it wrote this token of a text that both models write; else nil.
  public var from: Author?

  /// A token that adds `text`.
  public init(text: String, id: Int? = nil, logprob: Double? = nil) {
    self.text = text
    self.id = id
    self.logprob = logprob
  }
}

/// `token`: a model generated a token.
public struct TokenEvent: Codable, Sendable, Equatable {
  /// The step it belongs to, counted from 1 in its turn; nil in the answer.
  public var step: Int?
  /// The model that generated it.
  public var by: Author
  /// The token itself.
  public var token: GeneratedToken

  /// The text that the token adds.
  public var text: String { token.text }

  /// `token` as part of step `step`.
  public init(step: Int?, by: Author, token: GeneratedToken) {
    self.step = step
    self.by = by
    self.token = token
  }

  /// A token that adds `text` to step `step`.
  public init(step: Int?, by: Author, text: String, id: Int? = nil, logprob: Double? = nil) {
    self.init(step: step, by: by, token: GeneratedToken(text: text, id: id, logprob: logprob))
  }

  private enum CodingKeys: String, CodingKey {
    case step, by
  }

  /// Reads the token's fields from the same object as `step` and `by`.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    step = try fields.decodeIfPresent(Int.self, forKey: .step)
    by = try fields.decode(Author.self, forKey: .by)
    token = try GeneratedToken(from: decoder)
  }

  /// Writes the token's fields into the same object as `step` and `by`.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encodeIfPresent(step, forKey: .step)
    try fields.encode(by, forKey: .by)
    try token.encode(to: encoder)
  }
}
