import Traces

// What is asked of the reasoner, and shown as asked for until its event comes back.

extension ViewerState {
  /// The requested threshold if a score is requested, else the threshold of the run.
  var thresholdInForce: Double {
    if case .score(let score) = requested.threshold { score } else { run.threshold }
  }

  /// Where the threshold was put last: what is requested, else what the run has.
  var acceptanceInForce: AcceptanceThreshold { requested.threshold ?? run.options.acceptance }

  /// Requests a new threshold; it takes effect when its event comes back.
  mutating func request(threshold: AcceptanceThreshold) -> [Command] {
    requested.threshold = threshold == run.options.acceptance ? nil : threshold
    // A recording stays as it was: the other threshold shows what it would have changed.
    if replay != nil { return [] }
    switch threshold {
    case .score(let score): return [.run(.control(.setThreshold(score)))]
    case .share(let share):
      say("τ lets \(threshold.text) of the base model's own steps pass; [ and ] move it by 5%.")
      return [.run(.control(.setThreshold(share: share)))]
    }
  }

  /// Requests a threshold that is stricter (1) or laxer (-1): by half a point, or by 5% of the base
  /// model's own steps where it is a share.
  mutating func requestThreshold(by direction: Int) -> [Command] {
    request(threshold: movedThreshold(by: direction))
  }

  /// Why a setting cannot be moved from where it is: what it is, only the run's beginning tells.
  var obstacleToSettings: String? {
    guard replay == nil, run.started == nil else { return nil }
    return switch engine {
    case .ready: nil
    case .loading: "The models are still loading."
    case .failed(let why): why
    }
  }

  /// The threshold that would be requested. A recording tells what scores pass, not what the base
  /// model's own steps would get: a share is tried out from the score that it came to.
  func movedThreshold(by direction: Int) -> AcceptanceThreshold {
    let from = replay == nil ? acceptanceInForce : .score(thresholdInForce)
    return from.moved(by: direction)
  }

  // MARK: Sending

  /// Asks for a turn about `problem`, or lets it wait while the models are busy.
  mutating func submit(_ problem: String) -> [Command] {
    followRun()
    selection.step = nil
    guard canBegin else {
      queue.append(problem)
      say(Self.waitingSentence)
      return []
    }
    return begin(problem)
  }

  /// Sends the first message that waits, where a turn can begin; unasked only after a turn that came
  /// to its own end.
  mutating func sendNext(isAsked: Bool = false) -> [Command] {
    guard !queue.isEmpty else { return [] }
    guard canBegin else {
      if isAsked { say(Self.waitingSentence) }
      return []
    }
    guard isAsked || run.turns.last?.ended?.stop.isOwnEnd ?? true else {
      let waiting = Format.count(queue.count, "message waits", "messages wait")
      say("\(waiting): Enter sends the next, ↑ takes the last one back.")
      return []
    }
    return begin(queue.removeFirst())
  }

  var canBegin: Bool { replay == nil && engine == .ready && !isRunning && !isRacing }

  private mutating func begin(_ problem: String) -> [Command] {
    requested.problem = problem
    if notice?.text == Self.waitingSentence { notice = nil }
    if run.isPaused { say(Self.pausedSentence) }
    return [.run(.submit(problem))]
  }

  private static let waitingSentence =
    "It waits, and is sent when its turn comes. ↑ takes it back."

  /// What to know of a turn that begins paused.
  static let pausedSentence =
    "The turn begins paused: with Tab, then p it goes on, and . goes step by step."

  mutating func request(mode: Mode) -> [Command] {
    requested.mode = mode == run.mode ? nil : mode
    say("Next turn: mode \(mode.rawValue).")
    return [.run(.control(.setMode(mode)))]
  }

  mutating func requestNextMode() -> [Command] {
    let modes = Mode.allCases
    let index = modes.firstIndex(of: requested.mode ?? run.mode) ?? 0
    return request(mode: modes[(index + 1) % modes.count])
  }

  mutating func setThreshold(_ argument: String) -> [Command]? {
    guard let setting = try? Setting(.threshold, from: argument) else {
      say("/threshold needs a number from 0 to 9, such as 6.5, or a share such as 80%.", .warning)
      return nil
    }
    var changed = run.options
    changed.apply(setting)
    return request(threshold: changed.acceptance)
  }

  mutating func setMode(_ argument: String) -> [Command]? {
    guard let mode = Mode(rawValue: argument) else {
      let known = Mode.allCases.map(\.rawValue).joined(separator: ", ")
      say("/mode needs one of \(known).", .warning)
      return nil
    }
    return request(mode: mode)
  }
}

extension AcceptanceThreshold {
  /// The next stricter (1) or laxer (-1) threshold, within the range: half a point, or 5% of the base
  /// model's own steps.
  func moved(by direction: Int) -> AcceptanceThreshold {
    switch self {
    case .score(let score):
      return .score(
        min(Self.scores.upperBound, max(Self.scores.lowerBound, score + 0.5 * Double(direction))))
    case .share(let share):
      let percent = (share * 100).rounded()
      let next = direction > 0 ? (percent / 5).rounded(.up) - 1 : (percent / 5).rounded(.down) + 1
      let moved = min(100, max(5, next * 5)) / 100
      // A share below 5% is strict already.
      return .share(direction > 0 ? min(share, moved) : max(share, moved))
    }
  }
}
