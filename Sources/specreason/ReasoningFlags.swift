import ArgumentParser
import Reasoning
import Traces

extension Mode: ExpressibleByArgument {}
extension ScoreMethod: ExpressibleByArgument {}
extension JudgeKind: ExpressibleByArgument {}

/// How the two models reason.
struct ReasoningFlags: ParsableArguments {
  @Option(
    help: """
      base, draft, spec-decode, reason or reason+decode. [default: reason+decode where the models \
      share a vocabulary, else reason; base without a draft model]
      """)
  var mode: Mode?

  @Option(help: "Acceptance threshold τ, 0 to 9.")
  var threshold = 7.0

  @Option(help: "How digits become a score: average or greedy.")
  var score = ScoreMethod.average

  @Option(help: "How the base model judges: short, reference or likelihood.")
  var judge = JudgeKind.short

  @Option(name: .customLong("first-base-steps"), help: "Steps the base model writes first.")
  var firstBaseSteps = 0

  @Option(help: "Token budget of a turn; every written token counts.")
  var budget = 8192

  @Option(help: "Sampling temperature; 0 is greedy.")
  var temperature = 0.6

  @Option(name: .customLong("top-p"), help: "Nucleus sampling, 0 < p ≤ 1.")
  var topP = 0.95

  @Option(name: .customLong("top-k"), help: "Keep the k most probable tokens; 0 keeps all.")
  var topK = 0

  @Option(name: .customLong("min-p"), help: "Keep tokens at least p times as probable as the best.")
  var minP = 0.0

  @Option(help: "Seed of the random numbers. [default: a new one each time]")
  var seed: UInt64?

  func validate() throws {
    try require((0...9).contains(threshold), "--threshold must be between 0 and 9.")
    try require((0...10_000).contains(firstBaseSteps), "--first-base-steps must be 0 or more.")
    try require((1...10_000_000).contains(budget), "--budget must be 1 or more.")
    try require((0...100).contains(temperature), "--temperature must be between 0 and 100.")
    try require(topP > 0 && topP <= 1, "--top-p must be above 0 and at most 1.")
    try require((0...10_000_000).contains(topK), "--top-k must be 0 or more.")
    try require(minP >= 0 && minP < 1, "--min-p must be at least 0 and below 1.")
  }

  private func require(_ holds: Bool, _ message: String) throws {
    if !holds { throw ValidationError(message) }
  }

  /// The options of a run by a pair that has a draft model or not.
  func options(hasDraft: Bool, isDemo: Bool) throws -> ReasoningOptions {
    let mode = self.mode ?? (hasDraft ? .reasonDecode : .base)
    if mode != .base && !hasDraft {
      throw ValidationError("Mode \(mode.rawValue) needs a draft model: add --draft FILE.")
    }
    var options = ReasoningOptions()
    options.mode = mode
    options.allowsOtherMode = self.mode == nil
    options.threshold = threshold
    options.score = score
    options.judge = judge
    options.firstBaseSteps = firstBaseSteps
    options.budget = budget
    options.sampling = Sampling(temperature: temperature, topP: topP, topK: topK, minP: minP)
    // The demo pair was trained on chats of at most three earlier turns and fails beyond.
    options.earlierTurns = isDemo ? 3 : nil
    options.seed = seed ?? UInt64.random(in: 0...0xFFFF_FFFF)
    return options
  }
}
