/// `generation.dropped`: a model generated tokens that became no draft, step or answer, or a draft was
/// wasted without a decision.
///
/// Together with the other events it accounts for every token of a turn. Traces before version 0.2 do
/// not have it; the sums in their `turn.ended` include these tokens.
public struct GenerationDropped: Codable, Sendable, Equatable {
  /// The step it was generated for, counted from 1 in its turn; nil for the answer.
  public var step: Int?
  /// The model that generated it.
  public var by: Author
  /// Tokens generated.
  public var tokens: Int
  /// Wall time in seconds, prefill included.
  public var seconds: Double
  /// Whether a text was wasted; if not, the tokens only ended the reasoning or the text.
  public var isDiscarded: Bool
  /// Which of several drafts of the step it was, counted from 0; nil if only one was asked for.
  public var candidate: Int?
  /// What the draft model proposed for it; nil if it proposed nothing.
  public var speculation: TokenSpeculation?
  /// The passes that were computed for it; nil where unknown.
  public var passes: [PassGroup]?

  /// A generation by `by` that is in no step and no answer.
  public init(step: Int?, by: Author, tokens: Int, seconds: Double, isDiscarded: Bool) {
    self.step = step
    self.by = by
    self.tokens = tokens
    self.seconds = seconds
    self.isDiscarded = isDiscarded
  }

  private enum CodingKeys: String, CodingKey {
    case step, by, tokens, seconds
    case isDiscarded = "discarded"
    case candidate, speculation, passes
  }
}
