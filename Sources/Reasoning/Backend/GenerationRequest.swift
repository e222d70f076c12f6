import Traces

/// Which model of the pair.
public enum Role: String, Sendable {
  case draft, base
}

/// Asks a model for one step, or for the answer.
public struct GenerationRequest: Sendable, Equatable {
  /// The model that generates.
  public var role: Role
  /// What it continues. The result is a step while `prefix.thinkingClosed` is false, and the answer
  /// after that.
  public var prefix: Prefix
  /// Maximum number of tokens to generate.
  public var maxTokens: Int
  /// How tokens are sampled.
  public var sampling: Sampling
  /// Seed of this call's random numbers. The same request with the same seed gives the same text,
  /// with or without `proposal` and `isSpeculative`.
  public var seed: UInt64
  /// The rejected draft that this step replaces. What its judgement already computed is reused where
  /// the new text begins with the same tokens.
  public var proposal: String?
  /// Whether the draft model proposes tokens that the base model checks, several in one pass.
  public var isSpeculative: Bool

  /// Asks `role` to continue `prefix`.
  public init(
    role: Role, prefix: Prefix, maxTokens: Int, sampling: Sampling, seed: UInt64,
    proposal: String? = nil, isSpeculative: Bool = false
  ) {
    self.role = role
    self.prefix = prefix
    self.maxTokens = maxTokens
    self.sampling = sampling
    self.seed = seed
    self.proposal = proposal
    self.isSpeculative = isSpeculative
  }

  /// The step to be generated, counted from 1; nil for the answer.
  public var step: Int? { prefix.thinkingClosed ? nil : prefix.steps.count + 1 }
}
