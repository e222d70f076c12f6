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
    /// Its text was thrown away.
    public let isWasted: Bool
    /// Tokens written, or prefilled for a judgement.
    public let tokens: Int
  }

  /// The work in the order in which it began.
  public let spans: [Span]
  /// The turn's wall time so far, in seconds.
  public let seconds: Double

  /// The work of `turn`, as far as it is done; what is written at the moment is not in it yet.
  ///
  /// A piece of work ends when its event was told and began as many seconds before as it took.
  public init(turn: TurnState, now: Double) {
    var spans: [Span] = []
    func add(
      _ lane: Lane, _ step: Int?, until end: Double?, _ seconds: Double, _ tokens: Int,
      isWasted: Bool = false
    ) {
      guard let end else { return }
      spans.append(
        Span(
          lane: lane, step: step, start: max(0, end - seconds), end: end, isWasted: isWasted,
          tokens: tokens))
    }
    for step in turn.steps {
      let isRejected = step.decided?.verdict == .rejected
      if let drafted = step.drafted {
        add(
          .draft, step.number, until: step.moments.drafted, drafted.seconds, drafted.tokens,
          isWasted: isRejected)
      }
      if let judged = step.judged {
        add(
          .judge, step.number, until: step.moments.judged, judged.seconds, judged.promptTokens)
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
}
