import Traces

/// Which model of the pair.
public enum Role: String, Sendable {
  case draft, base
}

/// How two models write one text, token by token. The base model's random numbers are those of the
/// request.
public struct Stitching: Sendable, Equatable {
  /// Entropy in nats from which on a token is the base model's.
  public var bound: Double
  /// Seed of the draft model's random numbers.
  public var draftSeed: UInt64

  /// Tokens of at least `bound` are the base model's.
  public init(bound: Double, draftSeed: UInt64) {
    self.bound = bound
    self.draftSeed = draftSeed
  }
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
  /// What hands the step over at its beginning; nil for nothing.
  public var handover: Handover?
  /// How both models write it, token by token; nil where `role` writes it alone.
  public var stitching: Stitching?

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
