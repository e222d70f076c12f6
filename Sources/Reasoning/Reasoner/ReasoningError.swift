import Traces

/// Why a turn could not be run as asked.
public struct ReasoningError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Sendable, Equatable {
    /// The mode needs a draft model and the pair has none.
    case noDraftModel(Mode)
    /// The mode needs two models that mean the same by a token; how they differ, in words.
    case differentVocabularies(Mode, difference: String)
    /// The mode has one model check tokens of the other, and one of them is behind a server.
    case tokensBehindServer(Mode)
    /// The judge needs what the base model cannot tell; why, in words.
    case noLikelihood(String)
    /// The option needs probabilities that the draft model does not tell; why, in words.
    case noProbabilities(option: String, why: String)
    /// The model's context has no room for a judgement; ends a turn as `context-full`.
    case contextFull(limit: Int)
  }

  /// What is wrong.
  public var reason: Reason

  /// An error for `reason`.
  public init(_ reason: Reason) {
    self.reason = reason
  }

  /// A model's context has no room left.
  public var isContextFull: Bool { if case .contextFull = reason { true } else { false } }

  /// One sentence with the remedy.
  public var description: String {
    switch reason {
    case .noDraftModel(let mode):
      "mode \(mode.rawValue) needs a draft model; give one, or use mode base."
    case .differentVocabularies(let mode, let difference):
      "mode \(mode.rawValue) needs models of one vocabulary, but \(difference); "
        + "use mode \(mode.judgesSteps ? Mode.reason.rawValue : Mode.base.rawValue)."
    case .tokensBehindServer(let mode):
      "mode \(mode.rawValue) has the base model check the draft model's tokens, which it cannot do "
        + "through a server; use mode \(mode.judgesSteps ? Mode.reason.rawValue : Mode.base.rawValue)."
    case .noLikelihood(let why):
      "the judge likelihood does not work here (\(why)); use --judge short."
    case .noProbabilities(let option, let why):
      "\(option) does not work here (\(why)); leave it out, or run the draft model from a file."
    case .contextFull(let limit):
      "the context of \(limit) tokens is full; give more with --context, or ask anew."
    }
  }
}
