/// How tokens are drawn from a model's distribution.
public struct Sampling: Codable, Sendable, Equatable {
  /// 0 means the most probable token; otherwise logits are divided by it.
  public var temperature: Double
  /// Keep the smallest set of tokens whose probabilities reach this sum, 0 < p ≤ 1.
  public var topP: Double
  /// Keep the `topK` most probable tokens; 0 keeps all.
  public var topK: Int
  /// Keep tokens at least this fraction as probable as the best, 0 ≤ p < 1.
  public var minP: Double

  /// The field's defaults for reasoning models: temperature 0.6, top-p 0.95.
  public init(
    temperature: Double = 0.6, topP: Double = 0.95, topK: Int = 0, minP: Double = 0
  ) {
    self.temperature = temperature
    self.topP = topP
    self.topK = topK
    self.minP = minP
  }
}
