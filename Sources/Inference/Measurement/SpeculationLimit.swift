/// What step-level speculation can gain where every pass takes what it takes by itself.
public struct SpeculationLimit: Sendable, Equatable {
  /// Seconds the base model takes to decode one token.
  public var basePerToken: Double
  /// Seconds the draft model takes to decode one token.
  public var draftPerToken: Double
  /// Seconds of the pass that judges a step, the step itself included.
  public var judging: Double
  /// Seconds the draft model takes to read a step that the base model wrote.
  public var catchingUp: Double
  /// Tokens of a step.
  public var stepTokens: Int

  /// n·b ÷ (n·d + j + (1 − a)·(n·b + c)): a step of `n` tokens costs `n·b` without speculation;
  /// with it, its drafting and judging, and for the share that is rejected the writing and the
  /// draft model's reading of it.
  public func speedup(acceptance: Double) -> Double {
    let n = Double(stepTokens)
    let step = n * basePerToken
    return step / (n * draftPerToken + judging + (1 - acceptance) * (step + catchingUp))
  }

  /// The acceptance above which speculation gains; above 1, it cannot.
  public var breakEven: Double {
    let n = Double(stepTokens)
    let step = n * basePerToken
    return (n * draftPerToken + judging + catchingUp) / (step + catchingUp)
  }
}
