import Traces

/// A pair of models as its backend knows it.
public struct PairDescription: Sendable, Equatable {
  /// The base model.
  public var base: ModelDescription
  /// The draft model; nil if the base model works alone.
  public var draft: ModelDescription?
  /// Processor, threads and instruction set, for people to read.
  public var machine: String
  /// Measured seconds for the base model to decode one token; nil if it cannot be measured.
  public var baseSecondsPerToken: Double?
  /// Passes of both models that were measured; nil if none were.
  public var passes: [PassGroup]?
  /// Why the base model cannot check the draft model's tokens, in words; nil if it can.
  public var vocabularyDifference: String?
  /// Whether the base model can check tokens of the draft model at all: not where one of them is behind
  /// a server.
  public var checksTokens = true
  /// Why the base model cannot tell the likelihood of a text, in words; nil if it can.
  public var likelihoodObstacle: String?
  /// Why the draft model does not tell the probabilities of what it writes, which judges by its
  /// confidence and the trigger `perplexity` need, in words; nil if it does.
  public var confidenceObstacle: String?
  /// Why the draft model does not tell the entropy of a step's first token, in words; nil if it does.
  public var glimpseObstacle: String?
  /// Tokens of context that the base model has room for; nil if unknown.
  public var baseContext: Int?
  /// Tokens of context that the draft model has room for; nil if unknown.
  public var draftContext: Int?
  /// The models without marks around their reasoning: what they write is the answer.
  public var untagged: Set<Role> = []

  /// A pair of `base` and `draft`.
  public init(
    base: ModelDescription, draft: ModelDescription?, machine: String,
    baseSecondsPerToken: Double?, vocabularyDifference: String? = nil
  ) {
    self.vocabularyDifference = vocabularyDifference
    self.base = base
    self.draft = draft
    self.machine = machine
    self.baseSecondsPerToken = baseSecondsPerToken
  }
}

extension PairDescription {
  /// Why a mode in which the base model checks the draft model's tokens is impossible.
  public enum SpeculationObstacle: Sendable, Equatable {
    /// There is no draft model.
    case noDraftModel
    /// One of the models is behind a server.
    case behindServer
    /// A token does not mean the same to both; how they differ, in words.
    case vocabularies(difference: String)
  }

  /// Why the base model cannot check the draft model's tokens; nil where it can.
  public var speculationObstacle: SpeculationObstacle? {
    if draft == nil { return .noDraftModel }
    if !checksTokens { return .behindServer }
    return vocabularyDifference.map { .vocabularies(difference: $0) }
  }
}

extension RunOptions {
  /// The models whose reasoning is their answer: those `known` to have no marks around it, or both
  /// where none is asked for.
  func untagged(of known: Set<Role>) -> Set<Role> {
    thinking == .off ? [.base, .draft] : known
  }
}
