/// Progress of work that takes long enough to watch.
public struct EngineProgress: Sendable, Equatable {
  /// A kind of work.
  public enum Work: Sendable, Equatable {
    /// Reading the weights of a model, named by its file.
    case loading(String)
    /// Prefilling this many tokens.
    case prefill(tokens: Int)
    /// Finding out what the server at this address is and does.
    case connecting(String)
  }

  /// What is being done.
  public var work: Work
  /// The share done so far, 0 to 1.
  public var share: Double

  /// A phrase for people, such as `loading base.gguf`.
  public var label: String {
    switch work {
    case .loading(let name): "loading \(name)"
    case .prefill(let tokens): "prefill of \(tokens) tokens"
    case .connecting(let address): "asking \(address) what it does"
    }
  }
}

/// Reports progress, at a limited rate, and only of work that lasts longer than a moment.
struct ProgressMeter {
  private static let patience = Duration.milliseconds(300)
  private static let interval = Duration.milliseconds(100)

  private let work: EngineProgress.Work
  private let tell: (@Sendable (EngineProgress?) -> Void)?
  private let clock = ContinuousClock()
  private var due: ContinuousClock.Instant
  private var hasTold = false

  /// - Parameter tell: Gets the progress, and nil at the end if it got any.
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
