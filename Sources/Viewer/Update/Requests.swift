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
    return [.run(.control(.setThreshold(threshold)))]
  }

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
