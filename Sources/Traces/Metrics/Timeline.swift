/// What was computed when in a turn: who worked on which step, and whether it was kept.
public struct Timeline: Sendable, Equatable {
  /// Who works.
  public enum Lane: String, Sendable, CaseIterable {
    case draft, judge, base, answer
  }

  /// One piece of work.
  public struct Span: Sendable, Equatable {
    /// Who worked.
    public let lane: Lane
    /// The step it was for, counted from 1; nil for the answer.
    public let step: Int?
    /// Seconds of the turn's wall time at which it began.
    public let start: Double
    /// Seconds of the turn's wall time at which it was done.
    public let end: Double
    /// Its text was wasted.
    public let isDiscarded: Bool
    /// Tokens written, or prefilled for a judgement.
    public let tokens: Int
  }

  /// The work in the order in which it began.
  public let spans: [Span]
  /// The turn's wall time so far, in seconds.
  public let seconds: Double

  /// The finished work of `turn`; none if it is nil. What is being generated is not in it yet.
  ///
  /// A piece of work ends when its event was told and began as many seconds before as it took; but
  /// steps that one pass judged were drafted before it, one after the other, and share its time.
  public init(turn: TurnState?, now: Double) {
    guard let turn else {
      (spans, seconds) = ([], 0)
      return
    }
    var spans: [Span] = []
    func add(
      _ lane: Lane, _ step: Int?, until end: Double?, _ seconds: Double, _ tokens: Int,
      isDiscarded: Bool = false
    ) {
      guard let end else { return }
      spans.append(
        Span(
          lane: lane, step: step, start: max(0, end - seconds), end: end, isDiscarded: isDiscarded,
          tokens: tokens))
    }
    let ends = Self.ends(in: turn.steps)
    for (step, end) in zip(turn.steps, ends) {
      for other in step.otherDrafts {
        add(
          .draft, step.number, until: other.moments.drafted, other.drafted?.seconds ?? 0,
          other.drafted?.tokens ?? other.draftTokens, isDiscarded: true)
      }
      let isRejected = step.decided?.verdict == .rejected
      if let drafted = step.drafted {
        add(
          .draft, step.number, until: end.drafted, drafted.seconds, drafted.tokens,
          isDiscarded: isRejected)
      }
      if step.judged != nil || step.screened != nil {
        let (ledger, scoring) = (step.ledger, step.scoringWork)
        let works = [ledger.judging, ledger.selfJudging, ledger.secondJudging]
        let tokens = works.reduce(-scoring.tokens) { $0 + $1.tokens }
        let seconds = works.reduce(-scoring.seconds) { $0 + $1.seconds }
        // What the passes that wrote the step told took no time.
        if tokens > 0 || seconds > 0 {
          add(.judge, step.number, until: end.judged ?? step.moments.screened, seconds, tokens)
        }
      }
      if step.scoringWork.seconds > 0 {
        add(
          .judge, step.number, until: step.moments.scored, step.scoringWork.seconds,
          step.scoringWork.tokens)
      }
      if let committed = step.committed, committed.by == .base || step.drafted == nil {
        add(
          committed.by == .draft ? .draft : .base, step.number, until: step.moments.committed,
          committed.seconds, committed.tokens)
      }
    }
    if let answer = turn.answer {
      add(.answer, nil, until: turn.answered, answer.seconds, answer.tokens)
    }
    self.spans = spans.sorted { $0.start < $1.start }
    seconds = turn.ended?.seconds ?? max(0, now - turn.startedAt)
  }

  /// When the draft and the judgement of each step were done.
  private static func ends(in steps: [StepState]) -> [(drafted: Double?, judged: Double?)] {
    var ends = steps.map { (drafted: $0.moments.drafted, judged: $0.moments.judged) }
    var first = 0
    while first < steps.count {
      let others = steps[(first + 1)...].prefix { $0.judged?.sharesPass == true }
      if let told = ends[first].judged, !others.isEmpty {
        var judged = told - others.reduce(0) { $0 + ($1.judged?.seconds ?? 0) }
        var drafted = judged - (steps[first].judged?.seconds ?? 0)
        ends[first].judged = judged
        for place in others.indices {
          judged += steps[place].judged?.seconds ?? 0
          ends[place].judged = judged
        }
        for place in others.indices.reversed() {
          ends[place].drafted = drafted
          drafted -= steps[place].drafted?.seconds ?? 0
        }
      }
      first = others.endIndex
    }
    return ends
  }
}
