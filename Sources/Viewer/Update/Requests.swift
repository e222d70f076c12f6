import Traces

// What is asked of the reasoner, and shown as asked for until its event comes back.

extension ViewerState {
  /// The requested threshold if there is one, else the threshold of the run.
  var thresholdInForce: Double { requested.threshold ?? run.threshold }

  /// The range of the judge score, 0 to 9.
  static let thresholds = 0.0...9.0

  /// Requests a new threshold; it takes effect when its event comes back.
  mutating func request(threshold: Double) -> [Command] {
    let threshold = min(Self.thresholds.upperBound, max(Self.thresholds.lowerBound, threshold))
    requested.threshold = threshold == run.threshold ? nil : threshold
    // A recording stays as it was: the other threshold shows what it would have changed.
    if replay != nil { return [] }
    return [.run(.control(.setThreshold(threshold)))]
  }

  // MARK: Sending

  /// Asks for a turn about `problem`, or lets it wait while the models are busy.
  mutating func submit(_ problem: String) -> [Command] {
    followRun()
    selection.step = nil
    guard canBegin else {
      queue.append(problem)
      say("It waits, and is sent when its turn comes. ↑ takes it back.")
      return []
    }
    return begin(problem)
  }

  /// Sends the first message that waits, where a turn can begin and the one before went well.
  mutating func sendNext(after stop: StopReason = .answer) -> [Command] {
    guard !queue.isEmpty, canBegin else { return [] }
    guard stop == .answer || stop == .endOfText else {
      let waiting = Format.count(queue.count, "message waits", "messages wait")
      say("\(waiting): Enter sends the next, ↑ takes the last one back.")
      return []
    }
    return begin(queue.removeFirst())
  }

  private var canBegin: Bool { replay == nil && engine == .ready && !isRunning && !isRacing }

  private mutating func begin(_ problem: String) -> [Command] {
    requested.problem = problem
    if run.isPaused { say(Self.pausedSentence) }
    return [.run(.submit(problem))]
  }

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
    guard let value = Double(argument), Self.thresholds.contains(value) else {
      say("/threshold needs a number from 0 to 9, such as /threshold 6.5.", .warning)
      return nil
    }
    return request(threshold: value)
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
