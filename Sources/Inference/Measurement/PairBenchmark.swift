/// Measures step-level speculation with scripted judge decisions.
///
/// All passes are really run: the draft model decodes a step, the base model prefills it with the
/// judge's question or scores its tokens, and after a rejection decodes a step itself, which the
/// draft model then prefills. Only the judge's decisions are scripted, so that even models with
/// random weights show what models of their size gain at a given acceptance rate.
public final class PairBenchmark {
  /// How a step is judged.
  public enum Judge: Sendable, Equatable {
    /// A question of this many tokens after the step, and the logits of the answer.
    case wording(tokens: Int)
    /// The probabilities of the step's own tokens.
    case likelihood
  }

  /// The time with speculation, compared with the base model alone.
  public struct Outcome: Sendable {
    /// Steps generated.
    public var steps: Int
    /// Steps accepted.
    public var accepted: Int
    /// Seconds for all steps with speculation.
    public var seconds: Double
    /// Seconds that the base model alone would take for as many tokens, from its decoding at the
    /// same time: one step before, one after, and those that replace rejected steps.
    public var baseSeconds: Double

    /// The measured speedup over the base model alone.
    public var speedup: Double { baseSeconds / seconds }
  }

  private let base: Session
  private let draft: Session
  private let vocabulary: Int
  private let clock = ContinuousClock()
  private var random: SplitMix64
  private var sampler: Sampler

  /// Creates a benchmark of two models with a session each; `seed` determines all random choices.
  public init(base: Model, draft: Model, seed: UInt64 = 1) throws(GGUFError) {
    self.base = try Session(base)
    self.draft = try Session(draft)
    vocabulary = min(base.vocabularySize, draft.vocabularySize)
    random = SplitMix64(seed: seed)
    sampler = Sampler(Sampler.Options(), seed: seed)
  }

  /// Generates `steps` steps of `stepTokens` tokens after a prompt of `promptTokens` tokens. The
  /// fraction `acceptance` of the steps is accepted, in random order.
  public func measure(
    steps: Int, stepTokens: Int, promptTokens: Int, acceptance: Double, judge: Judge
  ) throws -> Outcome {
    var prefix = draw(max(1, promptTokens))
    try base.prepare(for: prefix)
    try draft.prepare(for: prefix)
    var outcome = Outcome(steps: steps, accepted: 0, seconds: 0, baseSeconds: 0)
    var alone = (tokens: 0, seconds: 0.0)
    func writeAlone() throws -> [Token] {
      let begin = clock.now
      let step = try write(stepTokens, on: base)
      alone.tokens += stepTokens
      alone.seconds += (clock.now - begin) / .seconds(1)
      return step
    }
    prefix += try writeAlone()
    for isAccepted in script(steps, acceptance: acceptance) {
      let begin = clock.now
      // The draft model has yet to read a step that the base model wrote.
      try draft.prepare(for: prefix)
      var step = try write(stepTokens, on: draft)
      try self.judge(step, after: prefix, by: judge)
      if isAccepted {
        outcome.accepted += 1
      } else {
        try base.prepare(for: prefix)
        step = try writeAlone()
      }
      prefix += step
      outcome.seconds += (clock.now - begin) / .seconds(1)
    }
    try base.prepare(for: prefix)
    _ = try writeAlone()
    outcome.baseSeconds = alone.seconds / Double(alone.tokens) * Double(steps * stepTokens)
    return outcome
  }

  /// Median seconds of each kind of work, measured by itself.
  public struct Passes: Sendable {
    /// For the base model to decode one token.
    public var basePerToken: Double
    /// For the draft model to decode one token.
    public var draftPerToken: Double
    /// For the pass that judges a step, including the step itself.
    public var judging: Double
    /// For the draft model to read a step that the base model wrote.
    public var catchingUp: Double
  }

  /// Measures each kind of work five times, for steps of `stepTokens` tokens after `depth` tokens of
  /// context.
  public func passes(stepTokens: Int, depth: Int, judge: Judge) throws -> Passes {
    let prefix = draw(max(1, depth))
    func median(_ pass: () throws -> Void) throws -> Double {
      var seconds: [Double] = []
      for _ in 0..<5 {
        for session in [base, draft] { try session.prepare(for: prefix) }
        let begin = clock.now
        try pass()
        seconds.append((clock.now - begin) / .seconds(1))
      }
      return seconds.sorted()[seconds.count / 2]
    }
    return Passes(
      basePerToken: try median { _ = try write(stepTokens, on: base) } / Double(stepTokens),
      draftPerToken: try median { _ = try write(stepTokens, on: draft) } / Double(stepTokens),
      judging: try median { try self.judge(draw(stepTokens), after: prefix, by: judge) },
      catchingUp: try median { try draft.prepare(for: prefix + draw(stepTokens)) })
  }

  private func judge(_ step: [Token], after prefix: [Token], by judge: Judge) throws {
    switch judge {
    case .wording(let count):
      // With the logits before the step at hand, a rewrite begins without a pass of its own.
      try base.prepare(for: prefix + step + draw(count), logitsFrom: prefix.count - 1)
      _ = Logits(base.logits).logSumExp
    case .likelihood:
      _ = try base.score(prefix + step, from: prefix.count)
    }
  }

  /// Which steps are accepted.
  private func script(_ steps: Int, acceptance: Double) -> [Bool] {
    let accepted = Int((Double(steps) * acceptance).rounded())
    var script = (0..<steps).map { $0 < accepted }
    for place in script.indices.reversed() {
      script.swapAt(place, Int(Double(place + 1) * random.unit()))
    }
    return script
  }

  private func draw(_ count: Int) -> [Token] {
    (0..<count).map { _ in Token(Double(vocabulary) * random.unit()) }
  }

  /// Decodes and samples `count` tokens, mapped into the vocabulary that both models share.
  private func write(_ count: Int, on session: Session) throws -> [Token] {
    try (0..<count).map { _ in
      let token = try sampler.next(after: session).token % Token(vocabulary)
      try session.append(token)
      return token
    }
  }
}
