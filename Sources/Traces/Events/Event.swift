/// One thing that happened in a run; a run's trace is the append-only sequence of its events.
///
/// Live engine, finished file and replay all deliver the same events, and every view of a run
/// (screen, plain text, metrics, export) is a reduction over them.
public struct Event: Sendable, Equatable {
  /// Seconds since the run began; never falls from one event to the next.
  public var time: Double
  /// What happened.
  public var kind: Kind

  /// What an event says; one case for each `type` of the trace format.
  public enum Kind: Sendable, Equatable {
    case runStarted(RunStarted)
    case turnStarted(TurnStarted)
    case token(TokenEvent)
    case stepRouted(StepRouted)
    case stepDrafted(StepDrafted)
    case stepScreened(StepScreened)
    case stepJudged(StepJudged)
    case stepDecided(StepDecided)
    case stepCommitted(StepCommitted)
    case stepScored(StepScored)
    case control(Control)
    case branchStarted(BranchStarted)
    case thresholdAdapted(ThresholdAdapted)
    case aheadDropped(AheadDropped)
    case generationDropped(GenerationDropped)
    case turnWaited(TurnWaited)
    case answer(Answer)
    case turnEnded(TurnEnded)
    case raceEnded(RaceEnded)
    case warning(Notice)
    case error(Notice)
  }

  /// An event of `kind`, `time` seconds after the run began.
  public init(time: Double, kind: Kind) {
    self.time = time
    self.kind = kind
  }
}

/// `warning` and `error`: something the person should know.
public struct Notice: Codable, Sendable, Equatable {
  /// One sentence; may quote a model or a server, so it is not safe to print unescaped.
  public var message: String
  /// The step it belongs to, if to one.
  public var step: Int?

  /// A notice, about step `step` if given.
  public init(message: String, step: Int? = nil) {
    self.message = message
    self.step = step
  }
}
