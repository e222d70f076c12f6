import ArgumentParser
import Foundation
import Reasoning
import Traces

extension Mode: ExpressibleByArgument {}
extension ScoreMethod: ExpressibleByArgument {}
extension JudgeKind: ExpressibleByArgument {}
extension UnreadableRule: ExpressibleByArgument {}
extension ThresholdTarget: ExpressibleByArgument {}

/// Two thresholds, the lower one first.
struct ThresholdBounds: ExpressibleByArgument, CustomStringConvertible {
  let low: Double
  let high: Double

  init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  init?(argument: String) {
    let values = argument.split(separator: ",").map { Double($0) }
    guard values.count == 2, let low = values[0], let high = values[1], low >= 0, low <= high,
      high <= 9
    else { return nil }
    self.init(low: low, high: high)
  }

  var description: String { "\(low),\(high)" }
}

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

  @Option(
    help: """
      How the base model judges: short, reference, prefix, likelihood, or own. [default: short; own \
      where there is a --judge-question]
      """)
  var judge: JudgeKind?

  @Option(
    name: .customLong("judge-question"),
    help: "Your own wording of a judge: what asks for one digit from 0 to 9 after a step.")
  var judgeQuestion: String?

  @Option(
    name: .customLong("judge-opening"),
    help: "How the reply to your own question begins, before its digit.")
  var judgeOpening = Prompts.short.opening

  @Option(
    name: .customLong("second-judge"),
    help: "Also record what this judge says of each step; it decides nothing.")
  var secondJudge: JudgeKind?

  @Option(help: "A draft whose judgement cannot be read: reject, accept, or ask (in the viewer).")
  var unreadable = UnreadableRule.reject

  @Flag(
    name: .customLong("ahead"),
    help: "Draft the next step while one is judged, where each model has its own machine.")
  var draftsAhead = false

  @Option(
    help: "Steps drafted before one pass judges them all, where the judge is likelihood. 1 to 16.")
  var lookahead = 1

  @Option(
    help: "Drafts of each step, judged together: the best is accepted, or the base model writes it."
  )
  var candidates = 1

  @Option(
    name: .customLong("adapt"),
    help: """
      Move the threshold by itself towards acceptance=SHARE of the drafts, an estimated \
      speedup=FACTOR, or an error=SHARE of accepted drafts by the judge's own probabilities.
      """)
  var adaptiveTarget: ThresholdTarget?

  @Option(
    name: .customLong("threshold-bounds"), help: "Where --adapt may move the threshold: LOW,HIGH.")
  var thresholdBounds = ThresholdBounds(low: 0, high: 9)

  @Option(name: .customLong("first-base-steps"), help: "Steps the base model writes first.")
  var firstBaseSteps = 0

  @Option(help: "Token budget of a turn; every written token counts.")
  var budget = 8192

  @Option(
    name: .customLong("thinking-budget"),
    help: "Tokens of reasoning after which the answer is asked for. [default: no limit]")
  var thinkingBudget: Int?

  @Option(help: "Sampling temperature; 0 is greedy.")
  var temperature = 0.6

  @Option(name: .customLong("top-p"), help: "Nucleus sampling, 0 < p ≤ 1.")
  var topP = 0.95

  @Option(name: .customLong("top-k"), help: "Keep the k most probable tokens; 0 keeps all.")
  var topK = 0

  @Option(name: .customLong("min-p"), help: "Keep tokens at least p times as probable as the best.")
  var minP = 0.0

  @Option(help: "System prompt: what the models are told before the chat; @FILE reads it.")
  var system: String?

  @Option(help: "Seed of the random numbers. [default: a new one each time]")
  var seed: UInt64?

  func validate() throws {
    try require((0...9).contains(threshold), "--threshold must be between 0 and 9.")
    try require((0...10_000).contains(firstBaseSteps), "--first-base-steps must be 0 or more.")
    try require((1...10_000_000).contains(budget), "--budget must be 1 or more.")
    try require(
      (1...10_000_000).contains(thinkingBudget ?? 1), "--thinking-budget must be 1 or more.")
    try require((1...16).contains(lookahead), "--lookahead must be between 1 and 16.")
    try require((1...100).contains(candidates), "--candidates must be between 1 and 100.")
    try require((0...100).contains(temperature), "--temperature must be between 0 and 100.")
    try require(topP > 0 && topP <= 1, "--top-p must be above 0 and at most 1.")
    try require((0...10_000_000).contains(topK), "--top-k must be 0 or more.")
    try require(minP >= 0 && minP < 1, "--min-p must be at least 0 and below 1.")
  }

  private func require(_ holds: Bool, _ message: String) throws {
    if !holds { throw ValidationError(message) }
  }

  /// The text meant by `argument`, or by the file that it names after an `@`.
  private static func systemPrompt(_ argument: String) throws -> String {
    guard argument.hasPrefix("@") else { return argument }
    let path = String(argument.dropFirst())
    do {
      let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw ValidationError("--system: the file \(path) cannot be read.")
    }
  }

  /// `recorded`, what a saved run was asked for, with what the command line asks for now.
  func overriding(_ recorded: ReasoningOptions, by asked: ReasoningOptions) -> ReasoningOptions {
    let given = Set(
      CommandOption.settings(of: Chat.self).filter { $0.isGiven(in: CommandLine.arguments) }
        .map(\.name))
    func isGiven(_ name: String) -> Bool { given.contains(name) }
    var options = recorded
    if isGiven("mode") {
      options.mode = asked.mode
      options.allowsOtherMode = false
    }
    if isGiven("threshold") { options.threshold = asked.threshold }
    if isGiven("score") { options.score = asked.score }
    if isGiven("judge") || isGiven("judge-question") { options.judge = asked.judge }
    if isGiven("first-base-steps") { options.firstBaseSteps = asked.firstBaseSteps }
    if isGiven("budget") { options.budget = asked.budget }
    if isGiven("temperature") { options.sampling.temperature = asked.sampling.temperature }
    if isGiven("top-p") { options.sampling.topP = asked.sampling.topP }
    if isGiven("top-k") { options.sampling.topK = asked.sampling.topK }
    if isGiven("min-p") { options.sampling.minP = asked.sampling.minP }
    if isGiven("seed") { options.seed = asked.seed }
    if isGiven("lookahead") { options.lookahead = asked.lookahead }
    if isGiven("system") { options.systemPrompt = asked.systemPrompt }
    if isGiven("adapt") { options.adaptiveThreshold = asked.adaptiveThreshold }
    if isGiven("thinking-budget") { options.thinkingBudget = asked.thinkingBudget }
    if isGiven("unreadable") { options.unreadable = asked.unreadable }
    return options
  }

  /// Throws where one of `judges` is the person's own and has nothing to ask.
  func checkWording(for judges: [JudgeKind?]) throws {
    let isEmpty = judgeQuestion?.allSatisfy(\.isWhitespace) ?? true
    try require(
      !isEmpty || !judges.contains(.own),
      "A judge of your own needs a question: --judge-question, or question in [judge] of config.toml."
    )
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
    options.judge = judge ?? (judgeQuestion == nil ? .short : .own)
    options.secondJudge = secondJudge
    if let judgeQuestion {
      options.judgeWording = JudgeWording(question: judgeQuestion, opening: judgeOpening)
    }
    try checkWording(for: [options.judge, secondJudge])
    options.unreadable = unreadable
    options.lookahead = lookahead
    options.candidates = candidates
    options.draftsAhead = draftsAhead
    options.adaptiveThreshold = adaptiveTarget.map {
      AdaptiveThreshold($0, within: thresholdBounds.low...thresholdBounds.high)
    }
    options.thinkingBudget = thinkingBudget
    options.firstBaseSteps = firstBaseSteps
    options.budget = budget
    options.sampling = Sampling(temperature: temperature, topP: topP, topK: topK, minP: minP)
    // The demo pair's problems do not depend on each other, and earlier ones only confuse it.
    options.earlierTurns = isDemo ? 0 : nil
    options.systemPrompt = try system.map(Self.systemPrompt)
    options.seed = seed ?? UInt64.random(in: 0...0xFFFF_FFFF)
    return options
  }
}
