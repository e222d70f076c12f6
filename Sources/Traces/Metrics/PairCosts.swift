/// What passes of both models cost, learnt from the events of a run.
public struct PairCosts: Sendable, Equatable {
  /// The base model's passes.
  public private(set) var base = CostModel()
  /// The draft model's passes.
  public private(set) var draft = CostModel()

  /// Nothing is known yet.
  public init() {}

  /// Learns from the passes of both models that one event tells.
  public mutating func add(_ passes: [PassGroup]?, isProbe: Bool = false) {
    guard let passes, !passes.isEmpty else { return }
    base.add(passes.filter { $0.by == .base }, isProbe: isProbe)
    draft.add(passes.filter { $0.by == .draft }, isProbe: isProbe)
  }

  /// Learns from an event.
  mutating func apply(_ event: Event.Kind) {
    switch event {
    case .runStarted(let run):
      add(run.passes ?? run.decodingAtStart, isProbe: true)
    case .stepDrafted(let drafted):
      add(drafted.passes)
    case .stepJudged(let judged):
      add(judged.passes)
      add(judged.second?.passes)
    case .stepScreened(let screened):
      add(screened.passes)
    case .stepScored(let scored):
      add(scored.passes)
    case .stepCommitted(let kept):
      add(
        kept.passes
          ?? Self.decoding(kept.tokens, kept.decodeSeconds, by: kept.by, endsAt: kept.contextTokens)
      )
    case .answer(let answer):
      add(
        answer.passes
          ?? Self.decoding(
            answer.tokens, answer.decodeSeconds, by: answer.by, endsAt: answer.contextTokens))
    case .generationDropped(let dropped):
      add(dropped.passes)
    case .aheadDropped(let dropped):
      add(dropped.passes)
    case .turnStarted, .token, .stepRouted, .stepDecided, .control, .branchStarted,
      .thresholdAdapted,
      .turnWaited, .turnEnded, .raceEnded, .warning, .error:
      break
    }
  }

  /// What a trace without passes tells of the base model's decoding.
  private static func decoding(
    _ tokens: Int, _ seconds: Double?, by author: Author, endsAt context: Int?
  ) -> [PassGroup]? {
    guard author == .base, tokens > 0, let seconds else { return nil }
    let mean = max(0, (context ?? tokens) - tokens / 2)
    return [PassGroup(by: .base, rows: 1, context: mean, count: tokens, seconds: seconds)]
  }
}

extension RunStarted {
  /// What a trace without passes tells of the base model's decoding at the start.
  fileprivate var decodingAtStart: [PassGroup]? {
    baseSecondsPerToken.map { perToken in
      [PassGroup(by: .base, rows: 1, context: 0, count: 15, seconds: 15 * perToken)]
    }
  }
}
