import TestSupport
import Testing
import Traces

/// A run that is told event by event, a tenth of a second apart unless said otherwise.
struct Telling {
  private(set) var run = RunState()
  private var time = 0.0

  init(baseSecondsPerToken: Double? = 0.1) {
    tell(
      .runStarted(
        RunStarted(
          version: "1", base: ModelDescription(name: "b", source: "f"),
          draft: ModelDescription(name: "d", source: "f"),
          options: .published(judge: .short, budget: 100, seed: 1), machine: "m",
          baseSecondsPerToken: baseSecondsPerToken)), after: 0)
    tell(.turnStarted(TurnStarted(turn: 1, prompt: "p")), after: 0)
  }

  mutating func tell(_ kind: Event.Kind, after seconds: Double = 0.1) {
    time += seconds
    run.apply(Event(time: time, kind: kind))
  }

  mutating func draft(
    _ step: Int, tokens: Int, seconds: Double, score: Double, probabilities: [Double] = []
  ) {
    tell(
      .stepDrafted(
        StepDrafted(step: step, text: "d", tokens: tokens, seconds: seconds, cut: false)),
      after: seconds)
    let judged = StepJudged(
      step: step, score: score, greedy: nil, average: nil, probabilities: probabilities,
      readable: true, promptTokens: 20, seconds: 0.2)
    tell(.stepJudged(judged), after: 0.2)
    let verdict = judged.verdict(at: run.threshold)
    tell(
      .stepDecided(
        StepDecided(
          step: step, verdict: verdict, threshold: run.threshold, by: .judge, reason: "r")),
      after: 0)
    if verdict == .accepted {
      commit(step, .draftAccepted, by: .draft, tokens: tokens, seconds: seconds, after: 0)
    }
  }

  /// A step that a cascade's cheap judge accepts, in 0.2 s where it asks the draft model.
  mutating func screen(_ step: Int, tokens: Int, seconds: Double, promptTokens: Int) {
    tell(
      .stepDrafted(
        StepDrafted(step: step, text: "d", tokens: tokens, seconds: seconds, cut: false)),
      after: seconds)
    let asks = promptTokens > 0
    var judged = StepJudged(
      step: step, score: 9, greedy: nil, average: nil, probabilities: [], readable: true,
      promptTokens: promptTokens, seconds: asks ? 0.2 : 0)
    judged.by = .draft
    let cascade = Cascade(asks ? .draftItself : .confidence, low: 3, high: 7)
    tell(.stepScreened(StepScreened(judged, in: cascade)), after: judged.seconds)
    tell(
      .stepDecided(
        StepDecided(
          step: step, verdict: .accepted, threshold: run.threshold, by: .rule, reason: "r")),
      after: 0)
    commit(step, .draftUnasked, by: .draft, tokens: tokens, seconds: seconds, after: 0)
  }

  mutating func commit(
    _ step: Int, _ status: StepStatus, by author: Author, tokens: Int, seconds: Double,
    after: Double, text: String = "t", speculation: TokenSpeculation? = nil
  ) {
    tell(
      .stepCommitted(
        StepCommitted(
          step: step, by: author, status: status, text: text, tokens: tokens, seconds: seconds,
          decodeSeconds: speculation == nil ? seconds / 2 : nil, speculation: speculation,
          cut: false)), after: after)
  }

  /// Ends the turn after `seconds` of its own.
  mutating func end(after seconds: Double, tokens: TokenCounts = TokenCounts()) {
    let wall = time + seconds
    tell(
      .turnEnded(
        TurnEnded(
          turn: 1, stop: .answer, seconds: wall, tokens: tokens, accepted: 0, rejected: 0,
          estimatedSpeedup: nil)), after: seconds)
  }
}
