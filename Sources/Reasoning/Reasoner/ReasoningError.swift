import Traces

/// Why a turn could not be run as asked.
public struct ReasoningError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Sendable, Equatable {
    /// The mode needs a draft model and the pair has none.
    case noDraftModel(Mode)
    /// The mode needs two models that mean the same by a token; how they differ, in words.
    case differentVocabularies(Mode, difference: String)
    /// The model's context has no room for a judgement; ends a turn as `context-full`.
    case contextFull(limit: Int)
    /// An option is outside its range.
    case badOption(name: String, value: String, allowed: String)
  }

  /// What is wrong.
  public var reason: Reason

  /// An error for `reason`.
  public init(_ reason: Reason) {
    self.reason = reason
  }

  /// A model's context has no room left.
  var isContextFull: Bool { if case .contextFull = reason { true } else { false } }

  /// One sentence with the remedy.
  public var description: String {
    switch reason {
    case .noDraftModel(let mode):
      "mode \(mode.rawValue) needs a draft model; give one, or use mode base."
    case .differentVocabularies(let mode, let difference):
      "mode \(mode.rawValue) needs models of one vocabulary, but \(difference); "
        + "use mode \(mode.judgesSteps ? Mode.reason.rawValue : Mode.base.rawValue)."
    case .contextFull(let limit):
      "the context of \(limit) tokens is full; give more with --context, or ask anew."
    case .badOption(let name, let value, let allowed):
      "\(name) is \(value), but must be \(allowed)."
    }
  }
}

extension ReasoningOptions {
  /// Throws for the first option that is outside its range.
  public func validate() throws(ReasoningError) {
    func require(
      _ holds: Bool, _ name: String, _ value: some CustomStringConvertible, _ allowed: String
    ) throws(ReasoningError) {
      if holds { return }
      throw ReasoningError(.badOption(name: name, value: value.description, allowed: allowed))
    }
    try require((0...9).contains(threshold), "threshold", threshold, "from 0 to 9")
    try require(firstBaseSteps >= 0, "first-base-steps", firstBaseSteps, "0 or more")
    try require(budget > 0, "budget", budget, "1 token or more")
    try require(
      thinkingBudget ?? 1 > 0, "thinking-budget", thinkingBudget ?? 0, "1 token or more")
    try require((1...16).contains(lookahead), "lookahead", lookahead, "from 1 to 16")
    try require((1...100).contains(candidates), "candidates", candidates, "from 1 to 100")
    try require(stepLimit > 0, "step-limit", stepLimit, "1 token or more")
    let sampling = sampling
    try require(
      sampling.temperature >= 0 && sampling.temperature.isFinite, "temperature",
      sampling.temperature, "0 or more")
    try require(sampling.topP > 0 && sampling.topP <= 1, "top-p", sampling.topP, "above 0, up to 1")
    try require(sampling.topK >= 0, "top-k", sampling.topK, "0 or more")
    try require((0..<1).contains(sampling.minP), "min-p", sampling.minP, "from 0 to below 1")
  }
}
