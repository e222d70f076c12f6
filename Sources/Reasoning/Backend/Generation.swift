import Traces

/// What a generation request gave.
public struct Generation: Sendable, Equatable {
  /// Why a generation stopped.
  public enum Stop: Sendable, Equatable {
    /// A blank line ended the step. Does not occur in the answer.
    case stepEnd
    /// The mark that closes a reasoning ended it. The text before it is the last step and may be empty.
    case thinkingEnd
    /// The model ended its text.
    case endOfText
    /// The draft model handed the step over at its beginning, as the request asked.
    case handover
    /// `maxTokens` were generated.
    case limit
    /// The model's context has no room left.
    case contextFull
  }

  /// The text, without leading blank lines and without the blank line or tag that ended it.
  public var text: String
  /// Tokens generated, including those that ended the text.
  public var tokens: Int
  /// Why the generation stopped.
  public var stop: Stop
  /// Wall time in seconds, including prefill of the new part of the prefix.
  public var seconds: Double
  /// The part of `seconds` spent decoding.
  public var decodeSeconds: Double
  /// What the draft model proposed; nil if it proposed nothing.
  public var speculation: TokenSpeculation?
  /// Tokens in the model's context afterwards, including the generated ones; nil if unknown.
  public var contextTokens: Int?
  /// What a likelihood judge says of the text, from the passes that wrote it; nil where they do not
  /// tell it of exactly the tokens that it would judge.
  public var likelihood: Judgement.Opinion?
  /// Entropy of the first token, in nats; nil where the request did not ask for it or it is unknown.
  public var firstEntropy: Double?
  /// Natural logarithms of the probabilities of its tokens, up to the last that added text; nil where
  /// one is unknown.
  public var logprobs: [Double]?
  /// The passes that were computed for it, by both models; nil if unknown.
  public var passes: [PassGroup]?

  /// Perplexity of the text to the model that wrote it, at least 1; nil where unknown.
  var perplexity: Double? {
    ProbabilityMeasure.normalised.score(tokens: logprobs ?? [], best: nil).flatMap {
      $0 > 0 ? 9 / $0 : nil
    }
  }

  /// A finished generation.
  public init(
    text: String, tokens: Int, stop: Stop, seconds: Double, decodeSeconds: Double,
    speculation: TokenSpeculation? = nil
  ) {
    self.speculation = speculation
    self.text = text
    self.tokens = tokens
    self.stop = stop
    self.seconds = seconds
    self.decodeSeconds = decodeSeconds
  }
}
