/// The most that step-level speculation can gain, computed from the time of each kind of pass.
public struct SpeculationLimit: Sendable, Equatable {
  /// Seconds the base model takes to decode one token.
  public var basePerToken: Double
  /// Seconds the draft model takes to decode one token.
  public var draftPerToken: Double
  /// Seconds of the pass that judges a step, including the step itself.
  public var judging: Double
  /// Seconds the draft model takes to read a step that the base model wrote.
  public var catchingUp: Double
  /// Tokens per step.
  public var stepTokens: Int

  /// Passes of these costs.
  public init(
    basePerToken: Double, draftPerToken: Double, judging: Double, catchingUp: Double,
    stepTokens: Int
  ) {
    self.basePerToken = basePerToken
    self.draftPerToken = draftPerToken
    self.judging = judging
    self.catchingUp = catchingUp
    self.stepTokens = stepTokens
  }

  /// The speedup n·b ÷ (n·d + j + (1 − a)·(n·b + c)). A step of n tokens costs n·b without
  /// speculation. With it, a step costs drafting (n·d) and judging (j), and the rejected fraction
  /// also the base model's step (n·b) and its prefill by the draft model (c).
  public func speedup(acceptance: Double) -> Double {
    let n = Double(stepTokens)
    let step = n * basePerToken
    return step / (n * draftPerToken + judging + (1 - acceptance) * (step + catchingUp))
  }

  /// The acceptance rate above which speculation gains; above 1 if it cannot.
  public var breakEven: Double {
    let n = Double(stepTokens)
    let step = n * basePerToken
    return (n * draftPerToken + judging + catchingUp) / (step + catchingUp)
  }
}
