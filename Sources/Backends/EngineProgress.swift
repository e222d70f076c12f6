/// How far a piece of the engine's work has come that takes long enough to be watched.
public struct EngineProgress: Sendable, Equatable {
  /// What is being done.
  public enum Work: Sendable, Equatable {
    /// The weights of a model, by the name of its file, are read and packed.
    case loading(String)
    /// A model reads so many tokens of what it is to continue.
    case prefill(tokens: Int)
  }

  /// What is being done.
  public var work: Work
  /// The share that is done, 0 to 1.
  public var share: Double

  /// A sentence without its end, for people.
  public var label: String {
    switch work {
    case .loading(let name): "loading \(name)"
    case .prefill(let tokens): "prefill of \(tokens) tokens"
    }
  }
}

/// Tells how far a piece of work has come: nothing of what is over soon, and not too often.
struct ProgressMeter {
  private static let patience = Duration.milliseconds(300)
  private static let interval = Duration.milliseconds(100)

  private let work: EngineProgress.Work
  private let tell: (@Sendable (EngineProgress?) -> Void)?
  private let clock = ContinuousClock()
  private var due: ContinuousClock.Instant
  private var hasTold = false

  /// - Parameter tell: Gets how far it is, and nil at the end, if anything was told.
  init(_ work: EngineProgress.Work, _ tell: (@Sendable (EngineProgress?) -> Void)?) {
    self.work = work
    self.tell = tell
    due = clock.now + Self.patience
  }

  mutating func reached(_ share: Double) {
    guard let tell, clock.now >= due else { return }
    due = clock.now + Self.interval
    hasTold = true
    tell(EngineProgress(work: work, share: share))
  }

  func end() {
    if hasTold { tell?(nil) }
  }
}
